// RB8: a new password or factor ends every other session, and whoever goes, is suspended or gets another role loses what they must; each says how much.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProbeTools, Twin } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
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
import { ATTEMPT } from '#verification/asking.ts';
import type { Tenant, Tenants } from '#verification/instance.ts';
import { tryDepartures, tryMoving } from './rb8-departures.ts';
import { fixtures } from './rb8-fixtures.ts';
import { FAMILIES, judgeLeaving, PLACES } from './rb8-judge.ts';
import { seal, type Told } from './rb8-sealing.ts';

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
    return accounts.borrow((account) => tryAll({ web, account, signal }, other, tools), signal);
  },
  twins: [
    twin('a server that keeps sessions of an old password', PLACES.password, 'keeps_sessions_of_old_passwords'),
    twin('a server that keeps sessions from before a factor', PLACES.factor, 'keeps_sessions_of_old_factors'),
    twin('a server that keeps sessions of leavers', PLACES.leaver, 'keeps_sessions_of_leavers'),
    twin('a server that keeps keys of leavers', PLACES.leaver, 'keeps_keys_of_leavers'),
    twin('a server that keeps keys of the organization', PLACES.leaver, 'keeps_organization_keys'),
    twin('a server that keeps grants and places for who comes back', PLACES.back, 'keeps_places_of_leavers'),
    twin('a server that asks nobody about keys', PLACES.handedOver, 'asks_nobody_about_keys'),
    twin('a server that ends what was handed over', PLACES.handedOver, 'ends_handed_over_keys'),
    twin('a server where keys work in a suspension', PLACES.suspended, 'keys_outlast_suspensions'),
    twin('a server where sessions outlast a suspension', PLACES.suspended, 'sessions_outlast_suspensions'),
    twin('a server that keeps sessions of movers', PLACES.mover, 'keeps_sessions_of_movers'),
    twin('a server that keeps rights of movers', PLACES.mover, 'keeps_rights_of_movers'),
    twin('a server that says it ended none', PLACES.event, 'says_it_ended_none'),
    twin('a server that counts sessions and keys alone', PLACES.event, 'counts_sessions_and_keys_alone'),
  ],
  fixtures,
});

/** Memberships first: what an account has open besides ends with its password. The log is asked last: it needs a moment. */
async function tryAll(acting: Acting, owner: Tenant, tools: ProbeTools): Promise<readonly Evidence[]> {
  const spare = await Promise.all([openSession(acting), openSession(acting)]);
  const departures = await tryDepartures(acting, [spare[0].cookie, spare[1].cookie], owner, tools);
  const { ofPassword, ofFactor, kept } = await tryChanges(acting, tools);
  const moved = await tryMoving(acting, kept, owner, tools);
  const told = {
    password: await findTold(acting, 'account.password_changed'),
    factor: await findTold(acting, 'factor.enrolled'),
  };
  return [
    ...departures,
    seal(acting, PLACES.password, { statuses: ofPassword, told: told.password }, tools),
    seal(acting, PLACES.factor, { statuses: ofFactor, told: told.factor }, tools),
    moved,
  ];
}

type Changed = Readonly<Record<'ofPassword' | 'ofFactor', Readonly<Record<string, number>>>> & {
  readonly kept: string;
};

async function tryChanges(acting: Acting, tools: ProbeTools): Promise<Changed> {
  const use = (cookie: string): Promise<number> => statusOf(acting, { path: SESSION, cookie });
  const [kept, another, third] = await Promise.all([openSession(acting), openSession(acting), openSession(acting)]);
  const { password: currentPassword } = acting.account;
  const password = `Probe-2-${reveal(newToken(), 'probe.sign_in')}`;
  const body = { currentPassword, newPassword: password };
  demandDone(await statusOf(acting, { method: 'POST', path: PASSWORD, cookie: kept.cookie, body }), 'a new password');
  const [old, renewed] = await Promise.all([trySignIn(acting), openSession(acting, { password })]);
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
  return { ofPassword, ofFactor, kept: kept.cookie };
}

const ASK_AGAIN_MS = 50;
const PATIENCE = 60;

/** The log tells of it when the sequencer has given it its place. */
async function findTold({ account, signal }: Acting, action: string): Promise<Told> {
  for (let turn = 0; turn < PATIENCE; turn += 1) {
    const facts = await account.findEvent(action);
    if (facts !== undefined) {
      const ended = facts['sessionsEnded'];
      return { isTold: true, told: typeof ended === 'number' ? `sessions ${String(ended)}` : null };
    }
    await sleep(ASK_AGAIN_MS, undefined, { signal });
  }
  return { isTold: false, told: null };
}

function twin(name: string, hits: string, fault: AccountFault): Twin<Target> {
  return accountTwin(name, hits, fault, {});
}
