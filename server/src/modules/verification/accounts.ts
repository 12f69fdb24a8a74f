// A person that exists to be probed: founded once, lent to one at a time, and put back before and after each use.
import { setTimeout as sleep } from 'node:timers/promises';
import { newToken } from '#crypto/random.ts';
import { reveal, toSecret } from '#crypto/secret.ts';
import type { Lanes } from '#db/pool.ts';
import { inScope, type OrgTx, type PersonTx, type SystemTx } from '#db/scope.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { claimInstallationFact, findInstallationFact } from '#kernel/queries.ts';
import type { Tools } from '#kernel/tools.ts';
import { findNewestEvent } from '#modules/audit.ts';
import { deleteAllFactors, forgiveFactorFailures, readFactors } from '#modules/factors.ts';
import { createPerson, hashNewPassword, lockPerson, putPersonStatus, restorePerson } from '#modules/identity.ts';
import { insertDataKey } from '#modules/keyring.ts';
import { insertMember, putMemberStatus, putRole, restoreMember } from '#modules/members.ts';
import { foundOrganization } from '#modules/organizations.ts';
import { ageIdle, ageOpen, ageProof, clearSessions, crowdSessions } from '#modules/sessions.ts';
import type { ProbeAccount, ProbeAccounts } from '#verification/instance.ts';
import { tryBorrow } from './queries.ts';
import { clearInvited, inviteAccount } from './invited.ts';
import { DOMAIN, foundTenant } from './tenants.ts';

const FACT = 'probe_account';
const EMAIL = `account@${DOMAIN}`;
/** Another replica is done within seconds. */
const ASK_AGAIN_MS = 100;

type Parts = { readonly lanes: Lanes; readonly tools: Tools };
type Known = { readonly userId: string; readonly probedOrgId: string; readonly guardedOrgId: string };
type Password = { readonly text: string; readonly hash: string };

/** Founds nothing before it is asked to. The password is known to this run alone. */
export function prepareAccounts(parts: Parts): ProbeAccounts {
  let founding: Promise<Known> | undefined;
  let making: Promise<Password> | undefined;
  // A queue of our own, so that one connection waits for other replicas, not many.
  let turn: Promise<unknown> = Promise.resolve();
  return {
    borrow: (use, signal) => {
      const work = async () => {
        founding ??= foundOnce(parts);
        making ??= makePassword(parts);
        const [known, password] = [await founding, await making];
        return whileHeld(parts, signal, () => lend(parts, known, password, use));
      };
      const done = turn.then(work, work);
      turn = done.catch(() => undefined);
      return done;
    },
  };
}

async function makePassword({ tools }: Parts): Promise<Password> {
  const text = `Probe-1-${reveal(newToken(), 'probe.sign_in')}`;
  return { text, hash: await hashNewPassword(tools, toSecret(text)) };
}

async function whileHeld<T>({ lanes }: Parts, signal: AbortSignal, use: () => Promise<T>): Promise<T> {
  for (;;) {
    signal.throwIfAborted();
    const held = await inScope<SystemTx, { readonly value: T } | undefined>(
      lanes,
      { system: true },
      async ({ tx }) => ((await tryBorrow(tx)) ? { value: await use() } : undefined),
      { lane: 'jobs' },
    );
    if (held !== undefined) return held.value;
    await sleep(ASK_AGAIN_MS, undefined, { signal });
  }
}

async function lend<T>(
  parts: Parts,
  known: Known,
  { text, hash }: Password,
  use: (account: ProbeAccount) => Promise<T>,
): Promise<T> {
  const { lanes, tools } = parts;
  const { userId, probedOrgId: orgId } = known;
  // Before it too: whoever had it last may have crashed.
  await clearInvited(parts, userId);
  const since = await inScope<PersonTx & OrgTx, Date>(lanes, { orgId, userId }, async ({ tx, now }) => {
    await clear(tx);
    await restorePerson(tx, { hash, now });
    await restoreMember(tx, { org_id: orgId, id: tools.newId(), user_id: userId });
    return now;
  });
  const account = openAccount(parts, known, { password: text, since });
  await account.forgive();
  try {
    return await use(account);
  } finally {
    await clearInvited(parts, userId);
    await inScope<PersonTx, void>(lanes, { userId }, ({ tx }) => clear(tx));
  }
}

/** Ends everything a use may have left. */
async function clear(tx: PersonTx): Promise<void> {
  await lockPerson(tx);
  await clearSessions(tx);
  await deleteAllFactors(tx);
}

type Lent = { readonly password: string; readonly since: Date };

function openAccount({ lanes, tools }: Parts, known: Known, { password, since }: Lent): ProbeAccount {
  const { userId, probedOrgId: orgId, guardedOrgId } = known;
  const asPerson = <T>(work: (tx: PersonTx) => Promise<T>): Promise<T> =>
    inScope<PersonTx, T>(lanes, { userId }, ({ tx }) => work(tx));
  const inProbed = (work: (tx: OrgTx) => Promise<void>): Promise<void> =>
    inScope<OrgTx, void>(lanes, { orgId }, ({ tx }) => work(tx));
  const aging = { idle: ageIdle, open: ageOpen, proof: ageProof };
  const disturbing = {
    role: async () => {
      await inProbed((tx) => putRole(tx, userId, 'admin'));
      await inProbed((tx) => putRole(tx, userId, 'owner'));
    },
    membership: async () => {
      await inProbed((tx) => putMemberStatus(tx, userId, 'suspended'));
      await inProbed((tx) => putMemberStatus(tx, userId, 'active'));
    },
    person: async () => {
      await asPerson((tx) => putPersonStatus(tx, 'suspended'));
      await asPerson((tx) => putPersonStatus(tx, 'active'));
    },
  };
  return {
    email: EMAIL,
    password,
    probed: slugOf(orgId),
    guarded: slugOf(guardedOrgId),
    age: (what, minutes) => asPerson((tx) => aging[what](tx, minutes)),
    disturb: (what) => disturbing[what](),
    become: (role) => inProbed((tx) => putRole(tx, userId, role)),
    invite: (asked) => inviteAccount({ lanes, tools }, EMAIL, asked),
    crowd: (count) => asPerson((tx) => crowdSessions(tx, count)),
    forgive: () => forgiveFactorFailures(tools, userId),
    storedFactors: () => asPerson(readFactors),
    findEvent: (action) => asPerson((tx) => findNewestEvent(tx, { userId, action, since })),
  };
}

/** The id keeps it from meeting an organization that somebody named so; the two others are named alike. */
function slugOf(orgId: string): string {
  return `probe-${orgId.slice(-12)}`;
}

type Fact = { readonly organization: string; readonly person: string };

/** Whichever replica comes first founds the person and the third organization; nobody knows the password it begins with. */
async function foundOnce(parts: Parts): Promise<Known> {
  const { lanes } = parts;
  const probedOrgId = await foundTenant(parts, 'one');
  const find = () =>
    inScope<SystemTx, Fact | undefined>(
      lanes,
      { system: true },
      // Written below, and nowhere else.
      async ({ tx }) => (await findInstallationFact(tx, FACT))?.value as Fact | undefined,
    );
  const known = (await find()) ?? (await found(parts).then(find));
  if (known === undefined)
    throw kernelErrors['server.unavailable']({ cause: 'the account that exists to be probed was not founded' });
  return { userId: known.person, probedOrgId, guardedOrgId: known.organization };
}

async function found({ lanes, tools }: Parts): Promise<void> {
  const [orgId, userId] = [tools.newId(), tools.newId()];
  const passwordHash = await hashNewPassword(tools, newToken());
  const dataKey = await tools.keyring.newDataKey(orgId);
  await inScope<OrgTx & PersonTx & SystemTx, void>(lanes, { orgId, userId, system: true }, async ({ tx, now }) => {
    if (!(await claimInstallationFact(tx, FACT, { organization: orgId, person: userId }))) return;
    await foundOrganization(tx, orgId, { name: 'Holdfast probe guarded', slug: slugOf(orgId) }, now);
    await createPerson(tx, { userId, email: EMAIL, name: 'Probe account', passwordHash }, now);
    await insertMember(tx, { org_id: orgId, id: tools.newId(), user_id: userId, role: 'owner', created_at: now });
    await insertDataKey(tx, dataKey, now);
  });
}
