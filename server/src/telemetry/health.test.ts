// Tests that health answers are right, quick and bounded, whatever the checks do, and tell the public little.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createHealth,
  type Health,
  type HealthCheck,
  type HealthFinding,
  type HealthOptions,
  toPublicHealth,
} from './health.ts';

type Fixture = { readonly health: Health; readonly pass: (ms: number) => void };

function create(options: Partial<HealthOptions> = {}): Fixture {
  let nowMs = 0;
  const health = createHealth({ nowMs: () => nowMs, timeoutMs: 20, ...options });
  return { health, pass: (ms) => void (nowMs += ms) };
}

const check = (id: string, finding: HealthFinding, more: Partial<HealthCheck> = {}): HealthCheck => ({
  id,
  kind: 'ready',
  critical: true,
  run: () => Promise.resolve(finding),
  ...more,
});

const never = new Promise<HealthFinding>(() => undefined);

test('all passing is pass; a warning or a failure that is not critical is warn; a critical failure is fail', async () => {
  const cases: readonly (readonly [checks: readonly HealthCheck[], status: string])[] = [
    [[check('a', { status: 'pass' }), check('b', { status: 'pass' })], 'pass'],
    [[check('a', { status: 'pass' }), check('b', { status: 'warn', reason: 'slow' })], 'warn'],
    [[check('a', { status: 'pass' }), check('b', { status: 'fail' }, { critical: false })], 'warn'],
    [[check('a', { status: 'fail' }), check('b', { status: 'warn' })], 'fail'],
  ];
  for (const [checks, status] of cases) {
    const { health } = create();
    for (const one of checks) health.register(one);
    assert.equal((await health.evaluate('ready')).status, status);
  }
});

test('live and ready run their own checks, status runs all', async () => {
  const { health } = create();
  health.register(check('loop', { status: 'pass' }, { kind: 'live' }));
  health.register(check('database', { status: 'fail', reason: 'refused' }));
  health.register(check('audit_lag', { status: 'pass' }, { kind: 'status' }));
  assert.deepEqual(await health.evaluate('live'), {
    status: 'pass',
    checks: { loop: { status: 'pass', critical: true } },
  });
  assert.deepEqual((await health.evaluate('ready')).checks, {
    database: { status: 'fail', reason: 'refused', critical: true },
  });
  assert.deepEqual(Object.keys((await health.evaluate('status')).checks), ['loop', 'database', 'audit_lag']);
});

test('a process without checks is alive, and not ready: nothing proves that it is', async () => {
  const { health } = create();
  assert.equal((await health.evaluate('live')).status, 'pass');
  assert.equal((await health.evaluate('ready')).status, 'fail');
});

test('a check that throws or rejects fails, and its error is told to us and not to the caller', async () => {
  const told: [string, unknown][] = [];
  const { health } = create({ onError: (id, error) => told.push([id, error]) });
  const error = new Error('canary');
  health.register(check('rejects', { status: 'pass' }, { run: () => Promise.reject(error) }));
  health.register(
    check(
      'throws',
      { status: 'pass' },
      {
        run: () => {
          throw error;
        },
      },
    ),
  );
  const report = await health.evaluate('ready');
  assert.deepEqual(report.checks['rejects'], { status: 'fail', reason: 'error', critical: true });
  assert.deepEqual(report.checks['throws'], { status: 'fail', reason: 'error', critical: true });
  assert.deepEqual(
    new Map(told),
    new Map([
      ['rejects', error],
      ['throws', error],
    ]),
  );
  assert.ok(!JSON.stringify(report).includes('canary'));
});

test('a check without a verdict fails, and a listener that throws changes nothing', async () => {
  const { health } = create({
    onError: () => {
      throw new Error('x');
    },
  });
  health.register(check('odd', { status: 'ok' as never }));
  health.register(check('empty', undefined as never));
  const { checks } = await health.evaluate('ready');
  assert.deepEqual([checks['odd']?.status, checks['empty']?.status], ['fail', 'fail']);
});

test('a check that hangs fails at its time-out and is told to stop', async () => {
  const { health } = create();
  let signal: AbortSignal | undefined;
  health.register(
    check(
      'hangs',
      { status: 'pass' },
      {
        run: (given) => {
          signal = given;
          return never;
        },
      },
    ),
  );
  assert.equal((await health.evaluate('ready')).checks['hangs']?.reason, 'timed_out');
  assert.equal(signal?.aborted, true);
});

test('an answer serves until it is old, and callers at one time share one run', async () => {
  const { health, pass } = create({ cacheMs: 100 });
  let runs = 0;
  health.register(
    check('counted', { status: 'pass' }, { run: () => Promise.resolve({ status: (runs += 1) > 0 ? 'pass' : 'fail' }) }),
  );
  await Promise.all(Array.from({ length: 50 }, () => health.evaluate('ready')));
  pass(99);
  await health.evaluate('status');
  assert.equal(runs, 1);
  pass(1);
  await health.evaluate('ready');
  assert.equal(runs, 2);
});

test('runs that never end do not pile up, and one that ends makes room for the next', async () => {
  const { health, pass } = create({ cacheMs: 1, timeoutMs: 1 });
  const ends: ((finding: HealthFinding) => void)[] = [];
  health.register(check('stuck', { status: 'pass' }, { run: () => new Promise((resolve) => ends.push(resolve)) }));
  const reasons: unknown[] = [];
  for (let round = 0; round < 6; round += 1) {
    reasons.push((await health.evaluate('ready')).checks['stuck']?.reason);
    pass(1);
  }
  assert.deepEqual(reasons, ['timed_out', 'timed_out', 'timed_out', 'hung', 'hung', 'hung']);
  assert.equal(ends.length, 3);
  ends[0]?.({ status: 'pass' });
  await new Promise((resolve) => setImmediate(resolve));
  await health.evaluate('ready');
  assert.equal(ends.length, 4);
});

test('draining fails ready and status and leaves live alone', async () => {
  const { health } = create();
  health.register(check('database', { status: 'pass' }));
  health.beginDraining();
  assert.equal((await health.evaluate('ready')).status, 'fail');
  assert.equal((await health.evaluate('status')).status, 'fail');
  assert.equal((await health.evaluate('live')).status, 'pass');
});

test('the public sees statuses and nothing else', async () => {
  const { health } = create();
  health.register(check('database', { status: 'fail', reason: 'wrong_password' }));
  assert.deepEqual(toPublicHealth(await health.evaluate('ready')), {
    status: 'fail',
    checks: { database: { status: 'fail' } },
  });
});

test('a reason that is not a word is not repeated', async () => {
  const { health } = create();
  health.register(check('talks', { status: 'warn', reason: 'connect ECONNREFUSED 10.0.0.1' }));
  assert.equal((await health.evaluate('ready')).checks['talks']?.reason, 'unnamed');
});

test('malformed and repeated checks are refused', () => {
  const { health } = create();
  health.register(check('once', { status: 'pass' }));
  for (const id of ['once', 'draining', '', 'Two Words', '__proto__', 'a-b'])
    assert.throws(() => health.register(check(id, { status: 'pass' })), RangeError, id);
});
