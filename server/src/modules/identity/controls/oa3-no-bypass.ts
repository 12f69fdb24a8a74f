// OA3: there is no trust, no development bypass and no second way in: a real credential in its place, or 401.
import type { ProbeTools, Twin } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import type { TwinRequest } from '@holdfast/controls/twins/http.ts';
import { type Asked, ATTEMPT, askAs, sealAttempt } from '#verification/asking.ts';
import type { Instance, Tenant, Tenants, Web } from '#verification/instance.ts';
import type { Try } from '#verification/tries.ts';
import { startTenantTwin, twinTenants } from '#verification/twin-tenants.ts';
import { ROUTE, waysOf } from './oa3-bypasses.ts';
import { fixtures } from './oa3-fixtures.ts';
import { FAMILY_NAMES, type Family, judgeBypasses, REAL, SWITCHES, SWITCHES_PLACE } from './oa3-judge.ts';

type Target = {
  readonly web?: Web;
  readonly tenants?: Tenants;
  readonly switches?: NonNullable<Instance['switches']>;
};

export const noBypassControl = defineControl<Target>({
  id: 'OA3',
  title: 'There is no way in beside a real credential: no trusted header, no development switch',
  severity: 'critical',
  waivable: false,
  needs: [
    { kind: ATTEMPT, vantage: ['inside', 'outside'], min: FAMILY_NAMES.length },
    { kind: SWITCHES, vantage: ['host'] },
  ],
  judge: judgeBypasses,
  remedy:
    'See that no proxy in front turns such a header, token or parameter into a credential, and remove the named variable or flag.',
  maps: { asvs: ['9.1.1', '9.1.2'], cwe: ['287', '290', '347', '489'], nist80053: ['IA-2'] },
  probe: probeBypasses,
  twins: [
    twin('a server behind a proxy that it trusts', 'forged identity headers', ({ headers }) =>
      Boolean(headers['x-forwarded-user']),
    ),
    twin('a server that reads tokens and checks none', 'tokens that nobody signed', ({ headers }) =>
      /^Bearer eyJ[\w-]+\.eyJ[\w-]+\.$/.test(headers.authorization ?? ''),
    ),
    twin('a server with a word for its developers', 'words in place of a credential', ({ headers }) =>
      /^Bearer dev$/.test(headers.authorization ?? ''),
    ),
    twin('a server that takes keys from the query', 'credentials in the query', ({ path }) =>
      path.includes('api_key='),
    ),
    twin('a server that takes a key for a session', 'secrets of another purpose', ({ headers }) =>
      (headers.cookie ?? '').includes('hf_live_'),
    ),
    twin('a process that checks no certificates', SWITCHES_PLACE, () => false, ['NODE_TLS_REJECT_UNAUTHORIZED']),
  ],
  fixtures,
});

async function probeBypasses({ web, tenants, switches }: Target, tools: ProbeTools): Promise<readonly Evidence[]> {
  if (web === undefined || tenants === undefined || switches === undefined) return [];
  const { one } = await tenants.open(tools.signal);
  const good = await tryReal(web, one, tools);
  const families = await Promise.all(FAMILY_NAMES.map((family) => tryFamily(web, { family, one, good }, tools)));
  return [...families, sealSwitches(switches, tools)];
}

/** Once for all families: they differ from these in the credential alone. */
async function tryReal(web: Web, { key, cookie }: Tenant, tools: ProbeTools): Promise<readonly Try[]> {
  const [byKey, bySession] = REAL;
  return Promise.all([
    tryOne(web, { name: byKey, isGood: true, asked: { path: ROUTE, key } }, tools),
    tryOne(web, { name: bySession, isGood: true, asked: { path: ROUTE, cookie } }, tools),
  ]);
}

type Trial = { readonly name: string; readonly isGood: boolean; readonly asked: Asked };

/** From an address of its own: refusals use up the limit of one. */
async function tryOne(web: Web, { name, isGood, asked }: Trial, tools: ProbeTools): Promise<Try> {
  const { status } = await askAs(web, { ...asked, from: web.freshAddress() }, tools.signal);
  return { name, isGood, status };
}

type Trials = { readonly family: Family; readonly one: Tenant; readonly good: readonly Try[] };

async function tryFamily(web: Web, { family, one, good }: Trials, tools: ProbeTools): Promise<Evidence> {
  const bad = await Promise.all(
    waysOf(family, one, web.origin).map(({ name, ...way }) =>
      tryOne(web, { name, isGood: false, asked: { path: ROUTE, ...way } }, tools),
    ),
  );
  const reproduce = `curl -sk -o /dev/null -D - -H 'X-Forwarded-User: one@probe.invalid' '${web.origin}${ROUTE}'`;
  const facts = { tries: [...good, ...bad] };
  return sealAttempt(web, { subject: `GET ${ROUTE} with ${family}`, at: family, facts, reproduce }, tools);
}

function sealSwitches(switches: NonNullable<Target['switches']>, tools: ProbeTools): Evidence {
  return tools.evidence({
    kind: SWITCHES,
    subject: 'the process',
    at: SWITCHES_PLACE,
    // Names alone: what stands in a variable may be a secret.
    data: { found: switches().map(({ key }) => key) },
    vantage: 'host',
    ttlSeconds: 300,
  });
}

/** A server that knows the real credentials, and lets something else in. */
function twin(
  name: string,
  hits: string,
  letsIn: (request: TwinRequest) => boolean,
  found: readonly string[] = [],
): Twin<Target> {
  const { key, cookie } = twinTenants.one;
  const switches = () => found.map((each) => ({ key: each, problem: 'is there', fix: 'Remove it.' }));
  const isReal = ({ headers }: TwinRequest): boolean =>
    headers.authorization === `Bearer ${key}` || headers.cookie === cookie;
  return {
    name,
    hits,
    start: () =>
      startTenantTwin({ '*': (request) => ({ status: isReal(request) || letsIn(request) ? 200 : 401 }) }, { switches }),
  };
}
