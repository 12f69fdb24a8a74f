// SE1: the session cookie of a real sign-in belongs to our own pages alone, and no script ever reads a token.
import type { Finding, ProbeTools } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { type Facts, factsOf } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import { judgePair, outcomeOfStatus } from '@holdfast/controls/paired.ts';
import type { HttpReply } from '@holdfast/controls/probes/http.ts';
import type { TwinAnswers, TwinRequest } from '@holdfast/controls/twins/http.ts';
import { askAs, ATTEMPT, cookieOf, membersOf, sealAttempt } from '#verification/asking.ts';
import type { Tenants, Web } from '#verification/instance.ts';
import { startTenantTwin } from '#verification/twin-tenants.ts';
import {
  BODY,
  COOKIE,
  cookieLook,
  CROSS_SITE,
  foreignPages,
  mutationLook,
  type SeenCookie,
  sessionCookieFixtures,
} from './se1-fixtures.ts';

type Target = { readonly web?: Web; readonly tenants?: Tenants };

const PATH = '/api/v1/session';
/** The sign-in, the sign-out, our own page and every foreign one. */
const SUBJECTS = 3 + Object.keys(foreignPages).length;
const TELLING_NAMES = /token|jwt|bearer|secret|password|session_?id/i;

export const sessionCookieControl = defineControl({
  id: 'SE1',
  title: 'The session cookie serves our own pages alone, and no script can read it',
  severity: 'high',
  waivable: true,
  needs: [{ kind: ATTEMPT, vantage: ['inside'], min: SUBJECTS }],
  judge: (evidence) => {
    const seen = evidence.map((each) => ({ each, facts: factsOf(each) }));
    const isOf = (role: string) => seen.filter(({ facts }) => facts.text('role') === role);
    const mutations = isOf('mutation').map(({ each, facts }) => {
      const status = facts.number('status');
      const attempt = { evidence: each, outcome: outcomeOfStatus(status, [403]), shown: `${status}` };
      return { ...attempt, isForeign: facts.flag('isForeign') };
    });
    return [
      ...isOf('cookies').flatMap(({ each, facts }) => judgeCookies(each, facts)),
      ...judgePair({
        good: mutations.filter(({ isForeign }) => !isForeign),
        bad: mutations.filter(({ isForeign }) => isForeign),
        expected: 'refused for the page it comes from',
      }),
    ];
  },
  remedy:
    'Let the server set its cookie alone; see that no proxy rewrites Set-Cookie, Origin or Sec-Fetch-Site on the way.',
  maps: {
    asvs: ['3.3.1', '3.3.2', '3.3.3', '3.3.4', '3.5.1'],
    cwe: ['352', '614', '1004', '1275'],
    nist80053: ['SC-23'],
  },
  probe: async ({ web, tenants }: Target, tools) => {
    if (web === undefined || tenants === undefined) return [];
    const { one } = await tenants.open(tools.signal);
    return trySession(web, one, tools);
  },
  twins: [
    {
      name: 'an edge that sets a second cookie which scripts can read',
      hits: COOKIE.httpOnly,
      start: () =>
        startSessionTwin({ cookies: [GOOD_COOKIE, '__Host-more=1; Path=/; Secure; SameSite=Lax'], isStrict: true }),
    },
    {
      name: 'an edge that takes mutations from pages of other sites',
      hits: CROSS_SITE,
      start: () => startSessionTwin({ cookies: [GOOD_COOKIE], isStrict: false }),
    },
    {
      name: 'an edge that gives the token to scripts too',
      hits: BODY,
      start: () =>
        startSessionTwin({ cookies: [GOOD_COOKIE], isStrict: true, body: '{"session":"twin-session-value"}' }),
    },
  ],
  fixtures: sessionCookieFixtures,
});

const GOOD_COOKIE = '__Host-twin=twin-session-value; Path=/; Secure; HttpOnly; SameSite=Lax';

function judgeCookies(each: Evidence, facts: Facts): readonly Finding[] {
  const cookies = facts
    .parts('cookies')
    .map((part) => ({ name: part.text('name'), attributes: part.texts('attributes') }));
  const status = facts.number('status');
  const fault = (at: string, expected: string, observed: string): Finding =>
    failureOf(each, { at, expected, observed });
  const telling = facts.texts('members').filter((name) => TELLING_NAMES.test(name));
  const held = facts.flag('holdsToken') ? ['the token of the cookie'] : [];
  if (cookies.length === 0 || status >= 300) {
    const observed = `${status} with ${cookies.length} cookies`;
    return [{ ...fault(COOKIE.name, 'a reply that sets the session cookie', observed), verdict: 'unknown' }];
  }
  return [
    ...cookies.flatMap((cookie) =>
      faultsOfCookie(cookie).map(([at, expected, observed]) => fault(at, expected, `${cookie.name}: ${observed}`)),
    ),
    ...[...held, ...telling].map((observed) => fault(BODY, 'no token outside of the cookie', observed)),
  ];
}

type Fault = readonly [at: string, expected: string, observed: string];
type CookieRule = {
  readonly at: string;
  readonly expected: string;
  readonly attribute: string;
  readonly holds: (values: readonly string[]) => boolean;
};

/** Of a repeated attribute browsers take the last, which is one opinion of several: once is what is asked for. */
const RULES: readonly CookieRule[] = [
  { at: COOKIE.secure, expected: 'Secure', attribute: 'secure', holds: ({ length }) => length > 0 },
  { at: COOKIE.httpOnly, expected: 'HttpOnly', attribute: 'httponly', holds: ({ length }) => length > 0 },
  {
    at: COOKIE.sameSite,
    expected: 'SameSite=Lax or Strict',
    attribute: 'samesite',
    holds: ([only, ...more]) => more.length === 0 && (only === 'lax' || only === 'strict'),
  },
  { at: COOKIE.domain, expected: 'no Domain', attribute: 'domain', holds: ({ length }) => length === 0 },
  {
    at: COOKIE.path,
    expected: 'Path=/',
    attribute: 'path',
    holds: ([only, ...more]) => more.length === 0 && only === '/',
  },
];

/** RFC 6265 section 5.2: names of attributes in any case. */
function faultsOfCookie({ name, attributes }: SeenCookie): readonly Fault[] {
  const pairs = attributes.map((text) => {
    const [key = '', ...rest] = text.split('=');
    return { key: key.trim().toLowerCase(), value: rest.join('=').trim().toLowerCase() };
  });
  const faults = RULES.flatMap(({ at, expected, attribute, holds }): readonly Fault[] => {
    const values = pairs.flatMap(({ key, value }) => (key === attribute ? [value] : []));
    return holds(values)
      ? []
      : [[at, expected, `${attribute} ${values.length === 0 ? 'missing' : values.join(' and ')}`]];
  });
  return name.startsWith('__Host-') ? faults : [[COOKIE.name, 'a name with __Host-', 'another name'], ...faults];
}

type Account = { readonly email: string; readonly password: string };

/** A session of its own: the last step ends it, and a foreign page that could end it would have shown the fault. */
async function trySession(web: Web, { email, password }: Account, tools: ProbeTools): Promise<readonly Evidence[]> {
  const from = web.freshAddress();
  const signedIn = await askAs(web, { method: 'POST', path: PATH, body: { email, password }, from }, tools.signal);
  const cookie = cookieOf(signedIn) ?? '';
  const end = (headers: readonly (readonly [string, string])[]): Promise<HttpReply> => {
    const request = { method: 'DELETE', path: PATH, headers: [['Cookie', cookie] as const, ...headers] };
    return web.ask(from === undefined ? request : { ...request, from }, tools.signal);
  };
  const seen = [sealAttempt(web, cookieLook('sign-in', readCookies(signedIn, cookie)), tools)];
  for (const [name, headers] of Object.entries(foreignPages)) {
    const { status } = await end(headers);
    seen.push(sealAttempt(web, mutationLook(name, { status, isForeign: true }), tools));
  }
  const ended = await end([
    ['Origin', web.origin],
    ['Sec-Fetch-Site', 'same-origin'],
  ]);
  return [
    ...seen,
    sealAttempt(web, mutationLook('our own page', { status: ended.status, isForeign: false }), tools),
    sealAttempt(web, cookieLook('sign-out', readCookies(ended, cookie)), tools),
  ];
}

/** Values are left out: they are what has to be kept. */
function readCookies(reply: HttpReply, cookie: string) {
  const cookies = reply.valuesOf('set-cookie').map((line): SeenCookie => {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
    return { name: pair.split('=')[0] ?? '', attributes: attributes.map(withoutTime) };
  });
  const value = cookie.slice(cookie.indexOf('=') + 1);
  const holdsToken = value !== '' && reply.body.includes(value);
  return { status: reply.status, cookies, holdsToken, members: namesIn(membersOf(reply)) };
}

/** How long a cookie lives changes with every sign-in, and is the subject of another promise. */
function withoutTime(attribute: string): string {
  return /^(?:expires|max-age)=/i.test(attribute) ? (attribute.split('=')[0] ?? '') : attribute;
}

function namesIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...namesIn(inner)]);
}

type TwinOptions = { readonly cookies: readonly string[]; readonly isStrict: boolean; readonly body?: string };

function startSessionTwin({ cookies, isStrict, body = '{}' }: TwinOptions) {
  const isForeign = ({ headers }: TwinRequest): boolean => headers['sec-fetch-site'] !== 'same-origin';
  const answers: TwinAnswers = {
    [`POST ${PATH}`]: { status: 201, headers: { 'set-cookie': cookies }, body },
    [`DELETE ${PATH}`]: (request) =>
      isStrict && isForeign(request)
        ? { status: 403 }
        : { status: 204, headers: { 'set-cookie': [GOOD_COOKIE.replace('twin-session-value', '')] } },
  };
  return startTenantTwin(answers, {});
}
