// Evidence of limits that hold, of limits that do not, and servers without them.
import type { Fixtures, Mutant, StartedTwin, Twin } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { alterFacts, fixtureEvidence } from '@holdfast/controls/fixtures.ts';
import type { TwinAnswer } from '@holdfast/controls/twins/http.ts';
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import type { Config } from '#config.ts';
import { startWebTwin } from '#verification/exchange.ts';
import type { Operation, Web } from '#verification/instance.ts';
import { KINDS, LIMITS_MAX, SUBJECTS } from './rl1-judge.ts';

export type LimitsTarget = {
  readonly web?: Web;
  readonly config?: { readonly limits: Pick<Config['limits'], 'ratesPerMinute'> };
  readonly operations?: readonly Operation[];
};

type Facts = Readonly<Record<string, JsonValue>>;

const piece = (kind: string, subject: string, data: Facts): Evidence =>
  fixtureEvidence({ kind, subject, at: kind, data, vantage: 'inside', ttlSeconds: 300 });
const call = (subject: string, status: number): Evidence => piece(KINDS.call, subject, { status, tells: true });
const LIMITS = 'configured limits';
const CLASSES = 'classes of operations';
const byClass = { read: 15, write: 7, sign_in: 2, model: 3, expensive: 3 };
const good = [
  piece(KINDS.limits, LIMITS, { ...LIMITS_MAX, read: 1200, sign_in: 60 }),
  piece(KINDS.classes, CLASSES, { operations: byClass }),
  call(SUBJECTS.first, 401),
  call(SUBJECTS.over, 429),
  call(SUBJECTS.disguised, 421),
  call(SUBJECTS.elsewhere, 401),
  call(SUBJECTS.bystander, 200),
];
const changed = (subject: string, facts: Facts): readonly Evidence[] =>
  alterFacts(good, (each) => each.subject === subject, facts);
const mutant = (name: string, hits: string, subject: string, facts: Facts): Mutant => ({
  name,
  from: 'limits that hold',
  apply: () => changed(subject, facts),
  hits,
});

export const fixtures: Fixtures = {
  good: [{ name: 'limits that hold', evidence: good }],
  mutants: [
    mutant('no end to wrong credentials', 'over the limit', SUBJECTS.over, { status: 401 }),
    mutant('refused as if it were wrong, not too much', 'over the limit', SUBJECTS.over, { status: 403 }),
    mutant('a refusal that does not say when to come back', 'Retry-After', SUBJECTS.over, { tells: false }),
    mutant('a header that gives a new budget', 'over the limit', SUBJECTS.disguised, { status: 401 }),
    mutant('everybody pays for one', 'another address', SUBJECTS.elsewhere, { status: 429 }),
    mutant('calls that are not counted', 'RateLimit', SUBJECTS.bystander, { tells: false }),
    mutant('an address without a limit', 'limit address', LIMITS, { address: 0 }),
    mutant('failures without a limit', 'limit failuresPerAddress', LIMITS, { failuresPerAddress: 100_000 }),
    mutant('a limit that is no number', 'limit global', LIMITS, { global: 0.5 }),
    mutant('a class nobody limits', 'rate class', CLASSES, { operations: { ...byClass, free: 1 } }),
    mutant('nothing is expensive', 'rate class', CLASSES, { operations: { read: 1, write: 1, sign_in: 1, model: 1 } }),
  ],
  notApplicable: [],
  blind: [
    { name: 'refused from the first', evidence: changed(SUBJECTS.first, { status: 429 }) },
    { name: 'a server in trouble', evidence: changed(SUBJECTS.elsewhere, { status: 503 }) },
    { name: 'the open page is closed', evidence: changed(SUBJECTS.bystander, { status: 429 }) },
    { name: 'no page to count on', evidence: changed(SUBJECTS.bystander, { status: 503 }) },
    { name: 'no way to ask from elsewhere', evidence: good.filter(({ subject }) => subject !== SUBJECTS.elsewhere) },
  ],
  same: [
    {
      name: 'a disguise that is passed over',
      as: 'limits that hold',
      evidence: changed(SUBJECTS.disguised, { status: 429 }),
    },
  ],
};

const OPERATIONS: readonly Operation[] = Object.keys(byClass).map((rateClass) => ({
  id: rateClass,
  method: 'GET',
  path: `/${rateClass}`,
  publicFor: undefined,
  permissions: [],
  rateClass,
  auditAction: undefined,
}));
const RATES: Config['limits']['ratesPerMinute'] = {
  read: 10,
  write: 10,
  model: 10,
  expensive: 10,
  sign_in: 10,
  apiKey: 10,
  address: 10,
  organization: 10,
  global: 10,
  failuresPerAccount: 2,
  failuresPerAddress: 2,
};

/** Answers what `over` says to the third wrong credential and all that follow. */
async function startServer(over: TwinAnswer): Promise<StartedTwin<LimitsTarget>> {
  let failures = 0;
  const started = await startWebTwin({
    '*': ({ headers }) => {
      if (headers.authorization === undefined) return { status: 200 };
      failures += 1;
      return failures <= RATES.failuresPerAddress ? { status: 401 } : over;
    },
  });
  return {
    target: { ...started.target, config: { limits: { ratesPerMinute: RATES } }, operations: OPERATIONS },
    [Symbol.asyncDispose]: () => started[Symbol.asyncDispose](),
  };
}

export const twins: readonly [Twin<LimitsTarget>, ...Twin<LimitsTarget>[]] = [
  { name: 'a server that lets anybody guess', hits: 'over the limit', start: () => startServer({ status: 401 }) },
  { name: 'a server that does not say until when', hits: 'Retry-After', start: () => startServer({ status: 429 }) },
];
