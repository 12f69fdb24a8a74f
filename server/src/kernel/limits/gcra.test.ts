// The arithmetic against a reference, and its edges.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { draftOf, paceOf, settle } from './gcra.ts';
import type { Limit, Taken, Taking } from './limits.ts';

const MINUTE_US = 60_000_000;

const limits: fc.Arbitrary<Limit> = fc.record({
  perMinute: fc.oneof(fc.integer({ min: 1, max: 6_000_000 }), fc.double({ min: 0.01, max: 1_000, noNaN: true })),
  burst: fc.integer({ min: 1, max: 20 }),
});
/** A pause in units of the emission, so that every limit is probed around the moments that matter, and a cost. */
const steps = fc.array(
  fc.record({ pause: fc.double({ min: 0, max: 12, noNaN: true }), cost: fc.integer({ min: -3, max: 12 }) }),
  { minLength: 1, maxLength: 60 },
);

/** The key as the stores keep it, on a clock of its own. */
function startKey(limit: Limit): { now: number; readonly take: (cost: number) => Taken } {
  let fullAt = 0;
  const key = {
    now: 1,
    take: (cost: number): Taken => {
      const { usedUs, taken } = settle(fullAt - key.now, draftOf({ key: 'k', limit, cost }));
      fullAt = key.now + Math.max(usedUs, 0);
      return taken;
    },
  };
  return key;
}

/** The reference: a bucket that fills with time, counted the other way round. */
function startBucket(limit: Limit): (now: number, cost: number) => Omit<Taken, 'retryAfterMs'> {
  const { emissionUs } = paceOf(limit);
  const size = BigInt(emissionUs) * BigInt(limit.burst);
  let level = size;
  let last = 1n;
  return (now, cost) => {
    const full = level + (BigInt(now) - last);
    level = full > size ? size : full;
    last = BigInt(now);
    const wanted = BigInt(cost === 0 ? 1 : cost) * BigInt(emissionUs);
    const allowed = wanted <= level;
    if (allowed && cost !== 0) level = level - wanted > size ? size : level - wanted;
    return {
      allowed,
      remaining: Number(level / BigInt(emissionUs)),
      resetMs: Math.ceil(Number(size - level) / 1_000),
    };
  };
}

test('decides as a bucket that fills with time does, for every sequence of takings, looks and returns', () => {
  fc.assert(
    fc.property(limits, steps, (limit, sequence) => {
      const key = startKey(limit);
      const bucket = startBucket(limit);
      const { emissionUs } = paceOf(limit);
      for (const { pause, cost } of sequence) {
        key.now += Math.floor(pause * emissionUs);
        const { retryAfterMs, ...rest } = key.take(cost);
        assert.deepEqual(rest, bucket(key.now, cost));
        assert.equal(retryAfterMs === 0, rest.allowed);
      }
    }),
  );
});

test('admits in no interval more than the burst and what comes back in it', () => {
  fc.assert(
    fc.property(limits, steps, (limit, sequence) => {
      const key = startKey(limit);
      const admitted: { readonly at: number; readonly cost: number }[] = [];
      for (const { pause, cost } of sequence) {
        key.now += Math.floor(pause * paceOf(limit).emissionUs);
        if (cost > 0 && key.take(cost).allowed) admitted.push({ at: key.now, cost });
      }
      for (const [from, first] of admitted.entries()) {
        let sum = 0;
        for (const { at, cost } of admitted.slice(from)) {
          sum += cost;
          const due = limit.burst + ((at - first.at) * limit.perMinute) / MINUTE_US;
          assert.ok(sum <= due + 1e-6, `${sum} admitted where ${due} were due`);
        }
      }
    }),
  );
});

test('starves nobody: who waits as long as told gets it, and who comes a millisecond earlier does not', () => {
  fc.assert(
    fc.property(limits, steps, (limit, sequence) => {
      const key = startKey(limit);
      for (const { pause, cost } of sequence) {
        key.now += Math.floor(pause * paceOf(limit).emissionUs);
        const taken = key.take(cost);
        if (taken.allowed || taken.retryAfterMs === Number.POSITIVE_INFINITY) continue;
        const toldAt = key.now;
        key.now = toldAt + (taken.retryAfterMs - 1) * 1_000;
        assert.equal(key.take(cost).allowed, false);
        key.now = toldAt + taken.retryAfterMs * 1_000;
        assert.equal(key.take(cost).allowed, true);
      }
    }),
  );
});

test('a refused taking changes nothing', () => {
  const draft = draftOf({ key: 'k', limit: { perMinute: 60, burst: 5 }, cost: 3 });
  for (const usedUs of [4_000_000, 99_000_000]) assert.equal(settle(usedUs, draft).usedUs, usedUs);
});

test('a cost beyond the burst is refused for ever, however large', () => {
  for (const cost of [6, 1_000, Number.MAX_SAFE_INTEGER]) {
    const { usedUs, taken } = settle(0, draftOf({ key: 'k', limit: { perMinute: 1, burst: 5 }, cost }));
    assert.deepEqual(taken, { allowed: false, remaining: 5, retryAfterMs: Number.POSITIVE_INFINITY, resetMs: 0 });
    assert.equal(usedUs, 0);
  }
});

test('giving back never yields more than the burst', () => {
  const { usedUs, taken } = settle(
    2_000_000,
    draftOf({ key: 'k', limit: { perMinute: 60, burst: 5 }, cost: -Number.MAX_SAFE_INTEGER }),
  );
  assert.deepEqual(taken, { allowed: true, remaining: 5, retryAfterMs: 0, resetMs: 0 });
  assert.equal(usedUs, 0);
});

test('a state far in the future, left by a clock that jumped back, locks a key for one window at most', () => {
  const { taken } = settle(
    10 * 366 * 1_440 * MINUTE_US,
    draftOf({ key: 'k', limit: { perMinute: 60, burst: 5 }, cost: 1 }),
  );
  assert.deepEqual(taken, { allowed: false, remaining: 0, retryAfterMs: 1_000, resetMs: 5_000 });
});

test('an uneven rate is rounded to the stricter side', () => {
  assert.equal(paceOf({ perMinute: 7, burst: 1 }).emissionUs, 8_571_429);
  assert.equal(paceOf({ perMinute: 100_000_000, burst: 1 }).emissionUs, 1);
});

test('a burst of 0 refuses everything', () => {
  for (const cost of [0, 1]) {
    assert.equal(settle(0, draftOf({ key: 'k', limit: { perMinute: 60, burst: 0 }, cost })).taken.allowed, false);
  }
});

test('limits and costs that mean nothing are refused instead of interpreted', () => {
  const wrong: readonly Omit<Taking, 'key'>[] = [
    ...[0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e-9].map((perMinute) => ({
      limit: { perMinute, burst: 1 },
      cost: 1,
    })),
    ...[-1, 0.5, Number.NaN, 1e16].map((burst) => ({ limit: { perMinute: 1, burst }, cost: 1 })),
    { limit: { perMinute: 1, burst: 1_000_000 }, cost: 1 },
    ...[0.5, Number.NaN, Number.POSITIVE_INFINITY].map((cost) => ({ limit: { perMinute: 1, burst: 1 }, cost })),
  ];
  for (const taking of wrong) assert.throws(() => draftOf({ key: 'k', ...taking }), RangeError, JSON.stringify(taking));
});
