// Two organizations that exist to be probed: founded at the first run, entered as any owner would enter, left at the end.
import type { StoredDataKey } from '#crypto/data-keys.ts';
import { reveal, toSecret } from '#crypto/secret.ts';
import type { Lanes } from '#db/pool.ts';
import { inScope, type OrgTx, type PersonTx, type SystemTx } from '#db/scope.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { claimInstallationFact, findInstallationFact } from '#kernel/queries.ts';
import type { Tools } from '#kernel/tools.ts';
import { createPerson, hashNewPassword } from '#modules/identity.ts';
import { insertDataKey } from '#modules/keyring.ts';
import { insertMember } from '#modules/members.ts';
import { foundOrganization } from '#modules/organizations.ts';
import { type Entered, enterTenant } from '#verification/enter-tenant.ts';
import type { Tenants, Web } from '#verification/instance.ts';

const NAMES = ['one', 'other'] as const;
type Name = (typeof NAMES)[number];

/** The facts of the installation that name them. */
export const tenantFacts: readonly string[] = NAMES.map(factName);

/** Reserved by RFC 2606 section 2: nobody ever gets mail there. */
export const DOMAIN = 'probe.invalid';

type Parts = { readonly lanes: Lanes; readonly tools: Tools; readonly web: Web };

export type OpenedTenants = Tenants & AsyncDisposable;

/** Opens nothing before it is asked to. Disposing revokes the keys and ends the sessions of this run. */
export function prepareTenants(parts: Parts): OpenedTenants {
  let entering: Promise<readonly [Entered, Entered]> | undefined;
  return {
    open: async (signal) => {
      entering ??= enterBoth(parts, signal);
      const [one, other] = await entering;
      return { one: one.tenant, other: other.tenant };
    },
    [Symbol.asyncDispose]: async () => {
      // A run whose tenants could not be entered has nothing to leave.
      const entered = await entering?.catch(() => undefined);
      await Promise.all((entered ?? []).map(({ leave }) => leave()));
    },
  };
}

/** The organization of a name, founded if nobody has yet. */
export async function foundTenant(parts: Pick<Parts, 'lanes' | 'tools'>, name: Name): Promise<string> {
  await foundOnce(parts, name);
  const orgId = await findTenant(parts, name);
  if (orgId === undefined) throw kernelErrors['server.unavailable']({ cause: 'nothing was founded to be probed' });
  return orgId;
}

/** Undefined before it was founded. */
export async function findTenant({ lanes }: Pick<Parts, 'lanes'>, name: Name): Promise<string | undefined> {
  const fact = await inScope<SystemTx, { readonly value: unknown } | undefined>(lanes, { system: true }, ({ tx }) =>
    findInstallationFact(tx, factName(name)),
  );
  // Written by `foundOnce`, or by a release before.
  return (fact?.value as { readonly organization: string } | undefined)?.organization;
}

async function enterBoth(parts: Parts, signal: AbortSignal): Promise<readonly [Entered, Entered]> {
  await Promise.all(NAMES.map((name) => foundOnce(parts, name)));
  const { tools, web } = parts;
  const enter = (name: Name): Promise<Entered> =>
    enterTenant(web, { email: emailOf(name), password: passwordOf(tools, name) }, signal);
  return Promise.all([enter('one'), enter('other')]);
}

/** Whichever replica comes first founds it; the password is derived, so that every replica knows it and none stores it. */
async function foundOnce({ lanes, tools }: Pick<Parts, 'lanes' | 'tools'>, name: Name): Promise<void> {
  // A hash is made once, not for every run.
  const isThere = await inScope<SystemTx, boolean>(
    lanes,
    { system: true },
    async ({ tx }) => (await findInstallationFact(tx, factName(name))) !== undefined,
  );
  if (isThere) return;
  const [orgId, userId] = [tools.newId(), tools.newId()];
  const passwordHash = await hashNewPassword(tools, toSecret(passwordOf(tools, name)));
  const dataKey = await tools.keyring.newDataKey(orgId);
  const account = { userId, email: emailOf(name), name: `Probe ${name}`, passwordHash };
  await inScope<OrgTx & PersonTx & SystemTx, void>(lanes, { orgId, userId, system: true }, async ({ tx, now }) => {
    if (!(await claimInstallationFact(tx, factName(name), { organization: orgId }))) return;
    await found(tx, { orgId, memberId: tools.newId(), name, account, dataKey, now });
  });
}

type Founding = {
  readonly orgId: string;
  readonly memberId: string;
  readonly name: Name;
  readonly account: Parameters<typeof createPerson>[1];
  readonly dataKey: StoredDataKey;
  readonly now: Date;
};

async function found(tx: OrgTx & PersonTx, { orgId, memberId, name, account, dataKey, now }: Founding): Promise<void> {
  // The id keeps it from meeting an organization that somebody named so.
  await foundOrganization(tx, orgId, { name: `Holdfast probe ${name}`, slug: `probe-${orgId.slice(-12)}` }, now);
  await createPerson(tx, account, now);
  await insertMember(tx, { org_id: orgId, id: memberId, user_id: account.userId, role: 'owner', created_at: now });
  await insertDataKey(tx, dataKey, now);
}

function factName(name: Name): string {
  return `probe_tenant_${name}`;
}

function emailOf(name: Name): string {
  return `${name}@${DOMAIN}`;
}

/** 256 bits; the prefix brings the classes of characters that a rule of passwords may ask for. */
function passwordOf(tools: Tools, name: Name): string {
  return `Probe-1-${reveal(tools.keyring.probeKey(name), 'probe.sign_in').toString('base64url')}`;
}
