// RB5: one evaluator of ownership and grants: what was not granted does not exist, and a grant gives its level until it ends.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProbeTools } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { demandDone, findMemberId, listOf, openSession, textIn } from '#verification/account-asking.ts';
import { type Asked, askAs, ATTEMPT, sealAttempt } from '#verification/asking.ts';
import { triesOf } from '#verification/families.ts';
import type { Web } from '#verification/instance.ts';
import { fixtures } from './rb5-fixtures.ts';
import { FAMILIES, judgeGrants, PLACES } from './rb5-judge.ts';
import { KEYS, NAME, type Target, twins } from './rb5-twins.ts';

export const grantsControl = defineControl<Target>({
  id: 'RB5',
  title: 'What was not granted does not exist, and a grant gives its level until it ends',
  severity: 'high',
  waivable: true,
  needs: [{ kind: ATTEMPT, vantage: ['inside', 'outside'], min: Object.keys(FAMILIES).length }],
  judge: judgeGrants,
  remedy: 'Run the release as it was published; let `holdfast migrate` alone change the schema.',
  maps: { asvs: ['8.2.2', '8.3.1'], cwe: ['639', '863'], nist80053: ['AC-3', 'AC-6'] },
  probe: async ({ web, tenants, accounts, lifeMs = LIFE_MS }, tools) => {
    if (web === undefined || tenants === undefined || accounts === undefined) return [];
    const { one } = await tenants.open(tools.signal);
    return accounts.borrow(async (account) => {
      await account.become('member');
      try {
        const acting = { web, account, signal: tools.signal };
        const member = (await openSession(acting)).cookie;
        const memberId = await findMemberId(acting, one.cookie);
        return await lookAtGrants({ web, tools, owner: one.cookie, member, memberId, lifeMs });
      } finally {
        await account.become('owner');
      }
    }, tools.signal);
  },
  twins,
  fixtures,
});

const LIFE_MS = 300;

type Looking = {
  readonly web: Web;
  readonly tools: ProbeTools;
  readonly owner: string;
  /** The session of the account, which is a member meanwhile. */
  readonly member: string;
  readonly memberId: string;
  readonly lifeMs: number;
};

const ask = ({ web, tools }: Looking, asked: Asked) => askAs(web, { from: web.freshAddress(), ...asked }, tools.signal);
const read = async (looking: Looking, id: string, cookie: string): Promise<number> =>
  (await ask(looking, { path: `${KEYS}/${id}`, cookie })).status;
const revoke = async (looking: Looking, id: string, cookie: string): Promise<number> =>
  (await ask(looking, { method: 'DELETE', path: `${KEYS}/${id}`, cookie })).status;

/** Two keys of the owner's, of which one is granted to the member, and revoked in the end. */
async function lookAtGrants(looking: Looking): Promise<readonly Evidence[]> {
  const { owner, member } = looking;
  const [granted, other] = [await makeKey(looking), await makeKey(looking)];
  try {
    const [unread, unlisted] = [await read(looking, granted, member), await listed(looking, granted, member)];
    const given = await give(looking, granted, owner, 'viewer');
    const seen = {
      'by its owner': await read(looking, granted, owner),
      'by a member': unread,
      'by a member who was granted it': await read(looking, granted, member),
      'by a member who was granted another one': await read(looking, other, member),
    };
    const found = {
      'of its owner': await listed(looking, granted, owner),
      'of a member': unlisted,
      'of a member who was granted it': await listed(looking, granted, member),
    };
    const handing = {
      'by its owner': given.status,
      'by a viewer of it': (await give(looking, granted, member, 'manager')).status,
    };
    const byViewer = await revoke(looking, granted, member);
    demandDone(
      (await ask(looking, { method: 'DELETE', path: `/api/v1/grants/${textIn(given, 'id')}`, cookie: owner })).status,
      'ending a grant',
    );
    const ended = {
      read: await read(looking, granted, member),
      listed: await listed(looking, granted, member),
    };
    const time = await lookAtTime(looking, other);
    demandDone((await give(looking, granted, owner, 'manager')).status, 'granting a key');
    const byManager = await revoke(looking, granted, member);
    return [
      seal(looking, PLACES.reading, { ...seen, 'by a member whose grant was ended': ended.read }),
      seal(looking, PLACES.lists, { ...found, 'of a member whose grant was ended': ended.listed }),
      seal(looking, PLACES.level, { 'by a viewer of it': byViewer, 'by a manager of it': byManager }),
      seal(looking, PLACES.handing, handing),
      seal(looking, PLACES.time, time),
    ];
  } finally {
    await Promise.all([revoke(looking, granted, owner), revoke(looking, other, owner)]);
  }
}

/** A busy server may take longer to answer than a grant lasts: then another one lasts longer. */
async function lookAtTime(looking: Looking, id: string): Promise<Readonly<Record<string, number>>> {
  const { lifeMs, tools, owner, member } = looking;
  let [before, endMs] = [0, 0];
  for (const longer of [1, 4, 16]) {
    if (before === 200) break;
    endMs = tools.unixMs() + lifeMs * longer;
    demandDone((await give(looking, id, owner, 'viewer', new Date(endMs).toISOString())).status, 'granting a key');
    before = await read(looking, id, member);
  }
  // Without a grant that was seen to hold there is nothing to wait for. The clocks of the database and of this process are not one.
  if (before === 200)
    await sleep(Math.max(0, endMs - tools.unixMs()) + lifeMs / 3, undefined, { signal: tools.signal });
  return { before, after: await read(looking, id, member) };
}

async function makeKey(looking: Looking): Promise<string> {
  const body = { name: NAME, scopes: ['models:use'], expiresInDays: 1 };
  const made = await ask(looking, { method: 'POST', path: KEYS, cookie: looking.owner, body });
  demandDone(made.status, 'making a key');
  return textIn(made, 'id');
}

function give(looking: Looking, id: string, cookie: string, level: string, expiresAt: string | null = null) {
  const body = { level, memberId: looking.memberId, expiresAt };
  return ask(looking, { method: 'POST', path: `/api/v1/objects/${id}/grants`, cookie, body });
}

/** 200 where it stands in the list, 404 where it does not. */
async function listed(looking: Looking, id: string, cookie: string): Promise<number> {
  const reply = await ask(looking, { path: `${KEYS}?limit=200`, cookie });
  if (reply.status !== 200) return reply.status;
  return listOf(reply).some((key) => key['id'] === id) ? 200 : 404;
}

function seal({ web, tools }: Looking, at: string, statuses: Readonly<Record<string, number>>): Evidence {
  const family = FAMILIES[at];
  const tries = family === undefined ? [] : triesOf(family, statuses);
  return sealAttempt(web, { subject: at, at, facts: { tries } }, tools);
}
