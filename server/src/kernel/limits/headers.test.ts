// Vectors of the header fields, and what they must never suggest.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { draftOf, settle } from './gcra.ts';
import { rateHeaders, rateHeadersOf } from './headers.ts';
import type { Limit, Taken } from './limits.ts';

const READ: Limit = { perMinute: 600, burst: 100 };
const SIGN_IN: Limit = { perMinute: 5, burst: 5 };

function takenAt(usedUs: number, limit: Limit, cost: number): Taken {
  return settle(usedUs, draftOf({ key: 'k', limit, cost })).taken;
}

const VECTORS: readonly (readonly [string, string, Limit, Taken, Readonly<Record<string, string>>])[] = [
  [
    'the first of a burst',
    'read',
    READ,
    takenAt(0, READ, 1),
    { 'ratelimit-policy': '"read";q=100;w=10', ratelimit: '"read";r=99;t=10' },
  ],
  [
    'half a burst',
    'read',
    READ,
    takenAt(4_900_000, READ, 1),
    { 'ratelimit-policy': '"read";q=100;w=10', ratelimit: '"read";r=50;t=5' },
  ],
  [
    'the last of a burst',
    'sign_in',
    SIGN_IN,
    takenAt(48_000_000, SIGN_IN, 1),
    { 'ratelimit-policy': '"sign_in";q=5;w=60', ratelimit: '"sign_in";r=0;t=12' },
  ],
  [
    'a refusal',
    'sign_in',
    SIGN_IN,
    takenAt(55_500_000, SIGN_IN, 1),
    { 'ratelimit-policy': '"sign_in";q=5;w=60', ratelimit: '"sign_in";r=0;t=8', 'retry-after': '8' },
  ],
  [
    'a refusal of a large cost while some is left',
    'sign_in',
    SIGN_IN,
    takenAt(18_000_000, SIGN_IN, 4),
    { 'ratelimit-policy': '"sign_in";q=5;w=60', ratelimit: '"sign_in";r=3;t=6', 'retry-after': '6' },
  ],
  [
    'a refusal of less than a second',
    'read',
    READ,
    takenAt(9_950_000, READ, 1),
    { 'ratelimit-policy': '"read";q=100;w=10', ratelimit: '"read";r=0;t=1', 'retry-after': '1' },
  ],
  [
    'a cost that is never possible has no moment to wait for',
    'sign_in',
    SIGN_IN,
    takenAt(0, SIGN_IN, 6),
    { 'ratelimit-policy': '"sign_in";q=5;w=60', ratelimit: '"sign_in";r=5;t=60' },
  ],
  [
    'a rule that refuses everything',
    'closed',
    { perMinute: 600, burst: 0 },
    takenAt(0, { perMinute: 600, burst: 0 }, 1),
    { 'ratelimit-policy': '"closed";q=0;w=1', ratelimit: '"closed";r=0;t=1' },
  ],
];

for (const [name, policy, limit, taken, expected] of VECTORS) {
  test(`headers of ${name}`, () => {
    assert.deepEqual(rateHeaders(policy, limit, taken), expected);
  });
}

test('several policies stand in order, and Retry-After is the longest wait', () => {
  const headers = rateHeadersOf([
    { policy: 'read', limit: READ, taken: takenAt(9_950_000, READ, 1) },
    { policy: 'sign_in', limit: SIGN_IN, taken: takenAt(60_000_000, SIGN_IN, 1) },
  ]);
  assert.deepEqual(headers, {
    'ratelimit-policy': '"read";q=100;w=10, "sign_in";q=5;w=60',
    ratelimit: '"read";r=0;t=1, "sign_in";r=0;t=12',
    'retry-after': '12',
  });
  assert.deepEqual(rateHeadersOf([]), {});
});

test('a name that would need quoting is refused', () => {
  for (const name of ['', 'Read', 'a"b', 'a\\b', 'a b', 'a\r\nx-injected: 1', 'é', '1st', 'a'.repeat(65)]) {
    assert.throws(() => rateHeaders(name, READ, takenAt(0, READ, 1)), TypeError, name);
  }
});

test('the fields never invite a caller to be faster than the limit, nor to come back before Retry-After', () => {
  const limits = fc.record({
    perMinute: fc.integer({ min: 1, max: 100_000 }),
    burst: fc.integer({ min: 1, max: 10_000 }),
  });
  fc.assert(
    fc.property(
      limits,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 0, max: 20 }),
      (limit, used, cost) => {
        const draft = draftOf({ key: 'k', limit, cost });
        const taken = settle(Math.floor(used * draft.windowUs), draft).taken;
        const headers = rateHeaders('p', limit, taken);
        const [, remaining = '', seconds = ''] = /^"p";r=(\d+);t=(\d+)$/.exec(headers['ratelimit'] ?? '') ?? [];
        assert.equal(Number(remaining), taken.remaining);
        assert.ok(Number(seconds) >= 1);
        if (taken.allowed) assert.ok((Number(remaining) / Number(seconds)) * 60 <= limit.perMinute + 1e-6);
        const wait = headers['retry-after'];
        assert.equal(wait !== undefined, !taken.allowed && taken.retryAfterMs !== Number.POSITIVE_INFINITY);
        if (wait !== undefined)
          assert.ok(Number(wait) >= Number(seconds) && Number(wait) * 1_000 >= taken.retryAfterMs);
      },
    ),
    { numRuns: 500 },
  );
});
