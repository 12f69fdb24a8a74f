// A bounded store that forgets nobody it limits.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { Limit, Taken } from './limits.ts';
import { createMemoryStore, type MemoryStore, type MemoryStoreOptions } from './memory-store.ts';

const SECOND_US = 1_000_000;
const ONE: Limit = { perMinute: 1, burst: 1 };
const FIVE: Limit = { perMinute: 1, burst: 5 };

function openAt(options: Omit<MemoryStoreOptions, 'clock'>): {
  readonly store: MemoryStore;
  readonly clock: { now: number };
} {
  const clock = { now: 0 };
  return { store: createMemoryStore({ ...options, clock: () => clock.now }), clock };
}

function take(store: MemoryStore, key: string, limit: Limit, cost = 1): Taken {
  const [taken] = store.takeNow([{ key, limit, cost }]);
  assert.ok(taken !== undefined);
  return taken;
}

function countAllowed(store: MemoryStore, keys: number, limit: Limit, prefix = 'flood'): number {
  return Array.from({ length: keys }, (_, index) => take(store, `${prefix} ${index}`, limit)).filter(
    ({ allowed }) => allowed,
  ).length;
}

test('a flood of new keys does not make a full store forget a limited one', () => {
  const { store } = openAt({ entriesMax: 100, sharedBuckets: 4 });
  take(store, 'guesser', FIVE, 5);
  countAllowed(store, 10_000, FIVE);
  assert.equal(take(store, 'guesser', FIVE).allowed, false);
});

test('a store holds no more entries than it was given room for', () => {
  const { store } = openAt({ entriesMax: 100, sharedBuckets: 4 });
  countAllowed(store, 10_000, FIVE);
  assert.equal(store.size(), 100);
});

test('newcomers to a full store get a fixed number of bursts together, however many keys they invent', () => {
  const { store } = openAt({ entriesMax: 100, sharedBuckets: 4 });
  assert.equal(countAllowed(store, 10_000, FIVE), 100 + 4 * FIVE.burst);
});

test('known keys keep their own burst while newcomers are refused', () => {
  const { store } = openAt({ entriesMax: 10, sharedBuckets: 1 });
  take(store, 'known', FIVE);
  countAllowed(store, 1_000, ONE);
  assert.equal(take(store, 'stranger', ONE).allowed, false);
  assert.equal(take(store, 'known', FIVE).remaining, 3);
});

test('an entry whose burst is whole again makes room for a newcomer', () => {
  const { store, clock } = openAt({ entriesMax: 50, sharedBuckets: 1 });
  assert.equal(countAllowed(store, 50, ONE), 50);
  assert.equal(take(store, 'newcomer', ONE).allowed, true);
  assert.equal(take(store, 'newcomer', ONE).allowed, false);
  clock.now += 60 * SECOND_US;
  // Everything is refilled, so each of these finds room of its own.
  assert.equal(countAllowed(store, 50, ONE, 'next'), 50);
  assert.equal(store.size(), 50);
});

test('a newcomer that gets an entry starts from what its shared bucket had used', () => {
  const { store, clock } = openAt({ entriesMax: 1, sharedBuckets: 1 });
  take(store, 'first', ONE);
  clock.now += 30 * SECOND_US;
  assert.equal(take(store, 'newcomer', FIVE, 5).allowed, true);
  clock.now += 30 * SECOND_US;
  const later = take(store, 'newcomer', FIVE);
  assert.equal(later.allowed, false);
  clock.now += 30 * SECOND_US;
  assert.equal(take(store, 'newcomer', FIVE).allowed, true);
  assert.equal(take(store, 'newcomer', FIVE).allowed, false);
});

test('a look makes no entry', () => {
  const { store } = openAt({});
  take(store, 'looked at', FIVE, 0);
  assert.equal(store.size(), 0);
});

test('a key without an entry gives back nothing of what others took', () => {
  const { store, clock } = openAt({ entriesMax: 1, sharedBuckets: 1 });
  take(store, 'first', ONE);
  take(store, 'second', FIVE, 5);
  take(store, 'third', FIVE, -5);
  assert.equal(take(store, 'third', FIVE).allowed, false);
  // Now there is room for an entry, but it would hold what the second took.
  clock.now += 60 * SECOND_US;
  take(store, 'third', FIVE, -5);
  assert.equal(take(store, 'third', FIVE, 2).allowed, false);
});

test('a long rule that newcomers used up does not close a short one', () => {
  const { store } = openAt({ entriesMax: 1, sharedBuckets: 1 });
  take(store, 'first', ONE);
  const hourly = { perMinute: 1 / 60, burst: 1 };
  assert.equal(take(store, 'second', hourly).allowed, true);
  assert.equal(take(store, 'third', hourly).allowed, false);
  assert.equal(take(store, 'third', { perMinute: 60, burst: 1 }).allowed, true);
});

test('learning from another store makes a key stricter, never looser', () => {
  const { store } = openAt({});
  store.raise('key', FIVE, 120 * SECOND_US);
  assert.equal(take(store, 'key', FIVE, 0).remaining, 3);
  store.raise('key', FIVE, 60 * SECOND_US);
  assert.equal(take(store, 'key', FIVE, 0).remaining, 3);
});

test('with room or without, no key is granted more than its burst and what comes back', () => {
  const step = fc.record({
    key: fc.integer({ min: 0, max: 9 }),
    pause: fc.integer({ min: 0, max: 40 }),
    cost: fc.integer({ min: 1, max: 3 }),
  });
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 120 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 3 }),
      (steps, entriesMax, sharedBuckets) => {
        const { store, clock } = openAt({ entriesMax, sharedBuckets });
        const granted = new Map<number, { readonly at: number; readonly cost: number }[]>();
        for (const { key, pause, cost } of steps) {
          clock.now += pause * SECOND_US;
          if (!take(store, String(key), FIVE, cost).allowed) continue;
          const all = [...(granted.get(key) ?? []), { at: clock.now, cost }];
          granted.set(key, all);
          for (const [from, { at }] of all.entries()) {
            const sum = all.slice(from).reduce((total, one) => total + one.cost, 0);
            assert.ok(sum <= FIVE.burst + (clock.now - at) / (60 * SECOND_US));
          }
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('a store without room is refused', () => {
  assert.throws(() => createMemoryStore({ entriesMax: 0 }), RangeError);
  assert.throws(() => createMemoryStore({ sharedBuckets: 0 }), RangeError);
});
