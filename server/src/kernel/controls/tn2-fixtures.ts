// Evidence of a server that goes by the credential, of servers that do not, and such servers to be asked.
import type { Fixtures, Mutant, StartedTwin, Twin } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { alterFacts } from '@holdfast/controls/fixtures.ts';
import type { TwinRequest } from '@holdfast/controls/twins/http.ts';
import { exchangeFixture, startWebTwin } from '#verification/exchange.ts';
import type { TenantsTarget } from './asking.ts';
import { bothTwins, callerOf, tenantTarget } from './tenant-twins.ts';
import { attemptsOf, PLACES, type Rule } from './tn2-attempts.ts';

const ANSWERS: Readonly<Record<Rule, { readonly status: number; readonly sees: readonly string[] }>> = {
  one: { status: 200, sees: ['one'] },
  other: { status: 200, sees: ['other'] },
  accepted: { status: 200, sees: [] },
  unmoved: { status: 200, sees: ['one'] },
  conflict: { status: 409, sees: [] },
  unauthenticated: { status: 401, sees: [] },
};

const attempts = attemptsOf(bothTwins);
const good = attempts.map(({ subject, at, rule }) => exchangeFixture(subject, at, { rule, ...ANSWERS[rule] }));
const answering = (subject: string, status: number, ...sees: readonly string[]): readonly Evidence[] =>
  alterFacts(good, (each) => each.subject === subject, { status, sees });
const mutant = (name: string, hits: string, subject: string, status: number, ...sees: readonly string[]): Mutant => ({
  name,
  from: 'a server that goes by the credential',
  apply: () => answering(subject, status, ...sees),
  hits,
});

export const fixtures: Fixtures = {
  good: [{ name: 'a server that goes by the credential', evidence: good }],
  mutants: [
    mutant('a header chooses', PLACES.headers, 'session, headers of the other', 200, 'other'),
    mutant('a header adds', PLACES.headers, 'session, headers of the other', 200, 'one', 'other'),
    mutant('a header hides', PLACES.headers, 'session, headers of the other', 200),
    mutant('a parameter chooses', PLACES.query, 'session, ?org_id of the other', 200, 'other'),
    mutant('a cookie chooses', PLACES.cookie, 'session, cookies of the other', 200, 'other'),
    mutant('the assertion chooses', PLACES.assertion, 'session, says the other', 200, 'other'),
    mutant('the assertion is passed over', PLACES.assertion, 'session, says the other', 200, 'one'),
    mutant('the assertion is refused without saying why', PLACES.assertion, 'session, says the other', 403),
    mutant('the assertion beside a key is passed over', PLACES.assertion, 'key, says the other', 200),
    mutant('a refusal that shows the other', PLACES.assertion, 'session, says the other', 409, 'other'),
    mutant('a tenant for nobody', PLACES.nobody, 'nobody', 200, 'one'),
    mutant('a header is a credential', PLACES.nobody, 'nobody, headers of the other', 200, 'other'),
    mutant('an assertion is a credential', PLACES.nobody, 'nobody, says one', 200, 'one'),
  ],
  notApplicable: [],
  blind: [
    { name: 'its own organization refused', evidence: answering('session of one', 401) },
    { name: 'the other cannot be told', evidence: answering('session of the other', 200) },
    { name: 'a key that is refused', evidence: answering('key, headers of the other', 401) },
    { name: 'too many calls', evidence: answering('session, says the other', 429) },
    { name: 'a server in trouble', evidence: answering('nobody', 503) },
    { name: 'one attempt less', evidence: good.slice(1) },
  ],
  same: [
    {
      name: 'unknown parameters are refused',
      as: 'a server that goes by the credential',
      evidence: answering('session, ?org_id of the other', 400),
    },
  ],
};

/** Answers as the server does, but for how it finds the organization that `choose` may give. */
function startServer(flaws: {
  readonly choose?: (request: TwinRequest) => string | undefined;
  readonly forgetsAssertion?: true;
}): Promise<StartedTwin<TenantsTarget>> {
  return tenantTarget(
    startWebTwin({
      '*': (request) => {
        const organization = flaws.choose?.(request) ?? callerOf(request)?.organizationId;
        if (organization === undefined) return { status: 401 };
        const said = request.headers['holdfast-organization'];
        if (flaws.forgetsAssertion !== true && said !== undefined && said !== organization) return { status: 409 };
        return { status: 200, body: request.path === '/v1/models' ? '{}' : JSON.stringify({ id: organization }) };
      },
    }),
  );
}

export const twins: readonly [Twin<TenantsTarget>, ...Twin<TenantsTarget>[]] = [
  {
    name: 'a server that believes X-Tenant-Id of those who are signed in',
    hits: PLACES.headers,
    start: () =>
      startServer({
        choose: (request) => {
          const hint = request.headers['x-tenant-id'];
          return callerOf(request) !== undefined && typeof hint === 'string' ? hint : undefined;
        },
      }),
  },
  {
    name: 'a server that passes over what a tab says',
    hits: PLACES.assertion,
    start: () => startServer({ forgetsAssertion: true }),
  },
  {
    name: 'a server with a tenant for nobody',
    hits: PLACES.nobody,
    start: () =>
      startServer({
        choose: (request) => (callerOf(request) === undefined ? bothTwins.one.organizationId : undefined),
      }),
  },
];
