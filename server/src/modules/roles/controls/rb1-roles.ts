// RB1: built-in roles, custom roles and teams each give what they say, for as long as they do, and what nobody declared is refused.
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { findMemberId, listOf, openSession, SESSION } from '#verification/account-asking.ts';
import { ATTEMPT } from '#verification/asking.ts';
import type { Operation, ProbeAccount } from '#verification/instance.ts';
import { type Asking, ask, removeOurs, seal, statusOf, tryDoors } from './rb1-asking.ts';
import { fixtures } from './rb1-fixtures.ts';
import { lookAtGiven } from './rb1-given.ts';
import { CATALOG, FAMILIES, HOST, judgeRoles, PLACES, SWEEP } from './rb1-judge.ts';
import { MEMBERS, PERMISSIONS, type Target, twins } from './rb1-twins.ts';

const TTL_SECONDS = 3_600;

export const rolesControl = defineControl<Target>({
  id: 'RB1',
  title: 'Each role and each team gives what it says and nothing else, and what nobody declared is refused',
  severity: 'high',
  waivable: true,
  needs: [
    { kind: ATTEMPT, vantage: ['inside', 'outside'], min: Object.keys(FAMILIES).length },
    { kind: SWEEP, vantage: ['inside', 'outside'] },
    { kind: HOST, vantage: ['inside', 'outside'] },
    { kind: CATALOG, vantage: ['inside'] },
  ],
  judge: judgeRoles,
  remedy: 'Run the release as it was published; let `holdfast migrate` alone change the schema.',
  maps: { asvs: ['8.2.1', '8.3.1'], cwe: ['276', '285', '862'], nist80053: ['AC-3', 'AC-6'] },
  probe: async ({ web, tenants, accounts, operations }, tools) => {
    if (web === undefined || tenants === undefined || accounts === undefined || operations === undefined) return [];
    const { one } = await tenants.open(tools.signal);
    return accounts.borrow(async (account) => {
      const asking: Asking = { web, tools, owner: one.cookie };
      await removeOurs(asking);
      try {
        return await lookAtRoles(asking, account, operations);
      } finally {
        await removeOurs(asking);
        await account.become('owner');
      }
    }, tools.signal);
  },
  twins,
  fixtures,
});

/**
 * One role after the other: each change ends the sessions of the one before. The owner is the account too where something is
 * refused to owners: what a session is refused is logged one by one only so often, and other controls look for what theirs was.
 */
async function lookAtRoles(
  asking: Asking,
  account: ProbeAccount,
  operations: readonly Operation[],
): Promise<readonly Evidence[]> {
  const { web, tools } = asking;
  const acting = { web, account, signal: tools.signal };
  const enterAs = async (role: Parameters<ProbeAccount['become']>[0]): Promise<string> => {
    await account.become(role);
    return (await openSession(acting)).cookie;
  };
  const catalog: Declared = listOf(await ask(asking, { path: PERMISSIONS, cookie: asking.owner }));
  const beyond = operations.filter((one) => isBeyond(one, catalog));
  const viewer = await enterAs('viewer');
  const byViewer = await tryDoors(asking, viewer);
  const given = await lookAtGiven(asking, viewer, await findMemberId(acting, asking.owner));
  const seen = await readEach(asking, beyond, viewer);
  const byMember = await tryDoors(asking, await enterAs('member'));
  const byAdmin = await tryDoors(asking, await enterAs('admin'));
  const owner = await enterAs('owner');
  const byOwner = await tryDoors(asking, owner);
  const more: Readonly<Record<string, Readonly<Record<string, number>>>> = {
    [PLACES.members]: { 'by nobody': await statusOf(asking, { path: MEMBERS }) },
    [PLACES.teams]: { 'by a viewer with a role of something else': given.teamByRole },
  };
  const sealDoor = (at: string): Evidence =>
    seal(asking, at, {
      'by a viewer': byViewer[at],
      'by a member': byMember[at],
      'by an admin': byAdmin[at],
      'by an owner': byOwner[at],
      ...more[at],
    });
  return [
    ...Object.keys(byOwner).map(sealDoor),
    ...given.evidence,
    await sealSweep(asking, { beyond, seen, owner }),
    await lookAtHost(asking, { operations, catalog, owner }),
    await sealCatalog(asking, operations),
  ];
}

type Declared = readonly Readonly<Record<string, unknown>>[];

/** Declared for owners and not for viewers, as far as asking changes nothing and names nothing. */
function isBeyond({ method, path, publicFor, byGrant, permissions }: Operation, catalog: Declared): boolean {
  const [byOwner, byViewer] = [heldBy('owner', catalog), heldBy('viewer', catalog)];
  const isPlain = method === 'GET' && !path.includes(':') && publicFor === undefined && byGrant !== true;
  const isOwners = permissions.some((name) => byOwner.includes(name));
  return isPlain && isOwners && !permissions.some((name) => byViewer.includes(name));
}

function readEach(asking: Asking, operations: readonly Operation[], cookie: string): Promise<readonly number[]> {
  return Promise.all(operations.map(({ path }) => statusOf(asking, { path, cookie })));
}

type Swept = { readonly beyond: readonly Operation[]; readonly seen: readonly number[]; readonly owner: string };

async function sealSweep(asking: Asking, { beyond, seen, owner }: Swept): Promise<Evidence> {
  const byOwner = await readEach(asking, beyond, owner);
  return asking.tools.evidence({
    kind: SWEEP,
    subject: PLACES.beyond,
    at: PLACES.beyond,
    data: { operations: beyond.map(({ id }, at) => ({ id, viewer: seen[at] ?? 0, owner: byOwner[at] ?? 0 })) },
    vantage: asking.web.vantage,
    ttlSeconds: TTL_SECONDS,
    reproduce: 'docs/reference/permission-matrix.md',
  });
}

/** Names of the permissions that are declared for a role, for everything or for its own. */
function heldBy(role: 'owner' | 'viewer', catalog: Declared): readonly unknown[] {
  const lists = (value: unknown): boolean => Array.isArray(value) && value.includes(role);
  return catalog.filter(({ builtIn, own }) => lists(builtIn) || lists(own)).map(({ name }) => name);
}

/** Fits no operation: where the door is open, the form is refused, and nothing happens. */
const UNFIT = { probe: 'of RB1' } as const;

type OfHost = { readonly operations: readonly Operation[]; readonly catalog: Declared; readonly owner: string };

/** What is declared for no role of the organization, asked for by an owner. */
async function lookAtHost(asking: Asking, { operations, catalog, owner: cookie }: OfHost): Promise<Evidence> {
  const { web, tools } = asking;
  const declared = catalog.map(({ name }) => name);
  const isOfHost = ({ publicFor, permissions }: Operation): boolean =>
    publicFor === undefined && permissions.length > 0 && !permissions.some((name) => declared.includes(name));
  const tried = operations.filter(isOfHost).map(async ({ id, method, path: template }) => {
    const asked = { method, path: template.replaceAll(/:\w+/g, 'probe'), cookie };
    return { id, owner: await statusOf(asking, method === 'GET' ? asked : { ...asked, body: UNFIT }) };
  });
  return tools.evidence({
    kind: HOST,
    subject: PLACES.host,
    at: PLACES.host,
    data: { operations: await Promise.all(tried), own: await statusOf(asking, { path: SESSION, cookie }) },
    vantage: web.vantage,
    ttlSeconds: TTL_SECONDS,
    reproduce: 'docs/reference/permission-matrix.md',
  });
}

async function sealCatalog({ tools }: Asking, operations: readonly Operation[]): Promise<Evidence> {
  const isOpen = ({ publicFor = '', permissions }: Operation): boolean =>
    permissions.length === 0 && publicFor.trim() === '';
  return tools.evidence({
    kind: CATALOG,
    subject: PLACES.catalog,
    at: PLACES.catalog,
    data: { operations: operations.length, open: operations.filter(isOpen).map(({ id }) => id) },
    vantage: 'inside',
    ttlSeconds: TTL_SECONDS,
    reproduce: 'docs/reference/permissions.md',
  });
}
