// What every limit store promises, run against each of them.
import assert from 'node:assert/strict';
import { after, before, describe, suite, test } from 'node:test';
import * as fc from 'fast-check';
import { type LimitDatabase, startLimitDatabase } from '#test/limit-database.ts';
import { monotonicUs } from './clock.ts';
import { draftOf, settle } from './gcra.ts';
import type { Limit, LimitStore, Taken } from './limits.ts';
import { createMemoryStore } from './memory-store.ts';
import { createPostgresStore } from './postgres-store.ts';

/** Two doors to one store (the same one twice where the store is a process's own), and its time. */
type Opened = {
  readonly store: LimitStore;
  readonly other: LimitStore;
  readonly passTime: (us: number) => Promise<void>;
};

const SECOND_US = 1_000_000;
/** One unit a minute: the seconds that a test takes give nothing back. */
const SLOW: Limit = { perMinute: 1, burst: 5 };

describe('a limit store', () => {
  let database: LimitDatabase;
  let keys = 0;
  before(async () => {
    database = await startLimitDatabase();
  });
  after(async () => {
    await database[Symbol.asyncDispose]();
  });

  function openMemory(): Opened {
    let now = 0;
    const store = createMemoryStore({ clock: () => now });
    return {
      store,
      other: store,
      passTime: async (us) => {
        now += us;
      },
    };
  }

  function openPostgres(): Opened {
    let ahead = 0;
    const clock = (): number => monotonicUs() + ahead;
    const open = (): LimitStore => createPostgresStore(database.openReplica(), { clock, timeoutMs: 30_000 });
    return {
      store: open(),
      other: open(),
      passTime: async (us) => {
        ahead += us;
        await database.passTime(us);
      },
    };
  }

  function newKey(): string {
    keys += 1;
    return `key ${keys}`;
  }

  async function takeOne(store: LimitStore, key: string, limit: Limit, cost: number): Promise<Taken> {
    const [taken] = await store.take([{ key, limit, cost }]);
    assert.ok(taken !== undefined);
    return taken;
  }

  for (const [name, open] of [
    ['memory', openMemory],
    ['postgres', openPostgres],
  ] as const) {
    suite(`in ${name}`, () => {
      let opened: Opened;
      before(() => {
        opened = open();
      });

      test('answers as the arithmetic does, whatever is taken, looked at and given back through whichever door', async () => {
        const step = fc.record({
          halfMinutes: fc.integer({ min: 0, max: 4 }),
          cost: fc.integer({ min: -2, max: 6 }),
          isOther: fc.boolean(),
        });
        await fc.assert(
          fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
            const key = newKey();
            let used = 0;
            // Who was refused somewhere is refused there until the time told, so a return elsewhere is not seen at once.
            const isOneDoor = steps.some(({ cost }) => cost < 0) || steps.every(({ isOther }) => !isOther);
            for (const { halfMinutes, cost, isOther } of steps) {
              used = Math.max(0, used - halfMinutes * 30 * SECOND_US);
              if (halfMinutes > 0) await opened.passTime(halfMinutes * 30 * SECOND_US);
              const door = isOther && !isOneDoor ? opened.other : opened.store;
              const expected = settle(used, draftOf({ key, limit: SLOW, cost }));
              const taken = await takeOne(door, key, SLOW, cost);
              // Real seconds may pass in the store, never a half minute: whole units agree.
              assert.equal(taken.allowed, expected.taken.allowed);
              // A refusal that is remembered does not know what others took since.
              if (taken.allowed || isOneDoor) assert.equal(taken.remaining, expected.taken.remaining);
              else assert.ok(taken.remaining >= expected.taken.remaining);
              assert.ok(taken.resetMs <= expected.taken.resetMs);
              used = expected.usedUs;
            }
          }),
          { numRuns: 40 },
        );
      });

      test('admits exactly the burst when 50 callers want one key at once', async () => {
        const key = newKey();
        const limit = { perMinute: 1, burst: 20 };
        const doors = Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? opened.store : opened.other));
        const taken = await Promise.all(doors.map((door) => takeOne(door, key, limit, 1)));
        assert.equal(taken.filter(({ allowed }) => allowed).length, 20);
        const left = taken.filter(({ allowed }) => allowed).map(({ remaining }) => remaining);
        assert.deepEqual(
          left.toSorted((a, b) => a - b),
          Array.from({ length: 20 }, (_, index) => index),
        );
      });

      test('of many alike that come together it grants the first, as many as there is room for', async () => {
        const [key, wide] = [newKey(), newKey()];
        const limit = { perMinute: 1, burst: 20 };
        const alike = (one: string, count: number) =>
          Array.from({ length: count }, () => ({ key: one, limit, cost: 2 }));
        await opened.store.take([{ key, limit, cost: 5 }]);
        const taken = await opened.store.take([...alike(key, 9), ...alike(wide, 9)]);
        assert.deepEqual(
          taken.map(({ allowed, remaining }) => [allowed, remaining]),
          [
            ...[13, 11, 9, 7, 5, 3, 1].map((left) => [true, left]),
            ...[1, 1].map((left) => [false, left]),
            ...[18, 16, 14, 12, 10, 8, 6, 4, 2].map((left) => [true, left]),
          ],
        );
        assert.deepEqual(
          taken.filter(({ allowed }) => allowed).map(({ retryAfterMs }) => retryAfterMs),
          Array.from({ length: 16 }, () => 0),
        );
        for (const { resetMs } of taken) assert.ok(resetMs > 0);
        assert.equal((await takeOne(opened.other, wide, limit, 0)).remaining, 2);
      });

      test('takes a cost above one as a whole or not at all', async () => {
        const key = newKey();
        assert.equal((await takeOne(opened.store, key, SLOW, 3)).remaining, 2);
        const refused = await takeOne(opened.store, key, SLOW, 3);
        assert.equal(refused.allowed, false);
        assert.equal(refused.remaining, 2);
        assert.ok(refused.retryAfterMs > 55_000 && refused.retryAfterMs <= 60_000);
        assert.equal((await takeOne(opened.store, key, SLOW, 2)).remaining, 0);
      });

      test('refuses a cost beyond the burst for ever, and takes nothing for it', async () => {
        const key = newKey();
        const refused = await takeOne(opened.store, key, SLOW, 6);
        assert.deepEqual(refused, { allowed: false, remaining: 5, retryAfterMs: Number.POSITIVE_INFINITY, resetMs: 0 });
        assert.equal((await takeOne(opened.store, key, SLOW, 5)).allowed, true);
      });

      test('a look takes nothing and says whether one more would be allowed', async () => {
        const key = newKey();
        for (let look = 0; look < 10; look += 1) {
          assert.deepEqual(await takeOne(opened.store, key, SLOW, 0), {
            allowed: true,
            remaining: 5,
            retryAfterMs: 0,
            resetMs: 0,
          });
        }
        await takeOne(opened.store, key, SLOW, 5);
        const look = await takeOne(opened.store, key, SLOW, 0);
        assert.equal(look.allowed, false);
        assert.ok(look.retryAfterMs > 55_000 && look.retryAfterMs <= 60_000);
        await opened.passTime(60 * SECOND_US);
        assert.equal((await takeOne(opened.store, key, SLOW, 0)).allowed, true);
        assert.equal((await takeOne(opened.store, key, SLOW, 1)).allowed, true);
      });

      test('counting failures by giving back after a success admits no more parallel attempts than the burst', async () => {
        const key = newKey();
        const attempts = await Promise.all(Array.from({ length: 50 }, () => takeOne(opened.store, key, SLOW, 1)));
        assert.equal(attempts.filter(({ allowed }) => allowed).length, 5);
        await takeOne(opened.store, key, SLOW, -1);
        assert.equal((await takeOne(opened.store, key, SLOW, 1)).allowed, true);
        assert.equal((await takeOne(opened.store, key, SLOW, 1)).allowed, false);
      });

      test('gives back no more than the burst', async () => {
        const key = newKey();
        await takeOne(opened.store, key, SLOW, 1);
        assert.equal((await takeOne(opened.store, key, SLOW, -1_000)).remaining, 5);
        assert.equal((await takeOne(opened.store, key, SLOW, 5)).allowed, true);
        assert.equal((await takeOne(opened.store, key, SLOW, 1)).allowed, false);
      });

      test('many takings of one call are answered in order, each on its own, the same key twice included', async () => {
        const [a, b] = [newKey(), newKey()];
        const one = { perMinute: 1, burst: 1 };
        const taken = await opened.store.take([
          { key: b, limit: one, cost: 1 },
          { key: a, limit: SLOW, cost: 2 },
          { key: b, limit: one, cost: 1 },
          { key: a, limit: SLOW, cost: 0 },
          { key: a, limit: SLOW, cost: 9 },
          { key: a, limit: SLOW, cost: 3 },
        ]);
        assert.deepEqual(
          taken.map(({ allowed, remaining }) => [allowed, remaining]),
          [
            [true, 0],
            [true, 3],
            [false, 0],
            [true, 3],
            [false, 3],
            [true, 0],
          ],
        );
        assert.deepEqual(await opened.store.take([]), []);
      });

      test('keys do not meet, however long or strange', async () => {
        const long = 'x'.repeat(1_000_000);
        const strange = [
          `${long}a`,
          `${long}b`,
          '',
          ' ',
          '\u0000',
          "'; drop table rate_limit; --",
          '{}',
          '"',
          'é',
          'e\u0301',
        ];
        for (const key of strange)
          assert.equal((await takeOne(opened.store, key, { perMinute: 1, burst: 1 }, 1)).allowed, true);
        for (const key of strange)
          assert.equal((await takeOne(opened.store, key, { perMinute: 1, burst: 1 }, 1)).allowed, false);
      });

      test('a taking that means nothing is thrown out before anything is taken', async () => {
        const key = newKey();
        const wrong = opened.store.take([
          { key, limit: SLOW, cost: 5 },
          { key, limit: { perMinute: Number.NaN, burst: 5 }, cost: 1 },
        ]);
        await assert.rejects(wrong, RangeError);
        assert.equal((await takeOne(opened.store, key, SLOW, 5)).allowed, true);
      });
    });
  }
});
