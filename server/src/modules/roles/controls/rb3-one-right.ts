// RB3: one right alone opens what decides how people and programs get in; owners hold it, and whoever lacks it hands it on to nobody.
import type { ProbeTools } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { findMemberId, listOf, openSession, statusOf, textIn } from '#verification/account-asking.ts';
import { type Asked, askAs, ATTEMPT, membersOf, sealAttempt } from '#verification/asking.ts';
import { triesOf } from '#verification/families.ts';
import type { Operation, ProbeAccount, Web } from '#verification/instance.ts';
import { fixtures } from './rb3-fixtures.ts';
import { FAMILIES, isGuarded, judgeGuard, MANAGE, PLACES, REGISTRY } from './rb3-judge.ts';
import { POLICY, ROLE, ROLES, RULES, type Target, twins } from './rb3-twins.ts';

export const oneRightControl = defineControl<Target>({
  id: 'RB3',
  title: 'One right alone opens what decides how people and programs get in',
  severity: 'high',
  waivable: true,
  needs: [
    { kind: ATTEMPT, vantage: ['inside', 'outside'], min: Object.keys(FAMILIES).length },
    { kind: REGISTRY, vantage: ['inside'] },
  ],
  judge: judgeGuard,
  remedy: 'Run the release as it was published; let `holdfast migrate` alone change the schema.',
  maps: { asvs: ['8.2.1', '8.3.1'], cwe: ['269', '285'], nist80053: ['AC-3', 'AC-5', 'AC-6'] },
  probe: async ({ web, tenants, accounts, operations }, tools) => {
    if (web === undefined || tenants === undefined || accounts === undefined || operations === undefined) return [];
    const { one } = await tenants.open(tools.signal);
    return accounts.borrow(async (account) => {
      await account.become('admin');
      try {
        const acting = { web, account, signal: tools.signal };
        const admin = (await openSession(acting)).cookie;
        const memberId = await findMemberId(acting, one.cookie);
        const looking: Looking = { web, tools, account, owner: one.cookie, admin, memberId };
        return [
          await sealRegistry(operations, tools),
          ...(await lookAtDoors(looking)),
          ...(await lookAtRoles(looking)),
        ];
      } finally {
        await account.become('owner');
      }
    }, tools.signal);
  },
  twins,
  fixtures,
});

type Looking = {
  readonly web: Web;
  readonly tools: ProbeTools;
  readonly account: Pick<ProbeAccount, 'email'>;
  readonly owner: string;
  /** The session of the account, which is an admin meanwhile. */
  readonly admin: string;
  readonly memberId: string;
};

const ask = ({ web, tools }: Looking, asked: Asked) => askAs(web, { from: web.freshAddress(), ...asked }, tools.signal);
const status = ({ web, tools }: Looking, asked: Asked) => statusOf({ web, signal: tools.signal }, asked);

const NO_RULES = { console: [], api: [], models: [] };
const KEYS = '/api/v1/api-keys';
const KEY = { kind: 'service', name: 'probe of RB3', scopes: ['models:use'], expiresInDays: 1 } as const;

const putRules = (looking: Looking, cookie: string): Promise<number> =>
  status(looking, { method: 'PUT', path: RULES, cookie, body: NO_RULES });

/** What is saved is what was there: nothing changes. */
async function lookAtDoors(looking: Looking): Promise<readonly Evidence[]> {
  const { owner, admin } = looking;
  const {
    requiredSince: _since,
    version: _version,
    ...policy
  } = membersOf(await ask(looking, { path: POLICY, cookie: owner }));
  const savePolicy = (cookie: string) => status(looking, { method: 'PUT', path: POLICY, cookie, body: policy });
  return [
    seal(looking, PLACES.policy, {
      'saved by an admin': await savePolicy(admin),
      'saved by an owner': await savePolicy(owner),
    }),
    seal(looking, PLACES.rules, {
      'put by an admin': await putRules(looking, admin),
      'put by an owner': await putRules(looking, owner),
    }),
    seal(looking, PLACES.keys, {
      'a key made by an admin': await makeKey(looking, admin),
      'a key made by an owner': await makeKey(looking, owner),
    }),
  ];
}

/** Revoked at once. */
async function makeKey(looking: Looking, cookie: string): Promise<number> {
  const made = await ask(looking, { method: 'POST', path: KEYS, cookie, body: KEY });
  const id = textIn(made, 'id');
  if (id !== '') await ask(looking, { method: 'DELETE', path: `${KEYS}/${id}`, cookie: looking.owner });
  return made.status;
}

/** Else the client of this process would announce one. */
const NO_BODY = [['Content-Length', '0']] as const;

async function lookAtRoles(looking: Looking): Promise<readonly Evidence[]> {
  const { owner, admin, memberId } = looking;
  await deleteRoles(looking);
  try {
    const body = (name: string) => ({ name: `${ROLE} ${name}`, permissions: [MANAGE] });
    const byAdmin = await ask(looking, { method: 'POST', path: ROLES, cookie: admin, body: body('of an admin') });
    const byOwner = await ask(looking, { method: 'POST', path: ROLES, cookie: owner, body: body('of an owner') });
    const path = `${ROLES}/${textIn(byOwner, 'id')}/members/${memberId}`;
    const give = (cookie: string) => status(looking, { method: 'PUT', path, cookie, headers: NO_BODY });
    const [given, givenByOwner] = [await give(admin), await give(owner)];
    const having = await putRules(looking, admin);
    await status(looking, { method: 'DELETE', path, cookie: owner });
    return [
      seal(looking, PLACES.making, { 'made by an admin': byAdmin.status, 'made by an owner': byOwner.status }),
      seal(looking, PLACES.giving, { 'given by an admin': given, 'given by an owner': givenByOwner }),
      seal(looking, PLACES.delegated, {
        'rules put by an admin who has it': having,
        'rules put by an admin it was taken from': await putRules(looking, admin),
      }),
    ];
  } finally {
    await deleteRoles(looking);
  }
}

/** Also those of a run that broke off. */
async function deleteRoles(looking: Looking): Promise<void> {
  const cookie = looking.owner;
  const found = listOf(await ask(looking, { path: `${ROLES}?limit=100`, cookie }));
  for (const { id, name } of found) {
    const isOurs = typeof name === 'string' && name.startsWith(ROLE);
    if (isOurs) await status(looking, { method: 'DELETE', path: `${ROLES}/${String(id)}`, cookie });
  }
}

function seal({ web, tools }: Looking, at: string, statuses: Readonly<Record<string, number>>): Evidence {
  const family = FAMILIES[at];
  return sealAttempt(
    web,
    { subject: at, at, facts: { tries: family === undefined ? [] : triesOf(family, statuses) } },
    tools,
  );
}

async function sealRegistry(operations: readonly Operation[], tools: ProbeTools): Promise<Evidence> {
  return tools.evidence({
    kind: REGISTRY,
    subject: 'operations',
    at: PLACES.operations,
    data: { operations: operations.filter(isGuarded).map(({ id, permissions }) => ({ id, permissions })) },
    vantage: 'inside',
    ttlSeconds: 3_600,
    reproduce: 'docs/reference/permissions.md',
  });
}
