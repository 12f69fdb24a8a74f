// AK2: keys of the organization act for whom they were given and work where they were meant to, and the use of every key is told.
import type { ProbeTools } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import type { HttpReply } from '@holdfast/controls/probes/http.ts';
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import { type Asked, askAs, ATTEMPT, membersOf, sealAttempt } from '#verification/asking.ts';
import { triesOf } from '#verification/families.ts';
import type { Tenant, Web } from '#verification/instance.ts';
import { fixtures } from './ak2-fixtures.ts';
import { FAMILIES, judgeKinds, PLACES } from './ak2-judge.ts';
import { type Target, twins } from './ak2-twins.ts';

export const keyKindsControl = defineControl<Target>({
  id: 'AK2',
  title:
    'Service keys act for named members alone, publishable keys work in their page alone, and the use of each key is told',
  severity: 'high',
  waivable: true,
  needs: [{ kind: ATTEMPT, vantage: ['inside', 'outside'], min: Object.keys(FAMILIES).length + 1 }],
  judge: judgeKinds,
  remedy: 'Run the release as it was published over a schema that only `holdfast migrate` has changed.',
  maps: { cwe: ['269', '346', '863'], nist80053: ['AC-3', 'AC-6', 'AU-6'] },
  probe: async ({ web, tenants }, tools) => {
    if (web === undefined || tenants === undefined) return [];
    const { one, other } = await tenants.open(tools.signal);
    const looking: Looking = { web, one, other, tools, made: [] };
    try {
      return await look(looking);
    } finally {
      for (const id of looking.made)
        await ask(looking, { method: 'DELETE', path: `${KEYS}/${id}`, cookie: one.cookie });
    }
  },
  twins,
  fixtures,
});

const KEYS = '/api/v1/api-keys';
const SESSION = '/api/v1/session';
const MODELS = '/v1/models';
const PAGE = 'https://page.probe.invalid';

type Looking = {
  readonly web: Web;
  readonly one: Tenant;
  readonly other: Tenant;
  readonly tools: ProbeTools;
  /** Ids of keys that must not stay. */
  readonly made: string[];
};
type Made = { readonly id: string; readonly key: string; readonly status: number };

async function look(looking: Looking): Promise<readonly Evidence[]> {
  const { one, other } = looking;
  const [own, stranger] = [await personOf(looking, one), await personOf(looking, other)];
  if (own === undefined || stranger === undefined) return [];
  const service = await makeKey(looking, { kind: 'service', scopes: ['session:read'], actsFor: [own] });
  const page = await makeKey(looking, { kind: 'publishable', scopes: ['models:read'], origins: [PAGE] });
  const named = (key: string | undefined, person: string): Promise<number> =>
    statusOf(looking, {
      path: SESSION,
      ...(key === undefined ? { cookie: one.cookie } : { key }),
      headers: [['Holdfast-On-Behalf-Of', person]],
    });
  const given = (scope: string): Promise<Made> =>
    makeKey(looking, { kind: 'publishable', scopes: [scope], origins: [PAGE] });
  return [
    tries(looking, PLACES.people, {
      'for a member in its list': await named(service.key, own),
      'for nobody': await statusOf(looking, { path: SESSION, key: service.key }),
      'for somebody of another organization': await named(service.key, stranger),
      'by a key that acts for nobody': await named(one.key, own),
      'beside a session': await named(undefined, own),
    }),
    tries(looking, PLACES.scopes, {
      'what its scopes name': await named(service.key, own),
      'what they do not name': await statusOf(looking, {
        path: '/api/v1/audit?limit=1',
        key: service.key,
        headers: [['Holdfast-On-Behalf-Of', own]],
      }),
    }),
    tries(looking, PLACES.pages, {
      'from its page': await fromPage(looking, page.key, PAGE),
      'from no page': await fromPage(looking, page.key, undefined),
      'from another page': await fromPage(looking, page.key, 'https://other.probe.invalid'),
      'from a page whose name begins like it': await fromPage(looking, page.key, `${PAGE}.example`),
      'a call of a model': await callModel(looking, page.key),
    }),
    tries(looking, PLACES.given, {
      'the list of models': page.status,
      'calls of models': (await given('models:use')).status,
      'the log': (await given('audit:read')).status,
    }),
    await lookAtUse(looking),
  ];
}

/** Two programs call with a key without end, one of them in vain as well; nobody calls with the other key. */
async function lookAtUse(looking: Looking): Promise<Evidence> {
  const endless = await makeKey(looking, { scopes: ['models:read'], expiresInDays: null });
  const ending = await makeKey(looking, { scopes: ['models:read'], expiresInDays: 90 });
  const call = (path: string, program: string): Promise<number> =>
    statusOf(looking, { path, key: endless.key, headers: [['User-Agent', program]] });
  const called = [
    await call(MODELS, 'curl/8.0'),
    await call(MODELS, 'python-requests/2.0'),
    await call('/api/v1/audit?limit=1', 'curl/8.0'),
  ];
  const [first, second] = [await usageOf(looking, endless), await usageOf(looking, ending)];
  const { days, lastUsedAt, calls, failures, places } = membersOf(first);
  return seal(looking, PLACES.use, {
    status: first.status,
    called: called.join(' '),
    flagsOfEndless: textsIn(membersOf(first)['flags']),
    flagsOfOther: textsIn(membersOf(second)['flags']),
    days: Array.isArray(days) ? days.length : 0,
    isUseTold: typeof lastUsedAt === 'string' && Math.abs(Date.parse(lastUsedAt) - looking.tools.unixMs()) < RECENT_MS,
    isUnusedTold: membersOf(second)['lastUsedAt'] === null,
    calls: typeof calls === 'number' ? calls : null,
    failures: typeof failures === 'number' ? failures : null,
    clients: [
      ...new Set(partsIn(places).flatMap(({ client }) => (typeof client === 'string' ? [client] : []))),
    ].toSorted(),
    addresses: partsIn(places).filter(({ address }) => typeof address === 'string' && address !== '').length,
  });
}

/** Clocks of two machines differ, and times are told to the minute. */
const RECENT_MS = 5 * 60_000;

function partsIn(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'object' && each !== null) : [];
}

function usageOf(looking: Looking, { id }: Made): Promise<HttpReply> {
  return ask(looking, { path: `${KEYS}/${id}/usage`, cookie: looking.one.cookie });
}

/** Undefined when the session does not say whose it is: nothing can be seen then. */
async function personOf(looking: Looking, { cookie }: Tenant): Promise<string | undefined> {
  const { user } = membersOf(await ask(looking, { path: SESSION, cookie }));
  const id: unknown = typeof user === 'object' && user !== null && 'id' in user ? user.id : undefined;
  return typeof id === 'string' ? id : undefined;
}

async function makeKey(looking: Looking, more: object): Promise<Made> {
  const body = { name: 'probe AK2', ...more };
  const reply = await ask(looking, { method: 'POST', path: KEYS, cookie: looking.one.cookie, body });
  const { id, key } = membersOf(reply);
  if (typeof id === 'string') looking.made.push(id);
  return { id: typeof id === 'string' ? id : '', key: typeof key === 'string' ? key : '', status: reply.status };
}

/** As a browser on that page sends it; `askAs` would say that the page is the instance's own. */
async function fromPage({ web, tools }: Looking, key: string, origin: string | undefined): Promise<number> {
  const headers = [
    ['Authorization', `Bearer ${key}`] as const,
    ...(origin === undefined ? [] : [['Origin', origin] as const]),
  ];
  return (await web.ask({ path: MODELS, headers }, tools.signal)).status;
}

async function callModel({ web, tools }: Looking, key: string): Promise<number> {
  const headers = [
    ['Authorization', `Bearer ${key}`],
    ['Origin', PAGE],
    ['Content-Type', 'application/json'],
  ] as const;
  const body = JSON.stringify({ model: 'probe', messages: [] });
  return (await web.ask({ method: 'POST', path: '/v1/chat/completions', headers, body }, tools.signal)).status;
}

function ask({ web, tools }: Looking, asked: Asked): Promise<HttpReply> {
  return askAs(web, asked, tools.signal);
}

async function statusOf(looking: Looking, asked: Asked): Promise<number> {
  return (await ask(looking, asked)).status;
}

function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

function tries(looking: Looking, place: string, statuses: Readonly<Record<string, number>>): Evidence {
  const family = FAMILIES[place];
  return seal(looking, place, { tries: family === undefined ? [] : triesOf(family, statuses) });
}

function seal({ web, tools }: Looking, at: string, facts: Readonly<Record<string, JsonValue>>): Evidence {
  return sealAttempt(web, { subject: at, at, facts }, tools);
}
