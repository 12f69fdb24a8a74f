// RB8: whoever changes a password or a factor ends every other session with it, and the log says how many those were.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProbeTools, Twin } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import { newToken } from '#crypto/random.ts';
import { reveal } from '#crypto/secret.ts';
import {
  type AccountTarget,
  type Acting,
  demandDone,
  enrollApp,
  openSession,
  PASSWORD,
  SESSION,
  statusOf,
  trySignIn,
} from '#verification/account-asking.ts';
import { type AccountFault, accountTwin } from '#verification/account-twin.ts';
import { ATTEMPT, sealAttempt } from '#verification/asking.ts';
import { triesOf } from '#verification/families.ts';
import { fixtures } from './rb8-fixtures.ts';
import { FAMILIES, judgeLeaving, PLACES } from './rb8-judge.ts';

export const oneTransactionControl = defineControl<AccountTarget>({
  id: 'RB8',
  title: 'A change of an account ends what it must in one step, and says how much that was',
  severity: 'high',
  waivable: true,
  needs: [{ kind: ATTEMPT, vantage: ['inside', 'outside'], min: Object.keys(FAMILIES).length }],
  judge: judgeLeaving,
  remedy: 'Run the release as it was published; let `holdfast migrate` alone change the schema.',
  maps: { asvs: ['7.4.3', '16.3.2'], cwe: ['613'], nist80053: ['AC-2', 'PS-4', 'PS-5'] },
  probe: async ({ web, accounts }, tools) => {
    if (web === undefined || accounts === undefined) return [];
    const { signal } = tools;
    return accounts.borrow((account) => tryChanges({ web, account, signal }, tools), signal);
  },
  twins: [
    twin('a server that keeps sessions of an old password', PLACES.password, 'keeps_sessions_of_old_passwords'),
    twin('a server that keeps sessions from before a factor', PLACES.factor, 'keeps_sessions_of_old_factors'),
    twin('a server that says it ended none', PLACES.event, 'says_it_ended_none'),
  ],
  fixtures,
});

async function tryChanges(acting: Acting, tools: ProbeTools): Promise<readonly Evidence[]> {
  const use = (cookie: string): Promise<number> => statusOf(acting, { path: SESSION, cookie });
  const [kept, another, third] = [await openSession(acting), await openSession(acting), await openSession(acting)];
  const { password: currentPassword } = acting.account;
  const password = `Probe-2-${reveal(newToken(), 'probe.sign_in')}`;
  const body = { currentPassword, newPassword: password };
  demandDone(await statusOf(acting, { method: 'POST', path: PASSWORD, cookie: kept.cookie, body }), 'a new password');
  const old = await trySignIn(acting);
  const renewed = await openSession(acting, { password });
  const ofPassword = {
    'another session': await use(another.cookie),
    'a third one': await use(third.cookie),
    'a session with the old one': old.cookie === '' ? old.reply.status : 200,
    'the session that changed it': await use(kept.cookie),
    'a session with the new one': await use(renewed.cookie),
  };
  demandDone((await enrollApp(acting, kept.cookie, tools.unixMs())).status, 'an enrollment');
  const ofFactor = {
    'another session': await use(renewed.cookie),
    'the session that enrolled it': await use(kept.cookie),
  };
  return [
    seal(acting, PLACES.password, ofPassword, await findTold(acting, 'account.password_changed'), tools),
    seal(acting, PLACES.factor, ofFactor, await findTold(acting, 'factor.enrolled'), tools),
  ];
}

type Told = { readonly isTold: boolean; readonly told: number | null };

const ASK_AGAIN_MS = 50;
const PATIENCE = 60;

/** The log tells of it when the sequencer has given it its place. */
async function findTold({ account, signal }: Acting, action: string): Promise<Told> {
  for (let turn = 0; turn < PATIENCE; turn += 1) {
    const facts = await account.findEvent(action);
    if (facts !== undefined) {
      const ended = facts['sessionsEnded'];
      return { isTold: true, told: typeof ended === 'number' ? ended : null };
    }
    await sleep(ASK_AGAIN_MS, undefined, { signal });
  }
  return { isTold: false, told: null };
}

type Statuses = Readonly<Record<string, number>>;

function seal({ web }: Acting, at: string, statuses: Statuses, told: Told, tools: ProbeTools): Evidence {
  const family = FAMILIES[at];
  const facts: Readonly<Record<string, JsonValue>> = {
    tries: family === undefined ? [] : triesOf(family, statuses),
    ...told,
  };
  return sealAttempt(web, { subject: `GET ${SESSION} after ${at}`, at, facts }, tools);
}

function twin(name: string, hits: string, fault: AccountFault): Twin<AccountTarget> {
  return accountTwin(name, hits, fault, {});
}
