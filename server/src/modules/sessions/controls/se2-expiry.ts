// SE2: a session ends when it is idle, and at the latest after a week, whatever its holder does.
import type { ProbeTools, Twin } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import type { Config } from '#config.ts';
import { newToken } from '#crypto/random.ts';
import { reveal } from '#crypto/secret.ts';
import {
  type AccountTarget,
  type Acting,
  type OpenedSession,
  openSession,
  SESSION,
  statusOf,
} from '#verification/account-asking.ts';
import { type AccountFault, accountTwin } from '#verification/account-twin.ts';
import { ATTEMPT, sealAttempt } from '#verification/asking.ts';
import { triesOf } from '#verification/families.ts';
import type { Database } from '#verification/instance.ts';
import { fixtures } from './se2-fixtures.ts';
import { BAR, FAMILIES, judgeExpiry, KINDS, PLACES } from './se2-judge.ts';
import { readSessionRows, type SessionRows } from './session-queries.ts';

type Lengths = Config['sessions'];
type Target = AccountTarget & {
  readonly database?: Pick<Database, 'query'>;
  readonly config?: { readonly sessions: Lengths };
};

export const expiryControl = defineControl<Target>({
  id: 'SE2',
  title: 'Sessions end when they are idle, and after a week at the latest',
  severity: 'high',
  waivable: true,
  needs: [
    { kind: ATTEMPT, vantage: ['inside', 'outside'], min: Object.keys(FAMILIES).length },
    { kind: KINDS.cookie, vantage: ['inside', 'outside'] },
    { kind: KINDS.limits, vantage: ['host'] },
    { kind: KINDS.rows, vantage: ['inside'] },
  ],
  judge: judgeExpiry,
  remedy:
    'Leave HOLDFAST_SESSION_IDLE_MINUTES and HOLDFAST_SESSION_ABSOLUTE_MINUTES at 60 and 10080 or below; end what lives longer: `delete from holdfast.session`.',
  maps: { asvs: ['7.3.1', '7.3.2'], cwe: ['613'], nist80053: ['AC-12', 'SC-23'] },
  probe: async ({ web, accounts, database, config }, tools) => {
    if (web === undefined || accounts === undefined || database === undefined || config === undefined) return [];
    const { signal } = tools;
    return accounts.borrow(async (account) => {
      const acting = { web, account, signal };
      const opened = await openSession(acting);
      // While there is one that is alive.
      const rows = await readSessionRows(database, signal);
      return [
        await tryTokens(acting, opened, tools),
        await tryIdle(acting, opened, config.sessions, tools),
        await tryOld(acting, opened, config.sessions, tools),
        sealCookie(acting, opened, tools),
        seal(KINDS.limits, PLACES.limits, 'the configuration', 'host', { ...config.sessions }, tools),
        ...(rows === undefined ? [] : [sealRows(rows, tools)]),
      ];
    }, signal);
  },
  twins: [
    twin('a server that forgets to look when a session was used', PLACES.idle, 'forgets_idleness'),
    twin('a server whose sessions never end', PLACES.old, 'forgets_age'),
    twin('a server that takes any token', PLACES.token, 'takes_any_token'),
    twin('a server whose cookies stay for a year', PLACES.cookie, 'cookie_for_ever'),
    twin('a server that was told to keep sessions for a month', PLACES.limits, undefined, { absoluteMinutes: 43_200 }),
    twin('a database with a session without end', PLACES.rows, undefined, {}, { tooLong: 1 }),
  ],
  fixtures,
});

type Statuses = Readonly<Record<string, number>>;

function sealFamily({ web }: Acting, at: string, statuses: Statuses, tools: ProbeTools): Evidence {
  const family = FAMILIES[at];
  const tries = family === undefined ? [] : triesOf(family, statuses);
  return sealAttempt(web, { subject: `GET ${SESSION} with ${at}`, at, facts: { tries } }, tools);
}

async function tryTokens(acting: Acting, { cookie }: OpenedSession, tools: ProbeTools): Promise<Evidence> {
  const [name = '', token = ''] = cookie.split('=');
  const use = (text: string): Promise<number> => statusOf(acting, { path: SESSION, cookie: `${name}=${text}` });
  const statuses = {
    'the token': await use(token),
    'another token': await use(reveal(newToken(), 'probe.guess')),
    'half of the token': await use(token.slice(0, Math.floor(token.length / 2))),
    'an empty token': await use(''),
  };
  return sealFamily(acting, PLACES.token, statuses, tools);
}

/** The very same session: put back in time, refused, and put forward again. */
async function tryIdle(
  acting: Acting,
  { cookie }: OpenedSession,
  { idleMinutes }: Lengths,
  tools: ProbeTools,
): Promise<Evidence> {
  const { account } = acting;
  const use = (): Promise<number> => statusOf(acting, { path: SESSION, cookie });
  await account.age('idle', idleMinutes + 1);
  const late = await use();
  await account.age('idle', -idleMinutes);
  const statuses = { 'unused for a minute too long': late, 'used a minute before': await use() };
  return sealFamily(acting, PLACES.idle, statuses, tools);
}

async function tryOld(
  acting: Acting,
  { cookie }: OpenedSession,
  { absoluteMinutes }: Lengths,
  tools: ProbeTools,
): Promise<Evidence> {
  const { account } = acting;
  const use = (): Promise<number> => statusOf(acting, { path: SESSION, cookie });
  await account.age('open', absoluteMinutes - 1);
  const early = await use();
  await account.age('open', 2);
  const statuses = { 'open for a minute less': early, 'open for a minute too long': await use() };
  return sealFamily(acting, PLACES.old, statuses, tools);
}

function sealCookie({ web }: Acting, { reply }: OpenedSession, tools: ProbeTools): Evidence {
  const [, ...attributes] = (reply.valuesOf('set-cookie')[0] ?? '').split(';').map((part) => part.trim());
  const maxAge = attributes.find((attribute) => /^max-age=/i.test(attribute))?.slice('max-age='.length);
  // A cookie without it ends with the browser, which may never end.
  const data = { maxAgeSeconds: maxAge === undefined || !/^\d+$/.test(maxAge) ? 0 : Number(maxAge) };
  return seal(KINDS.cookie, PLACES.cookie, 'the session cookie', web.vantage, data, tools);
}

function sealRows({ alive, tooIdle, tooLong }: SessionRows, tools: ProbeTools): Evidence {
  const evidence = { alive, tooIdle, tooLong };
  return seal(KINDS.rows, PLACES.rows, 'stored sessions', 'inside', evidence, tools, ['alive']);
}

function seal(
  kind: string,
  at: string,
  subject: string,
  vantage: Evidence['vantage'],
  data: Readonly<Record<string, number>>,
  tools: ProbeTools,
  volatile: readonly string[] = [],
): Evidence {
  return tools.evidence({ kind, subject, at, data, vantage, ttlSeconds: 3_600, volatile });
}

function twin(
  name: string,
  hits: string,
  fault: AccountFault | undefined,
  lengths: Partial<Lengths> = {},
  rows: Partial<SessionRows> = {},
): Twin<Target> {
  const found = { alive: 3, tooIdle: 0, tooLong: 0, mostOfOne: 1, ...rows };
  return accountTwin(name, hits, fault, {
    config: { sessions: { ...BAR, ...lengths } },
    database: { query: async () => [found] },
  });
}
