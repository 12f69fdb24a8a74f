// RB8: a new password or factor ends every other session, and who is taken out loses session and key; each says how much that was.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProbeTools, Twin } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import type { HttpReply } from '@holdfast/controls/probes/http.ts';
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import { newToken } from '#crypto/random.ts';
import { reveal } from '#crypto/secret.ts';
import {
  type AccountTarget,
  type Acting,
  ask,
  demandDone,
  enrollApp,
  findMemberId,
  openSession,
  PASSWORD,
  SESSION,
  statusOf,
  textIn,
  trySignIn,
} from '#verification/account-asking.ts';
import { type AccountFault, accountTwin } from '#verification/account-twin.ts';
import { ATTEMPT, cookieOf, membersOf, sealAttempt } from '#verification/asking.ts';
import { triesOf } from '#verification/families.ts';
import type { Tenants } from '#verification/instance.ts';
import { fixtures } from './rb8-fixtures.ts';
import { FAMILIES, judgeLeaving, PLACES } from './rb8-judge.ts';

type Target = AccountTarget & { readonly tenants?: Tenants };

export const oneTransactionControl = defineControl<Target>({
  id: 'RB8',
  title: 'A changed account, and the end of a membership, end what they must in one step, and say how much that was',
  severity: 'high',
  waivable: true,
  needs: [{ kind: ATTEMPT, vantage: ['inside', 'outside'], min: Object.keys(FAMILIES).length }],
  judge: judgeLeaving,
  remedy: 'Run the release as it was published; let `holdfast migrate` alone change the schema.',
  maps: { asvs: ['7.4.3', '16.3.2'], cwe: ['613'], nist80053: ['AC-2', 'PS-4', 'PS-5'] },
  probe: async ({ web, accounts, tenants }, tools) => {
    if (web === undefined || accounts === undefined || tenants === undefined) return [];
    const { signal } = tools;
    const { other } = await tenants.open(signal);
    return accounts.borrow((account) => tryChanges({ web, account, signal }, other.cookie, tools), signal);
  },
  twins: [
    twin('a server that keeps sessions of an old password', PLACES.password, 'keeps_sessions_of_old_passwords'),
    twin('a server that keeps sessions from before a factor', PLACES.factor, 'keeps_sessions_of_old_factors'),
    twin('a server that keeps sessions of leavers', PLACES.leaver, 'keeps_sessions_of_leavers'),
    twin('a server that keeps keys of leavers', PLACES.leaver, 'keeps_keys_of_leavers'),
    twin('a server that says it ended none', PLACES.event, 'says_it_ended_none'),
  ],
  fixtures,
});

async function tryChanges(acting: Acting, owner: string, tools: ProbeTools): Promise<readonly Evidence[]> {
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
    await tryLeaving(acting, kept.cookie, owner, tools),
  ];
}

/** The account is a member of the second organization for this, with a key there. */
async function tryLeaving(acting: Acting, cookie: string, owner: string, tools: ProbeTools): Promise<Evidence> {
  const token = await acting.account.invite({ role: 'member', state: 'open', isTheirs: true });
  const entered = await ask(acting, { method: 'POST', path: '/api/v1/invitations/enter', cookie, body: { token } });
  demandDone(entered.status, 'an invitation');
  const session = cookieOf(entered) ?? '';
  const body = { name: 'probe', scopes: ['session:read'], expiresInDays: 1 };
  const made = await ask(acting, { method: 'POST', path: '/api/v1/api-keys', cookie: session, body });
  demandDone(made.status, 'a key');
  const key = textIn(made, 'key');
  const useBoth = async () => [
    await statusOf(acting, { path: SESSION, cookie: session }),
    await statusOf(acting, { path: SESSION, key }),
  ];
  const [sessionBefore = 0, keyBefore = 0] = await useBoth();
  const path = `/api/v1/members/${await findMemberId(acting, owner)}`;
  const removed = await ask(acting, { method: 'DELETE', path, cookie: owner });
  const [sessionAfter = 0, keyAfter = 0] = await useBoth();
  const statuses = {
    'their session before': sessionBefore,
    'their key before': keyBefore,
    'the owner who took them out': await statusOf(acting, { path: SESSION, cookie: owner }),
    'their session': sessionAfter,
    'their key': keyAfter,
  };
  return seal(acting, PLACES.leaver, statuses, toldBy(removed), tools);
}

function toldBy(reply: HttpReply): Told {
  const { ended } = membersOf(reply);
  const { sessions, apiKeys } = (typeof ended === 'object' ? (ended ?? {}) : {}) as Readonly<Record<string, unknown>>;
  const isTold = typeof sessions === 'number' && typeof apiKeys === 'number';
  return { isTold: reply.status < 500, told: isTold ? sessions + apiKeys : null };
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

function twin(name: string, hits: string, fault: AccountFault): Twin<Target> {
  return accountTwin(name, hits, fault, {});
}
