// SE4: people and owners see where somebody is signed in, and end any one of those sessions; nobody has more than ten.
import type { ProbeTools, Twin } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import type { HttpReply } from '@holdfast/controls/probes/http.ts';
import { parseSocketAddress } from '#config.ts';
import {
  type AccountTarget,
  type Acting,
  ask,
  DEVICE,
  findMemberId,
  listOf,
  type OpenedSession,
  openSession,
  ownSessionId,
  SESSION,
  SESSIONS,
  statusOf,
} from '#verification/account-asking.ts';
import { type AccountFault, accountTwin } from '#verification/account-twin.ts';
import { ATTEMPT, sealAttempt } from '#verification/asking.ts';
import { triesOf } from '#verification/families.ts';
import type { Database, Tenants } from '#verification/instance.ts';
import { fixtures } from './se4-fixtures.ts';
import { FAMILIES, judgeLists, PLACES, ROWS, SESSIONS_MAX } from './se4-judge.ts';
import { readSessionRows, type SessionRows } from './session-queries.ts';

type Target = AccountTarget & { readonly tenants?: Tenants; readonly database?: Pick<Database, 'query'> };

export const listsControl = defineControl<Target>({
  id: 'SE4',
  title: 'People and owners see and end single sessions, and nobody has more than ten',
  severity: 'medium',
  waivable: true,
  needs: [
    { kind: ATTEMPT, vantage: ['inside', 'outside'], min: 4 },
    { kind: ROWS, vantage: ['inside'] },
  ],
  judge: judgeLists,
  remedy:
    'Run the release as it was published; let no proxy take away User-Agent or hide where callers come from (HOLDFAST_TRUSTED_PROXIES). Sign in once more: the oldest sessions beyond ten end.',
  maps: { asvs: ['7.5.2', '7.4.5'], cwe: ['613'], nist80053: ['AC-10', 'AC-12'] },
  probe: async ({ web, accounts, tenants, database }, tools) => {
    if (web === undefined || accounts === undefined || tenants === undefined || database === undefined) return [];
    const { signal } = tools;
    const { one } = await tenants.open(signal);
    return accounts.borrow(async (account) => {
      const looking: Looking = { acting: { web, account, signal }, owner: one.cookie, tools };
      const own = await openSession(looking.acting);
      const id = await ownSessionId(looking.acting, own.cookie);
      const memberId = await findMemberId(looking.acting, looking.owner);
      const lists = [await lookAtOwn(looking, own, id), await lookAtMember(looking, own, { id, memberId })];
      const ended = await tryEnding(looking, own.cookie, memberId);
      const count = await tryCount(looking, own.cookie);
      const rows = await readSessionRows(database, signal);
      return [...lists, ended, count, ...(rows === undefined ? [] : [sealRows(rows, tools)])];
    }, signal);
  },
  twins: [
    twin('a server that shows no devices', PLACES.own, 'shows_no_devices'),
    twin('a server whose owners see no devices', PLACES.members, 'shows_no_devices'),
    twin('a server whose owners end nothing', PLACES.end, 'owners_end_nothing'),
    twin('a server that ends sessions in its lists alone', PLACES.end, 'keeps_ended_sessions'),
    twin('a server that counts no sessions', PLACES.count, 'counts_no_sessions'),
    twin('a database where somebody has eleven', PLACES.rows, undefined, 11),
  ],
  fixtures,
});

type Looking = { readonly acting: Acting; readonly owner: string; readonly tools: ProbeTools };

type Listed = Readonly<Record<string, unknown>>;

/** Names of what is shown of it, and is right. */
function shownOf(item: Listed, from: string | undefined, unixMs: number): readonly string[] {
  const { id, device, address, lastSeenAt } = item;
  const usedMs = typeof lastSeenAt === 'string' ? Date.parse(lastSeenAt) : Number.NaN;
  // Last use is told to the minute; clocks of two machines differ.
  const isRecent = Math.abs(unixMs - usedMs) < 180_000;
  const isAddress =
    typeof address === 'string' &&
    parseSocketAddress(address) !== undefined &&
    (from === undefined || address === from);
  return [
    ...(typeof id === 'string' ? ['id'] : []),
    ...(device === DEVICE ? ['device'] : []),
    ...(isAddress ? ['address'] : []),
    ...(isRecent ? ['lastUse'] : []),
  ];
}

function factsOfList(reply: HttpReply, id: string, { from }: OpenedSession, tools: ProbeTools) {
  const found = listOf(reply).filter((item) => item['id'] === id);
  return { status: reply.status, found: found.length, shown: shownOf(found[0] ?? {}, from, tools.unixMs()) };
}

async function lookAtOwn({ acting, tools }: Looking, own: OpenedSession, id: string): Promise<Evidence> {
  const reply = await ask(acting, { path: SESSIONS, cookie: own.cookie });
  const facts = factsOfList(reply, id, own, tools);
  return sealAttempt(acting.web, { subject: `GET ${SESSIONS}`, at: PLACES.own, facts }, tools);
}

type Member = { readonly id: string; readonly memberId: string };

async function lookAtMember(
  { acting, owner, tools }: Looking,
  own: OpenedSession,
  { id, memberId }: Member,
): Promise<Evidence> {
  const reply = await ask(acting, { path: `/api/v1/members/${memberId}/sessions`, cookie: owner });
  const facts = factsOfList(reply, id, own, tools);
  return sealAttempt(acting.web, { subject: 'GET /api/v1/members/…/sessions', at: PLACES.members, facts }, tools);
}

async function tryEnding({ acting, owner, tools }: Looking, kept: string, memberId: string): Promise<Evidence> {
  const end = async (path: string, cookie: string): Promise<number> => {
    const victim = await openSession(acting);
    const id = await ownSessionId(acting, victim.cookie);
    await ask(acting, { method: 'DELETE', path: `${path}/${id}`, cookie });
    return statusOf(acting, { path: SESSION, cookie: victim.cookie });
  };
  const statuses = {
    'ended by its person': await end(SESSIONS, kept),
    'ended by an owner': await end(`/api/v1/members/${memberId}/sessions`, owner),
    'the one that looks': await statusOf(acting, { path: SESSION, cookie: kept }),
  };
  const family = FAMILIES[PLACES.end];
  const tries = family === undefined ? [] : triesOf(family, statuses);
  return sealAttempt(acting.web, { subject: `DELETE ${SESSIONS}/…`, at: PLACES.end, facts: { tries } }, tools);
}

/** Ten, and one more by signing in. The list shows all, for it holds no more than a page. */
async function tryCount({ acting, tools }: Looking, cookie: string): Promise<Evidence> {
  const countAs = async (as: string): Promise<number> =>
    listOf(await ask(acting, { path: `${SESSIONS}?limit=100`, cookie: as })).length;
  await acting.account.crowd(SESSIONS_MAX);
  const before = await countAs(cookie);
  const newest = await openSession(acting);
  const facts = { before, after: await countAs(newest.cookie) };
  return sealAttempt(acting.web, { subject: `POST ${SESSION}`, at: PLACES.count, facts }, tools);
}

function sealRows({ mostOfOne }: SessionRows, tools: ProbeTools): Evidence {
  return tools.evidence({
    kind: ROWS,
    subject: 'stored sessions',
    at: PLACES.rows,
    data: { mostOfOne },
    volatile: ['mostOfOne'],
    vantage: 'inside',
    ttlSeconds: 3_600,
    reproduce: 'psql -U holdfast_runtime -c "select * from holdfast.look_at_sessions()"',
  });
}

function twin(name: string, hits: string, fault: AccountFault | undefined, mostOfOne = 10): Twin<Target> {
  const found: SessionRows = { alive: 11, tooIdle: 0, tooLong: 0, mostOfOne };
  return accountTwin(name, hits, fault, { database: { query: async () => [found] } });
}
