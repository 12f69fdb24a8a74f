// EN6: every stored secret has an age, what is to be rotated is told, and what was seen by others ends at once.
import type { Fixtures, ProbeTools, Twin } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { alterAt, fixtureEvidence, mutantsFrom } from '@holdfast/controls/fixtures.ts';
import type { TwinAnswer, TwinRequest } from '@holdfast/controls/twins/http.ts';
import { storedSecrets } from '#crypto/stored-secrets.ts';
import { askAs, ATTEMPT, attemptFixture, membersOf, sealAttempt } from '#verification/asking.ts';
import { blindOf, goodTries, mutantsOf, triesOf } from '#verification/families.ts';
import type { Database, Tenant, Tenants, Web } from '#verification/instance.ts';
import { startTenantTwin, twinTenants } from '#verification/twin-tenants.ts';
import { AGES, EXPOSED, FAMILIES, judgeAges, PLACES } from './en6-judge.ts';
import { readAges, readExposed, type TableAge } from './en6-queries.ts';

type Target = { readonly web?: Web; readonly tenants?: Tenants; readonly database?: Pick<Database, 'query'> };

const REPORT = '/api/v1/credentials';
const KEYS = '/api/v1/api-keys';
const SESSION = '/api/v1/session';
const TWIN_KEY = 'key_of_a_twin';
const TEN_YEARS_DAYS = 3_650;
/** Tables that hold what must not be known: their rows are what is rotated. */
const TABLES = [
  ...new Set(
    Object.entries(storedSecrets)
      .filter(([, kept]) => kept !== 'public')
      .map(([column]) => column.split('.')[0] ?? ''),
  ),
].toSorted();

const GOOD = 'ages as they must be';
const told = { status: 200, isListed: true, ageDays: 0, isDueNow: false, isDueInTenYears: true };
const good: readonly Evidence[] = [
  ...goodTries(FAMILIES),
  attemptFixture({ subject: PLACES.report, at: PLACES.report, facts: told }),
  fixtureEvidence({ ...stored(TABLES.map((name) => ({ name, hasTime: true }))), vantage: 'inside', ttlSeconds: 3_600 }),
  fixtureEvidence({ ...exposedSecrets(0), vantage: 'inside', ttlSeconds: 3_600 }),
];
const mutant = mutantsFrom(GOOD);

const fixtures: Fixtures = {
  good: [{ name: GOOD, evidence: good }],
  mutants: [
    ...mutantsOf(FAMILIES, GOOD),
    mutant('a report without the key', PLACES.report, { isListed: false }),
    mutant('an old key that is new', PLACES.report, { ageDays: 90 }),
    mutant('no age at all', PLACES.report, { ageDays: null }),
    mutant('everything is due', PLACES.report, { isDueNow: true }),
    mutant('nothing is ever due', PLACES.report, { isDueInTenYears: false }),
    mutant('a secret that others have seen', PLACES.replaced, { exposed: 1 }),
    mutant('a number that is none', PLACES.replaced, { exposed: -1 }),
    mutant('a secret without a time', PLACES.stored, { tables: [{ name: 'api_key', hasTime: false }] }),
  ],
  notApplicable: [],
  blind: [
    ...blindOf(FAMILIES, good),
    { name: 'no report', evidence: good.filter(({ at }) => at !== PLACES.report) },
    { name: 'a report that breaks', evidence: alterAt(PLACES.report, { status: 503 })(good) },
    { name: 'the database was not asked', evidence: good.filter(({ at }) => at !== PLACES.stored) },
    { name: 'nobody counted what was exposed', evidence: good.filter(({ at }) => at !== PLACES.replaced) },
    { name: 'no tables', evidence: alterAt(PLACES.stored, { tables: [] })(good) },
  ],
  same: [
    {
      name: 'fewer tables',
      as: GOOD,
      evidence: alterAt(PLACES.stored, { tables: [{ name: 'api_key', hasTime: true }] })(good),
    },
  ],
};

type Fault = 'exposed' | 'keeps_exposed' | 'tells_keys' | 'forgets_keys' | 'never_due' | 'always_due' | 'timeless';

export const agesControl = defineControl<Target>({
  id: 'EN6',
  title:
    'Every stored secret has an age, what is to be rotated is told by a schedule, and what others saw ends at once',
  severity: 'medium',
  waivable: true,
  needs: [
    { kind: ATTEMPT, vantage: ['inside', 'outside'], min: 3 },
    { kind: AGES, vantage: ['inside'] },
    { kind: EXPOSED, vantage: ['inside'] },
  ],
  judge: judgeAges,
  remedy:
    'Replace every secret of a provider that is marked as exposed (Providers, Change). Else run the release as it was published over a schema that only `holdfast migrate` has changed.',
  maps: { cwe: ['262', '324'], nist80053: ['IA-5', 'SC-12'] },
  probe: async ({ web, tenants, database }, tools) => {
    if (web === undefined || tenants === undefined || database === undefined) return [];
    const { one } = await tenants.open(tools.signal);
    const exposed = await readExposed(database, tools.signal);
    return [
      ...(await lookAtReport(web, one, tools)),
      await tryExposing(web, one, tools),
      tools.evidence({
        ...stored(await readAges(database, TABLES, tools.signal)),
        vantage: 'inside',
        ttlSeconds: 3_600,
      }),
      ...(exposed === undefined
        ? []
        : [tools.evidence({ ...exposedSecrets(exposed), vantage: 'inside', ttlSeconds: 3_600 })]),
    ];
  },
  twins: [
    twin('a server that tells keys of ages', PLACES.readers, 'tells_keys'),
    twin('a server that lets exposed keys in', PLACES.exposed, 'keeps_exposed'),
    twin('a provider whose secret others have seen', PLACES.replaced, 'exposed'),
    twin('a report that forgets keys', PLACES.report, 'forgets_keys'),
    twin('a report in which nothing is due', PLACES.report, 'never_due'),
    twin('a report in which everything is due', PLACES.report, 'always_due'),
    twin('a table of secrets without a time', PLACES.stored, 'timeless'),
  ],
  fixtures,
});

function stored(tables: readonly TableAge[]) {
  return {
    kind: AGES,
    subject: 'tables that hold secrets',
    at: PLACES.stored,
    data: { tables: tables.map((each) => ({ ...each })) },
  };
}

function exposedSecrets(exposed: number) {
  return { kind: EXPOSED, subject: 'secrets of providers', at: PLACES.replaced, data: { exposed } };
}

/** The key of the probe was made for this run. */
async function lookAtReport(web: Web, { cookie, key, keyId }: Tenant, tools: ProbeTools): Promise<readonly Evidence[]> {
  const now = await askAs(web, { path: REPORT, cookie }, tools.signal);
  const later = await askAs(web, { path: `${REPORT}?dueWithinDays=${TEN_YEARS_DAYS}`, cookie }, tools.signal);
  const byKey = await askAs(web, { path: REPORT, key }, tools.signal);
  const family = FAMILIES[PLACES.readers];
  const statuses = { 'an owner': now.status, 'a key': byKey.status };
  const tries = family === undefined ? [] : triesOf(family, statuses);
  const [item, itemLater] = [itemOf(now, keyId), itemOf(later, keyId)];
  const facts = {
    status: now.status,
    isListed: item !== undefined,
    ageDays: typeof item?.['ageDays'] === 'number' ? item['ageDays'] : null,
    isDueNow: item?.['isDue'] === true,
    isDueInTenYears: itemLater?.['isDue'] === true,
  };
  return [
    sealAttempt(web, { subject: PLACES.readers, at: PLACES.readers, facts: { tries } }, tools),
    sealAttempt(web, { subject: PLACES.report, at: PLACES.report, facts }, tools),
  ];
}

/** A key of its own, that ends by what is tried. */
async function tryExposing(web: Web, { cookie }: Tenant, tools: ProbeTools): Promise<Evidence> {
  const body = { name: 'to be exposed', scopes: ['session:read'], expiresInDays: 1 };
  const { id, key } = membersOf(await askAs(web, { method: 'POST', path: KEYS, cookie, body }, tools.signal));
  const family = FAMILIES[PLACES.exposed];
  const statuses: Record<string, number> = {};
  // Without a key nothing is tried, and nothing is known then.
  if (typeof id === 'string' && typeof key === 'string') {
    const call = async (): Promise<number> => (await askAs(web, { path: SESSION, key }, tools.signal)).status;
    statuses['a call with it'] = await call();
    const marking = { method: 'POST', path: `${KEYS}/${id}/mark-exposed`, cookie, body: {} };
    statuses['marking it as exposed'] = (await askAs(web, marking, tools.signal)).status;
    statuses['a call with it after that'] = await call();
  }
  const tries = family === undefined ? [] : triesOf(family, statuses);
  return sealAttempt(web, { subject: PLACES.exposed, at: PLACES.exposed, facts: { tries } }, tools);
}

function itemOf(reply: { readonly body: string }, id: string): Readonly<Record<string, unknown>> | undefined {
  const { items } = membersOf(reply);
  if (!Array.isArray(items)) return undefined;
  const found: unknown = items.find(
    (item: unknown) => typeof item === 'object' && item !== null && 'id' in item && item.id === id,
  );
  return typeof found === 'object' && found !== null ? { ...found } : undefined;
}

function twin(name: string, hits: string, fault: Fault): Twin<Target> {
  const database = {
    query: async (statement: string) =>
      statement.includes('look_at_exposed')
        ? [{ exposed: fault === 'exposed' ? 1 : 0 }]
        : TABLES.map((table) => ({ name: table, hasTime: fault !== 'timeless' || table !== 'api_key' })),
  };
  const start = () => {
    const state = { isMarked: false };
    return startTenantTwin({ '*': (request) => answer(fault, state, request) }, { database });
  };
  return { name, hits, start };
}

function answer(fault: Fault, state: { isMarked: boolean }, { path, headers }: TwinRequest): TwinAnswer {
  if (path === KEYS) return { status: 201, body: JSON.stringify({ id: TWIN_KEY, key: 'the key to expose' }) };
  if (path === `${KEYS}/${TWIN_KEY}/mark-exposed`) state.isMarked = true;
  if (path === SESSION && state.isMarked && fault !== 'keeps_exposed') return { status: 401, body: '{}' };
  if (path === SESSION) return { status: 200, body: '{}' };
  if (headers.authorization !== undefined && fault !== 'tells_keys') return { status: 403, body: '{}' };
  const isLater = path.includes('dueWithinDays=');
  const isDue = fault === 'always_due' || (isLater && fault !== 'never_due');
  const items = fault === 'forgets_keys' ? [] : [{ id: twinTenants.one.keyId, ageDays: 0, isDue }];
  return { status: 200, body: JSON.stringify({ items }) };
}
