// SE3: a new password or factor, another role, a suspension and an owner's word end every session they concern, at once.
import type { ProbeTools, Twin } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { newToken } from '#crypto/random.ts';
import { reveal } from '#crypto/secret.ts';
import {
  type AccountTarget,
  type Acting,
  ask,
  demandDone,
  enrollApp,
  openSession,
  ownSessionId,
  PASSWORD,
  SESSION,
  SESSIONS,
  statusOf,
} from '#verification/account-asking.ts';
import { type AccountFault, accountTwin } from '#verification/account-twin.ts';
import { ATTEMPT, sealAttempt } from '#verification/asking.ts';
import { triesOf } from '#verification/families.ts';
import type { Database } from '#verification/instance.ts';
import { fixtures } from './se3-fixtures.ts';
import { FAMILIES, judgeEnding, PLACES, TRIGGER_NAMES, TRIGGERS } from './se3-judge.ts';
import { readTriggers } from './session-queries.ts';

type Target = AccountTarget & { readonly database?: Pick<Database, 'query'> };

export const endingControl = defineControl<Target>({
  id: 'SE3',
  title: 'A new password or factor, another role and a suspension end sessions at once',
  severity: 'high',
  waivable: true,
  needs: [
    { kind: ATTEMPT, vantage: ['inside', 'outside'], min: Object.keys(FAMILIES).length },
    { kind: TRIGGERS, vantage: ['inside'] },
  ],
  judge: judgeEnding,
  remedy:
    'Let `holdfast migrate` alone change the schema: the triggers member_changed, person_suspended and session_ended end sessions and tell every replica (`alter table … enable trigger …`).',
  maps: { asvs: ['7.4.1', '7.4.2', '7.4.3'], cwe: ['613'], nist80053: ['AC-2', 'AC-12'] },
  probe: async ({ web, accounts, database }, tools) => {
    if (web === undefined || accounts === undefined || database === undefined) return [];
    const { signal } = tools;
    const firing = await readTriggers(database, signal);
    return accounts.borrow(async (account) => {
      const trying: Trying = { acting: { web, account, signal }, tools };
      // The factor is last: from then on a password alone opens nothing.
      const changed = await tryChanges(trying);
      const { cookie } = await openSession(trying.acting);
      const ended = await tryEnding(trying, cookie);
      return [changed, ended, ...(await tryOwnChanges(trying, cookie)), sealTriggers(firing, tools)];
    }, signal);
  },
  twins: [
    twin('a server that ends sessions in its lists alone', PLACES.ended, 'keeps_ended_sessions'),
    twin('a server that keeps sessions of an old password', PLACES.password, 'keeps_sessions_of_old_passwords'),
    twin('a server that keeps sessions from before a factor', PLACES.factor, 'keeps_sessions_of_old_factors'),
    twin('a server that keeps sessions of who changed', PLACES.changed, 'keeps_sessions_of_changed_members'),
    twin('a database whose triggers are switched off', PLACES.triggers, undefined, []),
  ],
  fixtures,
});

type Trying = { readonly acting: Acting; readonly tools: ProbeTools };

function use({ acting }: Trying, cookie: string): Promise<number> {
  return statusOf(acting, { path: SESSION, cookie });
}

function sealFamily({ acting, tools }: Trying, at: string, statuses: Readonly<Record<string, number>>): Evidence {
  const family = FAMILIES[at];
  const tries = family === undefined ? [] : triesOf(family, statuses);
  return sealAttempt(acting.web, { subject: `GET ${SESSION}: ${at}`, at, facts: { tries } }, tools);
}

/** What somebody else changes of a person. It is changed back before it is looked, so that nothing but the end itself refuses. */
async function tryChanges(trying: Trying): Promise<Evidence> {
  const { acting } = trying;
  const after = async (what: 'role' | 'membership' | 'person'): Promise<number> => {
    const { cookie } = await openSession(acting);
    await acting.account.disturb(what);
    return use(trying, cookie);
  };
  const statuses = {
    'after another role': await after('role'),
    'after a suspended membership': await after('membership'),
    'after a suspended person': await after('person'),
    'opened afterwards': await use(trying, (await openSession(acting)).cookie),
  };
  return sealFamily(trying, PLACES.changed, statuses);
}

async function tryEnding(trying: Trying, kept: string): Promise<Evidence> {
  const { acting } = trying;
  const [byId, withOthers] = [await openSession(acting), await openSession(acting)];
  const id = await ownSessionId(acting, byId.cookie);
  await ask(acting, { method: 'DELETE', path: `${SESSIONS}/${id}`, cookie: kept });
  const endedById = await use(trying, byId.cookie);
  await ask(acting, { method: 'DELETE', path: SESSIONS, cookie: kept });
  const statuses = {
    'ended by its id': endedById,
    'ended with all others': await use(trying, withOthers.cookie),
    'the one that is kept': await use(trying, kept),
  };
  return sealFamily(trying, PLACES.ended, statuses);
}

async function tryOwnChanges(trying: Trying, kept: string): Promise<readonly Evidence[]> {
  const { acting, tools } = trying;
  const { password: currentPassword } = acting.account;
  const password = `Probe-2-${reveal(newToken(), 'probe.sign_in')}`;
  const before = await openSession(acting);
  const body = { currentPassword, newPassword: password };
  demandDone(await statusOf(acting, { method: 'POST', path: PASSWORD, cookie: kept, body }), 'a new password');
  const afterPassword = {
    'another one': await use(trying, before.cookie),
    'the one that changed it': await use(trying, kept),
  };
  const again = await openSession(acting, { password });
  demandDone((await enrollApp(acting, kept, tools.unixMs())).status, 'an enrollment');
  const afterFactor = {
    'another one': await use(trying, again.cookie),
    'the one that enrolled it': await use(trying, kept),
  };
  return [sealFamily(trying, PLACES.password, afterPassword), sealFamily(trying, PLACES.factor, afterFactor)];
}

function sealTriggers(firing: readonly string[], tools: ProbeTools): Evidence {
  return tools.evidence({
    kind: TRIGGERS,
    subject: 'the catalog',
    at: PLACES.triggers,
    data: { firing },
    vantage: 'inside',
    ttlSeconds: 300,
    reproduce: String.raw`psql -c '\dS holdfast.session' -c '\d holdfast.member' -c '\d holdfast.person'`,
  });
}

function twin(
  name: string,
  hits: string,
  fault: AccountFault | undefined,
  firing: readonly string[] = TRIGGER_NAMES,
): Twin<Target> {
  return accountTwin(name, hits, fault, { database: { query: async () => firing.map((each) => ({ name: each })) } });
}
