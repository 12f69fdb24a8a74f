// OB2: health says whether what it depends on answers, and metrics are for who reaches the private port alone.
import type { Finding, StartedTwin } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { type Facts, factsOf } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import { type Attempt, judgePair, type Outcome } from '@holdfast/controls/paired.ts';
import type { HttpReply, HttpRequest } from '@holdfast/controls/probes/http.ts';
import type { TwinAnswers } from '@holdfast/controls/twins/http.ts';
import { twinOf } from '@holdfast/controls/twins/sockets.ts';
import { membersOf } from '#verification/asking.ts';
import { EXCHANGE, lookAt, startWebTwin } from '#verification/exchange.ts';
import type { Web } from '#verification/instance.ts';
import { HEALTH, type HealthFacts, healthFixtures, METRICS } from './ob2-fixtures.ts';

type Target = { readonly web?: Web; readonly privateWeb?: Web };
type Look = { readonly subject: string; readonly role: HealthFacts['role']; readonly request: HttpRequest };

/** What each page has to look at, whatever else it does. */
const CHECKS: Readonly<Record<string, readonly string[]>> = {
  'GET /health/live': ['process'],
  'GET /health/ready': ['database'],
  'GET /health/status': ['database', 'master_key', 'audit_log'],
};
const PUBLIC: readonly Look[] = [
  ...Object.keys(CHECKS).map((subject): Look => ({ subject, role: 'health', request: { path: subject.slice(4) } })),
  { subject: 'GET /health/metrics', role: 'hidden', request: { path: '/health/metrics' } },
  { subject: 'GET /metrics', role: 'hidden', request: { path: '/metrics' } },
  {
    subject: 'GET /health/metrics with a wrong credential',
    role: 'hidden',
    request: { path: '/health/metrics', headers: [['Authorization', 'Bearer wrong']] },
  },
];
const PRIVATE: Look = { subject: 'GET /metrics on the private port', role: 'private', request: { path: '/metrics' } };

export const healthControl = defineControl({
  id: 'OB2',
  title: 'Health looks at what it needs, and metrics stay on the private port',
  severity: 'medium',
  waivable: true,
  needs: [{ kind: EXCHANGE, vantage: ['inside'], min: PUBLIC.length + 1 }],
  judge: (evidence) => {
    const seen = evidence.map((each) => ({ each, facts: readFacts(factsOf(each)) }));
    const attemptsAs = (role: HealthFacts['role']): readonly Attempt[] =>
      seen.filter(({ facts }) => facts.role === role).map(({ each, facts }) => metricsAttempt(each, facts));
    return [
      ...judgePair({
        good: attemptsAs('private'),
        bad: attemptsAs('hidden'),
        expected: 'no metrics without the credential of the collector',
      }),
      ...seen.filter(({ facts }) => facts.role === 'health').flatMap(({ each, facts }) => judgeHealth(each, facts)),
    ];
  },
  remedy:
    'Let collectors scrape the private port, or give them HOLDFAST_METRICS_CREDENTIAL_FILE; see that no proxy forwards /metrics or answers /health itself.',
  maps: { asvs: ['13.4.5'], cwe: ['497'], nist80053: ['SI-4', 'AU-9'] },
  probe: async ({ web, privateWeb }: Target, tools) => {
    if (web === undefined || privateWeb === undefined) return [];
    const look = (from: Web, { subject, role, request }: Look): Promise<Evidence> => {
      const at = role === 'health' ? HEALTH : METRICS;
      return lookAt(from, { request, headers: [], at, subject, facts: (reply) => factsIn(role, reply) }, tools);
    };
    return Promise.all([...PUBLIC.map((each) => look(web, each)), look(privateWeb, PRIVATE)]);
  },
  twins: [
    {
      name: 'an edge that shows metrics to everybody',
      hits: METRICS,
      start: () => startHealthTwin({ 'GET /metrics': { status: 200, body: '# TYPE twin_up gauge\ntwin_up 1\n' } }),
    },
    {
      name: 'an edge that is always healthy',
      hits: HEALTH,
      start: () => startHealthTwin({ 'GET /health/ready': { status: 200, body: '{"status":"pass","checks":{}}' } }),
    },
    {
      name: 'an edge that tells everybody what is wrong',
      hits: HEALTH,
      start: () =>
        startHealthTwin({
          'GET /health/status': {
            status: 200,
            body: JSON.stringify({ status: 'warn', checks: { database: { status: 'warn', reason: 'slow' } } }),
          },
        }),
    },
  ],
  fixtures: healthFixtures,
});

function readFacts(facts: Facts): HealthFacts {
  return {
    role: roleOf(facts.text('role')),
    status: facts.number('status'),
    health: facts.findText('health') ?? null,
    checks: facts.texts('checks'),
    hasReasons: facts.flag('hasReasons'),
    hasMetrics: facts.flag('hasMetrics'),
  };
}

function roleOf(text: string): HealthFacts['role'] {
  if (text === 'health' || text === 'private') return text;
  return 'hidden';
}

function metricsAttempt(evidence: Evidence, { role, status, hasMetrics }: HealthFacts): Attempt {
  const isServed = status >= 200 && status < 300;
  const shown = `${status}, ${hasMetrics ? 'with metrics' : 'without metrics'}`;
  const refused: Outcome = status === 404 ? 'refused' : 'other';
  const outcome = role === 'private' ? (isServed && hasMetrics ? 'accepted' : 'other') : refused;
  return { evidence, shown, outcome: role === 'hidden' && (isServed || hasMetrics) ? 'accepted' : outcome };
}

function judgeHealth(each: Evidence, { status, health, checks, hasReasons }: HealthFacts): readonly Finding[] {
  const fault = (expected: string, observed: string): Finding => failureOf(each, { expected, observed });
  if (status >= 500 && health !== 'fail') {
    return [{ ...fault('health', `${status} in another form`), verdict: 'unknown' }];
  }
  const missing = (CHECKS[each.subject] ?? []).filter((name) => !checks.includes(name));
  const isGood = status === 200 && (health === 'pass' || health === 'warn');
  const isDown = status === 503 && health === 'fail';
  return [
    ...missing.map((name) => fault(`a look at ${name}`, checks.length === 0 ? 'no check' : checks.join(', '))),
    ...(hasReasons ? [fault('no reasons for everybody', 'reasons')] : []),
    ...(isGood || isDown ? [] : [fault('200 with pass or warn, 503 with fail', `${status} with ${health ?? 'none'}`)]),
    // It works as promised; that what it depends on does too has not been seen.
    ...(isDown ? [{ ...fault('something it depends on', 'down'), verdict: 'unknown' as const }] : []),
  ];
}

function factsIn(role: HealthFacts['role'], reply: HttpReply): HealthFacts {
  const { status: health, checks } = membersOf(reply);
  const found = typeof checks === 'object' && checks !== null ? Object.entries(checks) : [];
  return {
    role,
    status: reply.status,
    health: typeof health === 'string' ? health : null,
    checks: found.map(([name]) => name).toSorted(),
    hasReasons: /"reason"\s*:/.test(reply.body),
    hasMetrics: /^# (?:TYPE|HELP) /m.test(reply.body),
  };
}

/** A healthy edge but for what it answers otherwise, with a private port that has metrics. */
async function startHealthTwin(answers: TwinAnswers): Promise<StartedTwin<Target>> {
  await using opened = new AsyncDisposableStack();
  const healthy = Object.entries(CHECKS).map(([subject, names]) => {
    const checks = Object.fromEntries(names.map((name) => [name, { status: 'pass' }]));
    return [subject, { status: 200, body: JSON.stringify({ status: 'pass', checks }) }] as const;
  });
  const edge = opened.use(await startWebTwin({ ...Object.fromEntries(healthy), ...answers }));
  const inner = opened.use(await startWebTwin({ 'GET /metrics': { status: 200, body: '# TYPE twin_up gauge\n' } }));
  const rest = opened.move();
  const both = { [Symbol.asyncDispose]: () => rest.disposeAsync() };
  return twinOf(both, { web: edge.target.web, privateWeb: inner.target.web });
}
