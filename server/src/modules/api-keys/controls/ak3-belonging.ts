// AK3: a key belongs to one organization, is limited, and ends with the member it rests on.
import type { Fixtures, ProbeTools, Twin } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { alterAt, fixtureEvidence, mutantsFrom } from '@holdfast/controls/fixtures.ts';
import type { TwinAnswer, TwinRequest } from '@holdfast/controls/twins/http.ts';
import { askAs, ATTEMPT, attemptFixture, membersOf, sealAttempt } from '#verification/asking.ts';
import { blindOf, goodTries, mutantsOf, triesOf } from '#verification/families.ts';
import type { Config } from '#config.ts';
import type { Database, Tenant, Tenants, Web } from '#verification/instance.ts';
import { startTenantTwin, twinTenants } from '#verification/twin-tenants.ts';
import { FAMILIES, judgeBelonging, PLACES, REFERENCES, RULES, USUAL_PER_MINUTE } from './ak3-judge.ts';
import { type KeyRules, readKeyRules } from './ak3-queries.ts';

type Target = {
  readonly web?: Web;
  readonly tenants?: Tenants;
  readonly database?: Pick<Database, 'query'>;
  readonly config?: {
    readonly limits: { readonly ratesPerMinute: Pick<Config['limits']['ratesPerMinute'], 'apiKey'> };
  };
};

const KEYS = '/api/v1/api-keys';
const MODELS = '/v1/models';

const GOOD = 'keys as they must belong';
const usual = '"read";q=1200;w=60, "api_key";q=600;w=60';
const high = '"read";q=1200;w=60, "api_key";q=6000;w=60';
const limited = {
  within: 200,
  beyond: 429,
  policy: '"read";q=600;w=60, "api_key";q=1;w=60',
  usualPolicy: usual,
  configured: USUAL_PER_MINUTE,
};
const good: readonly Evidence[] = [
  ...goodTries(FAMILIES),
  attemptFixture({ subject: PLACES.limit, at: PLACES.limit, facts: limited }),
  fixtureEvidence({ ...sealed(RULES), vantage: 'inside', ttlSeconds: 3_600 }),
];
const mutant = mutantsFrom(GOOD);

const fixtures: Fixtures = {
  good: [{ name: GOOD, evidence: good }],
  mutants: [
    ...mutantsOf(FAMILIES, GOOD),
    mutant('no limit', PLACES.limit, { beyond: 200 }),
    mutant('another limit than was set', PLACES.limit, { policy: usual }),
    mutant('a limit that nobody is told', PLACES.limit, { policy: '"read";q=600;w=60' }),
    mutant('a higher limit than is usual', PLACES.limit, { usualPolicy: high }),
    mutant('a lower limit than was configured', PLACES.limit, { configured: 6_000 }),
    mutant('another limit than was configured', PLACES.limit, { usualPolicy: high, configured: 9 }),
    mutant('keys without a limit', PLACES.limit, { usualPolicy: '"read";q=600;w=60' }),
    mutant('keys that stay', PLACES.member, { owner: 'a' }),
    mutant('keys of the organization that nobody answers for', PLACES.member, { trigger: 'D' }),
    mutant('a key that knows no answering member', PLACES.member, { responsible: null }),
    mutant('a list that keeps who left', PLACES.member, { listed: 'a' }),
  ],
  notApplicable: [],
  blind: [
    ...blindOf(FAMILIES, good),
    { name: 'nothing within the limit', evidence: alterAt(PLACES.limit, { within: 401 })(good) },
    { name: 'a server that breaks', evidence: alterAt(PLACES.limit, { within: 503 })(good) },
    { name: 'no limit was tried', evidence: good.filter(({ at }) => at !== PLACES.limit) },
    { name: 'the database was not asked', evidence: good.filter(({ at }) => at !== PLACES.member) },
  ],
  same: [
    {
      name: 'a limit that the operator configured',
      as: GOOD,
      evidence: alterAt(PLACES.limit, { usualPolicy: high, configured: 6_000 })(good),
    },
  ],
};

type Fault = {
  readonly everywhere?: true;
  readonly limitless?: true;
  readonly generous?: true;
  readonly rules?: Partial<KeyRules>;
};

export const belongingControl = defineControl<Target>({
  id: 'AK3',
  title: 'A key belongs to one organization, is limited, and ends with the member it rests on',
  severity: 'high',
  waivable: true,
  needs: [
    { kind: ATTEMPT, vantage: ['inside', 'outside'], min: 2 },
    { kind: REFERENCES, vantage: ['inside'] },
  ],
  judge: judgeBelonging,
  remedy: 'Run the release as it was published over a schema that only `holdfast migrate` has changed.',
  maps: { cwe: ['613', '770'], nist80053: ['AC-2', 'SC-5'] },
  probe: async ({ web, tenants, database, config }, tools) => {
    if (web === undefined || tenants === undefined || database === undefined || config === undefined) return [];
    const { one, other } = await tenants.open(tools.signal);
    const rules = await readKeyRules(database, tools.signal);
    return [
      await lookAtOrganization(web, one, other, tools),
      await lookAtLimit(web, one, config.limits.ratesPerMinute.apiKey, tools),
      tools.evidence({ ...sealed(rules), vantage: 'inside', ttlSeconds: 3_600 }),
    ];
  },
  twins: [
    twin('a key that is good everywhere', PLACES.organization, { everywhere: true }),
    twin('a key without a limit', PLACES.limit, { limitless: true }),
    twin('a higher limit than anybody configured', PLACES.limit, { generous: true }),
    twin('a database that keeps keys of who left', PLACES.member, { rules: { owner: 'a' } }),
    twin('a database whose trigger is off', PLACES.member, { rules: { trigger: 'D' } }),
  ],
  fixtures,
});

function sealed(rules: KeyRules) {
  return { kind: REFERENCES, subject: 'references of api_key', at: PLACES.member, data: { ...rules } };
}

async function lookAtOrganization(web: Web, one: Tenant, other: Tenant, tools: ProbeTools): Promise<Evidence> {
  const statusIn = async ({ organizationId }: Tenant): Promise<number> => {
    const headers = [['Holdfast-Organization', organizationId]] as const;
    return (await askAs(web, { path: MODELS, key: one.key, headers }, tools.signal)).status;
  };
  const family = FAMILIES[PLACES.organization];
  const statuses = { 'in its own organization': await statusIn(one), 'in another organization': await statusIn(other) };
  const tries = family === undefined ? [] : triesOf(family, statuses);
  return sealAttempt(web, { subject: PLACES.organization, at: PLACES.organization, facts: { tries } }, tools);
}

/** One call a minute, and two calls. */
async function lookAtLimit(
  web: Web,
  { cookie, key: usualKey }: Tenant,
  configured: number,
  tools: ProbeTools,
): Promise<Evidence> {
  const body = { name: 'probe AK3', scopes: ['models:read'], perMinute: 1 };
  const { id, key } = membersOf(await askAs(web, { method: 'POST', path: KEYS, cookie, body }, tools.signal));
  const call = (of: string) => askAs(web, { path: MODELS, key: of }, tools.signal);
  try {
    const [within, beyond] = [await call(String(key)), await call(String(key))];
    const facts = {
      within: within.status,
      beyond: beyond.status,
      policy: within.valuesOf('ratelimit-policy').join(),
      usualPolicy: (await call(usualKey)).valuesOf('ratelimit-policy').join(),
      configured,
    };
    return sealAttempt(web, { subject: PLACES.limit, at: PLACES.limit, facts }, tools);
  } finally {
    await askAs(web, { method: 'DELETE', path: `${KEYS}/${String(id)}`, cookie }, tools.signal);
  }
}

function twin(name: string, hits: string, fault: Fault): Twin<Target> {
  const database = { query: async () => [{ ...RULES, ...fault.rules }] };
  const config = { limits: { ratesPerMinute: { apiKey: USUAL_PER_MINUTE } } };
  return {
    name,
    hits,
    start: () => {
      const calls = { made: 0 };
      return startTenantTwin({ '*': (request) => answer(calls, fault, request) }, { database, config });
    },
  };
}

function answer(calls: { made: number }, fault: Fault, { method, headers }: TwinRequest): TwinAnswer {
  if (method === 'POST') return { status: 201, body: '{"id":"key_twin","key":"limited"}' };
  if (method === 'DELETE') return { status: 204 };
  const organization = headers['holdfast-organization'];
  if (organization === twinTenants.other.organizationId && fault.everywhere !== true)
    return { status: 409, body: '{}' };
  const isLimited = headers.authorization === 'Bearer limited';
  if (isLimited) calls.made += 1;
  if (isLimited && calls.made > 1 && fault.limitless !== true) return { status: 429, body: '{}' };
  const policy = fault.generous === true ? high : usual;
  return { status: 200, headers: { 'ratelimit-policy': isLimited ? limited.policy : policy }, body: '{}' };
}
