// TR5: only pages of origins that are listed, letter by letter, may read replies; no likeness and no trick gets in.
import type { Finding, StartedTwin } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { type Facts, factsOf } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import { type Attempt, judgePair, type Outcome } from '@holdfast/controls/paired.ts';
import type { TwinAnswer, TwinRequest } from '@holdfast/controls/twins/http.ts';
import { twinOf } from '@holdfast/controls/twins/sockets.ts';
import type { Config } from '#config.ts';
import { startWebTwin } from '#verification/exchange.ts';
import type { Web } from '#verification/instance.ts';
import { type Asking, GRANT, ORIGIN, seeOrigin } from './tr5-origin-evidence.ts';
import { CREDENTIALS, corsFixtures, HEADERS, VARY } from './tr5-fixtures.ts';

type Target = { readonly web?: Web; readonly config?: Pick<Config, 'corsOrigins'> };

const EXPECTED = 'no permission to read the reply';
/** Its own origin, a stranger, no origin, and likenesses. */
const SUBJECTS_MIN = 5;

export const corsControl = defineControl({
  id: 'TR5',
  title: 'Only pages of listed origins may read replies',
  severity: 'high',
  waivable: false,
  needs: [{ kind: ORIGIN, vantage: ['outside', 'inside'], min: SUBJECTS_MIN }],
  judge: (evidence) => {
    const seen = evidence.map((each) => ({ each, facts: factsOf(each) }));
    const attempts = (isForeign: boolean) =>
      seen
        .filter(({ facts }) => (facts.text('role') === 'foreign') === isForeign)
        .flatMap(({ each, facts }) => attemptsOf(each, facts));
    return [
      ...judgePair({ good: attempts(false), bad: attempts(true), expected: EXPECTED }),
      ...seen.flatMap(({ each, facts }) => detailFaults(each, facts)),
      ...listedIsSeen(seen),
    ];
  },
  remedy:
    'Name the exact https origins in HOLDFAST_CORS_ORIGINS, and see that no proxy in front adds Access-Control headers of its own.',
  maps: { asvs: ['3.4.2'], cwe: ['942', '346'], nist80053: ['AC-4'] },
  probe: async ({ web, config }: Target, tools) => {
    if (web === undefined) return [];
    const listed = config?.corsOrigins ?? [];
    return Promise.all(askingsOf(web.origin, listed).map((asking) => seeOrigin(web, asking, tools)));
  },
  twins: [
    {
      name: 'an edge that reflects the origin everywhere but in preflights',
      hits: GRANT,
      start: () => startCorsTwin([], ({ method, headers }) => (method === 'OPTIONS' ? [] : grant(headers.origin))),
    },
    {
      name: 'an edge that compares beginnings of origins',
      hits: GRANT,
      start: () =>
        startCorsTwin(['https://app.example.org'], ({ headers: { origin } }) =>
          origin?.startsWith('https://app.example.org') === true ? grant(origin) : [],
        ),
    },
    {
      name: 'an edge that lets caches mix up origins',
      hits: VARY,
      start: () =>
        startCorsTwin(['https://app.example.org'], ({ headers: { origin } }) =>
          origin === 'https://app.example.org' ? grant(origin) : [],
        ),
    },
  ],
  fixtures: corsFixtures,
});

/** Everything is answered with 200, and with the given headers; never with Vary. */
async function startCorsTwin(
  corsOrigins: readonly string[],
  headersFor: (request: TwinRequest) => readonly (readonly [string, string])[],
): Promise<StartedTwin<Target>> {
  const answer = (request: TwinRequest): TwinAnswer => ({
    status: 200,
    headers: Object.fromEntries(headersFor(request)),
  });
  const started = await startWebTwin({ '*': answer });
  return twinOf(started, { ...started.target, config: { corsOrigins } });
}

function grant(origin = 'none'): readonly (readonly [string, string])[] {
  return [
    ['access-control-allow-origin', origin],
    ['access-control-allow-headers', 'x-request-id'],
  ];
}

function attemptsOf(each: Evidence, facts: Facts): readonly Attempt[] {
  const [origin, role] = [facts.text('origin'), facts.text('role')];
  return facts.parts('replies').map((reply) => {
    const [name, origins, status] = [reply.text('name'), reply.texts('origins'), reply.number('status')];
    const shown = `${name}: ${status}, ${origins.length === 0 ? 'no permission' : origins.join(' and ')}`;
    return { evidence: each, outcome: outcomeOf({ role, origin, origins, name, status }), shown };
  });
}

type Seen = {
  readonly role: string;
  readonly origin: string;
  readonly origins: readonly string[];
  readonly name: string;
  readonly status: number;
};

/** What our own pages get: a server that answers all alike is none whose refusals mean anything. */
const OWN: Readonly<Record<string, number>> = { page: 200, refusal: 401 };

/** Of a foreign origin the permission counts; of our own that it was served; of a listed one that exactly it was named. */
function outcomeOf({ role, origin, origins, name, status }: Seen): Outcome {
  if (role === 'foreign' && isGranted(origin, origins)) return 'accepted';
  if (!isServed(status)) return 'other';
  if (role === 'own') return status === (OWN[name] ?? status) ? 'accepted' : 'other';
  if (role === 'listed') return origins.length === 1 && origins[0] === origin ? 'accepted' : 'other';
  return 'refused';
}

function isGranted(origin: string, origins: readonly string[]): boolean {
  return origins.length > 1 || origins.some((value) => isGrantTo(origin, value));
}

function isServed(status: number): boolean {
  return status >= 200 && status < 500 && status !== 429;
}

/** Browsers compare letter by letter; what they could not compare is no good sign either. */
function isGrantTo(origin: string, value: string): boolean {
  const text = value.trim().toLowerCase();
  return text === origin.toLowerCase() || text === 'null' || !/^https:\/\/[a-z0-9.:[\]-]+$/.test(text);
}

function detailFaults(each: Evidence, facts: Facts): readonly Finding[] {
  const hasList = facts.flag('hasList');
  const role = facts.text('role');
  return facts.parts('replies').flatMap((reply) => {
    const name = reply.text('name');
    const [vary, credentials, headers] = [reply.texts('vary'), reply.texts('credentials'), reply.texts('headers')];
    const fault = (at: string, expected: string, observed: readonly string[]): Finding =>
      failureOf(each, { at, expected, observed: `${name}: ${observed.length === 0 ? 'none' : observed.join(', ')}` });
    const needsId = role === 'listed' && name === 'preflight';
    return [
      ...(hasList && !namesIn(vary).includes('origin') ? [fault(VARY, 'Vary: Origin', vary)] : []),
      ...(credentials.length > 0 ? [fault(CREDENTIALS, 'no credentials for other origins', credentials)] : []),
      ...(needsId && !namesIn(headers).includes('x-request-id') ? [fault(HEADERS, 'X-Request-ID', headers)] : []),
    ];
  });
}

/** Where origins are listed, it has to be seen that one is let in, or a broken server would look like a strict one. */
function listedIsSeen(seen: readonly { readonly each: Evidence; readonly facts: Facts }[]): readonly Finding[] {
  const [withList] = seen.filter(({ facts }) => facts.flag('hasList'));
  if (withList === undefined || seen.some(({ facts }) => facts.text('role') === 'listed')) return [];
  return [
    { ...failureOf(withList.each, { expected: 'a listed origin let in', observed: 'none' }), verdict: 'unknown' },
  ];
}

function namesIn(values: readonly string[]): readonly string[] {
  return values.flatMap((value) => value.split(',').map((name) => name.trim().toLowerCase()));
}

function askingsOf(own: string, listed: readonly string[]): readonly Asking[] {
  const hasList = listed.length > 0;
  const foreign = Object.entries(likenessesOf(listed[0] ?? own)).filter(([, origin]) => !listed.includes(origin));
  return [
    { name: 'its own origin', origin: own, role: 'own' as const, hasList },
    ...listed.map((origin) => ({ name: `listed ${origin}`, origin, role: 'listed' as const, hasList })),
    ...foreign.map(([name, origin]) => ({ name, origin, role: 'foreign' as const, hasList })),
  ];
}

function likenessesOf(base: string): Readonly<Record<string, string>> {
  const { protocol, hostname, port } = new URL(base);
  const at = port === '' ? '' : `:${port}`;
  return {
    'a stranger': 'https://evil.example',
    'a page without an origin': 'null',
    'the same beginning': `${protocol}//${hostname}.evil.example${at}`,
    'the same end': `${protocol}//evil${hostname}${at}`,
    'a name below it': `${protocol}//evil.${hostname}${at}`,
    'another letter for the dot': `${protocol}//${hostname.includes('.') ? hostname.replace('.', 'x') : `${hostname}x`}${at}`,
    'the other scheme': `${protocol === 'https:' ? 'http:' : 'https:'}//${hostname}${at}`,
    'another port': `${protocol}//${hostname}:${port === '8443' ? '9443' : '8443'}`,
  };
}
