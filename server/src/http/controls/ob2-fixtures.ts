// What OB2 tells apart: health that looks at what it needs, metrics behind the private port, and everything less.
import type { Fixtures } from '@holdfast/controls/control.ts';
import { exchangeFixture } from '#verification/exchange.ts';

export const HEALTH = 'health';
export const METRICS = 'metrics';

export type HealthFacts = {
  readonly role: 'health' | 'hidden' | 'private';
  readonly status: number;
  /** What the reply says of itself; null where it is no health. */
  readonly health: string | null;
  /** Names of the checks. */
  readonly checks: readonly string[];
  /** Whether it gives reasons, which are the operator's alone. */
  readonly hasReasons: boolean;
  /** Whether it holds metrics. */
  readonly hasMetrics: boolean;
};

const nothing: HealthFacts = {
  role: 'hidden',
  status: 404,
  health: null,
  checks: [],
  hasReasons: false,
  hasMetrics: false,
};
const see = (subject: string, facts: Partial<HealthFacts>) =>
  exchangeFixture(subject, facts.role === 'health' ? HEALTH : METRICS, { ...nothing, ...facts });
const health = (kind: string, checks: readonly string[], facts: Partial<HealthFacts> = {}) =>
  see(`GET /health/${kind}`, { role: 'health', status: 200, health: 'pass', checks, ...facts });

const STATUS_CHECKS = ['process', 'database', 'master_key', 'audit_log'];
const live = (facts: Partial<HealthFacts> = {}) => health('live', ['process'], facts);
const ready = (facts: Partial<HealthFacts> = {}) => health('ready', ['database'], facts);
const status = (facts: Partial<HealthFacts> = {}) => health('status', STATUS_CHECKS, facts);
const HIDDEN = ['GET /health/metrics', 'GET /metrics', 'GET /health/metrics with a wrong credential'] as const;
const hidden = (facts: Partial<HealthFacts> = {}) =>
  HIDDEN.map((subject, at) => see(subject, { ...nothing, ...(at === 0 ? facts : {}) }));
const inside = (facts: Partial<HealthFacts> = {}) =>
  see('GET /metrics on the private port', { role: 'private', status: 200, hasMetrics: true, ...facts });

const good = [live(), ready(), status(), ...hidden(), inside()];
const from = 'health, and metrics inside';
const mutant = (name: string, hits: string, evidence: readonly (typeof good)[number][]) => ({
  name,
  from,
  apply: () => good.map((each) => evidence.find(({ subject }) => subject === each.subject) ?? each),
  hits,
});
const blind = (name: string, evidence: readonly (typeof good)[number][]) => ({
  name,
  evidence: mutant(name, HEALTH, evidence).apply(),
});

export const healthFixtures: Fixtures = {
  good: [
    { name: from, evidence: good },
    {
      name: 'a warning',
      evidence: mutant('a warning', HEALTH, [status({ health: 'warn' })]).apply(),
    },
  ],
  mutants: [
    mutant('metrics for everybody', METRICS, hidden({ status: 200, hasMetrics: true })),
    mutant('metrics that are empty for everybody', METRICS, hidden({ status: 200 })),
    mutant('metrics in a refusal', METRICS, hidden({ status: 404, hasMetrics: true })),
    mutant('readiness that looks at nothing', HEALTH, [ready({ checks: [] })]),
    mutant('readiness without the database', HEALTH, [ready({ checks: ['process'] })]),
    mutant('a status without the master key', HEALTH, [status({ checks: ['process', 'database', 'audit_log'] })]),
    mutant('a status without the log', HEALTH, [status({ checks: ['process', 'database', 'master_key'] })]),
    mutant('life without a check', HEALTH, [live({ checks: [] })]),
    mutant('reasons for everybody', HEALTH, [status({ hasReasons: true })]),
    mutant('no such page', HEALTH, [ready({ status: 404, health: null, checks: [] })]),
    mutant('a page in another form', HEALTH, [live({ health: null, checks: [] })]),
    mutant('a failure that is told as success', HEALTH, [ready({ health: 'fail' })]),
    mutant('a state nobody knows', HEALTH, [ready({ health: 'ok' })]),
  ],
  notApplicable: [],
  blind: [
    { name: 'no private port', evidence: good.slice(0, -1) },
    blind('no metrics inside either', [inside({ status: 404, hasMetrics: false })]),
    blind('a private port without metrics', [inside({ hasMetrics: false })]),
    blind('a database that is down', [ready({ status: 503, health: 'fail' }), status({ status: 503, health: 'fail' })]),
    blind('a server that is limited', hidden({ status: 429 })),
    blind('a server that is broken', [live({ status: 500, health: null, checks: [] })]),
  ],
  same: [
    {
      name: 'checks in another order, and more of them',
      as: from,
      evidence: mutant('order', HEALTH, [status({ checks: ['mail', ...STATUS_CHECKS.toReversed()] })]).apply(),
    },
  ],
};
