// Checks the circuit breaker: when it opens, that one probe at a time tests it, and that late reports count for nothing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { array, assert as check, constantFrom, integer, oneof, property, record } from 'fast-check';
import { createBreaker, type Admission, type AttemptResult, type Breaker, type BreakerOptions } from './breaker.ts';

interface Stage {
  readonly breaker: Breaker;
  atMs: number;
  /** Asks and settles at once; `refused` when not admitted. */
  run(result: AttemptResult): string;
}

function openStage(options: Partial<BreakerOptions> = {}): Stage {
  const stage: Stage = {
    atMs: 0,
    breaker: createBreaker({
      now: () => stage.atMs,
      random: () => 0,
      openMs: 1000,
      openMsMax: 4000,
      windowMs: 10_000,
      ...options,
    }),
    run: (result) => {
      const admission = stage.breaker.admit('t');
      if (!admission.ok) return 'refused';
      admission.settle(result);
      return admission.probe ? 'probe' : 'admitted';
    },
  };
  return stage;
}

function admitted(admission: Admission): Extract<Admission, { ok: true }> {
  assert.ok(admission.ok);
  return admission;
}

const times = (count: number, run: () => string): readonly string[] => Array.from({ length: count }, run);

test('a circuit opens at enough failures, and refuses until its time is over', () => {
  const stage = openStage();
  assert.deepEqual(
    times(5, () => stage.run('failure')),
    Array.from({ length: 5 }, () => 'admitted'),
  );
  assert.equal(stage.breaker.stateOf('t'), 'open');
  stage.atMs = 499;
  assert.deepEqual(stage.breaker.admit('t'), { ok: false, retryAfterMs: 1 });
  stage.atMs = 500;
  assert.equal(stage.breaker.stateOf('t'), 'half_open');
  assert.equal(stage.run('success'), 'probe');
  assert.equal(stage.breaker.stateOf('t'), 'closed');
  assert.equal(stage.run('failure'), 'admitted');
  assert.equal(stage.breaker.stateOf('t'), 'closed');
});

test('failures that are a small share, old, or not the target’s do not open it', () => {
  const shared = openStage();
  times(6, () => shared.run('success'));
  times(5, () => shared.run('failure'));
  assert.equal(shared.breaker.stateOf('t'), 'closed');
  shared.run('failure');
  assert.equal(shared.breaker.stateOf('t'), 'open');
  const old = openStage();
  times(4, () => old.run('failure'));
  old.atMs = 10_000;
  times(4, () => old.run('failure'));
  assert.equal(old.breaker.stateOf('t'), 'closed');
  const neutral = openStage();
  times(50, () => neutral.run('neutral'));
  assert.equal(neutral.breaker.stateOf('t'), 'closed');
});

test('a busy target is judged on its latest outcomes', () => {
  const stage = openStage();
  times(1000, () => stage.run('success'));
  times(128, () => stage.run('failure'));
  assert.equal(stage.breaker.stateOf('t'), 'open');
});

test('one probe is out at a time; a failed one doubles the wait up to its bound, a neutral one gives its turn back', () => {
  const stage = openStage();
  times(5, () => stage.run('failure'));
  const waits: number[] = [];
  for (let round = 0; round < 4; round += 1) {
    const refused = stage.breaker.admit('t');
    assert.ok(!refused.ok);
    waits.push(refused.retryAfterMs);
    stage.atMs += refused.retryAfterMs;
    const probe = admitted(stage.breaker.admit('t'));
    assert.equal(probe.probe, true);
    assert.equal(stage.breaker.admit('t').ok, false);
    probe.settle('failure');
  }
  assert.deepEqual(waits, [500, 1000, 2000, 2000]);
  stage.atMs += 2000;
  admitted(stage.breaker.admit('t')).settle('neutral');
  admitted(stage.breaker.admit('t')).settle('success');
  assert.equal(stage.breaker.stateOf('t'), 'closed');
});

test('a probe that never reports loses its turn, and its late report counts for nothing', () => {
  const stage = openStage({ probeMs: 100 });
  times(5, () => stage.run('failure'));
  stage.atMs = 500;
  const lost = admitted(stage.breaker.admit('t'));
  stage.atMs = 599;
  assert.deepEqual(stage.breaker.admit('t'), { ok: false, retryAfterMs: 1 });
  stage.atMs = 600;
  const next = admitted(stage.breaker.admit('t'));
  lost.settle('success');
  assert.equal(stage.breaker.stateOf('t'), 'half_open');
  assert.equal(stage.breaker.admit('t').ok, false);
  next.settle('success');
  next.settle('failure');
  assert.equal(stage.breaker.stateOf('t'), 'closed');
});

test('reports of attempts from before the circuit opened neither close nor lengthen it', () => {
  const stage = openStage();
  const early = Array.from({ length: 20 }, () => admitted(stage.breaker.admit('t')));
  for (const attempt of early.slice(0, 5)) attempt.settle('failure');
  assert.equal(stage.breaker.stateOf('t'), 'open');
  for (const attempt of early.slice(5, 10)) attempt.settle('success');
  for (const attempt of early.slice(10)) attempt.settle('failure');
  assert.deepEqual(stage.breaker.admit('t'), { ok: false, retryAfterMs: 500 });
});

test('an attempt is counted once, however often it reports', () => {
  const stage = openStage();
  const attempt = admitted(stage.breaker.admit('t'));
  for (let report = 0; report < 10; report += 1) attempt.settle('failure');
  assert.equal(stage.breaker.stateOf('t'), 'closed');
});

test('each target has its own circuit, and no more are remembered than the bound', () => {
  const stage = openStage({ targetsMax: 2 });
  times(5, () => stage.run('failure'));
  assert.equal(stage.breaker.admit('other').ok, true);
  assert.equal(stage.breaker.stateOf('t'), 'open');
  stage.breaker.admit('third');
  assert.equal(stage.breaker.stateOf('t'), 'closed');
});

test('the opening is random between half and all of its time', () => {
  const untilOpen = [0, 0.5, 0.999].map((random) => {
    const stage = openStage({ random: () => random });
    times(5, () => stage.run('failure'));
    const refused = stage.breaker.admit('t');
    return refused.ok ? 0 : refused.retryAfterMs;
  });
  assert.deepEqual(untilOpen, [500, 750, 999.5]);
});

test('whatever happens, an open circuit admits nobody before its time and then one probe at a time', () => {
  const result = constantFrom<AttemptResult>('success', 'failure', 'neutral');
  const step = oneof(
    record({ wait: integer({ min: 0, max: 700 }) }),
    record({ settle: result, which: integer({ min: 0, max: 30 }) }),
    constantFrom('admit' as const),
  );
  check(
    property(array(step, { maxLength: 120 }), (steps) => {
      const stage = openStage({ probeMs: 1e9, failuresMin: 2 });
      const out: { readonly admission: Extract<Admission, { ok: true }>; settled: boolean }[] = [];
      for (const action of steps) {
        if (action === 'admit') {
          const before = stage.breaker.stateOf('t');
          const admission = stage.breaker.admit('t');
          const probing = out.some((attempt) => attempt.admission.probe && !attempt.settled);
          if (before === 'open') assert.equal(admission.ok, false);
          if (before === 'half_open') assert.equal(admission.ok, !probing);
          if (before === 'closed') assert.equal(admission.ok && !admission.probe, true);
          if (admission.ok) out.push({ admission, settled: false });
        } else if ('wait' in action) {
          stage.atMs += action.wait;
        } else {
          const attempt = out[action.which];
          attempt?.admission.settle(action.settle);
          if (attempt !== undefined) attempt.settled = true;
        }
      }
    }),
  );
});
