// Batching loses no call, mixes up no answers and survives a trip that never ends.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBatches } from './batches.ts';

type Trip = {
  readonly items: readonly number[];
  readonly arrive: (answers: readonly number[]) => void;
  readonly fail: (error: Error) => void;
};

function openTrips(
  overrides: {
    readonly itemsMax?: number;
    readonly waitingMax?: number;
    readonly timeoutMs?: number;
    readonly gatherMs?: number;
  } = {},
) {
  const trips: Trip[] = [];
  const batches = createBatches<number, number>({
    itemsMax: 10,
    waitingMax: 100,
    timeoutMs: 60_000,
    failure: (detail) => new Error(detail),
    ...overrides,
    trip: (items) => new Promise((resolve, reject) => void trips.push({ items, arrive: resolve, fail: reject })),
  });
  return { trips, batches };
}

/** Lets everything that is ready run, to the end of the next turn. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 2; turn += 1) await new Promise<void>((resolve) => void setImmediate(resolve));
}

test('calls of one turn share a trip, and each gets its own answers in order', async () => {
  const { trips, batches } = openTrips();
  const calls = Promise.all([batches.run([1, 2]), batches.run([3]), batches.run([])]);
  await settle();
  assert.deepEqual(
    trips.map(({ items }) => items),
    [[1, 2, 3]],
  );
  trips[0]?.arrive([10, 20, 30]);
  assert.deepEqual(await calls, [[10, 20], [30], []]);
});

test('calls that arrive together, each in a callback of its own, share the first trip', async () => {
  const { trips, batches } = openTrips();
  const calls: Promise<readonly number[]>[] = [];
  for (const item of [1, 2, 3]) setImmediate(() => calls.push(batches.run([item])));
  await settle();
  assert.deepEqual(
    trips.map(({ items }) => items),
    [[1, 2, 3]],
  );
  trips[0]?.arrive([10, 20, 30]);
  assert.deepEqual(await Promise.all(calls), [[10], [20], [30]]);
});

test('what comes while a trip is under way goes together in the next, which starts when the first is back', async () => {
  const { trips, batches } = openTrips();
  const first = batches.run([1]);
  await settle();
  const later = [batches.run([2])];
  await settle();
  later.push(batches.run([3]));
  await settle();
  assert.equal(trips.length, 1);
  trips[0]?.arrive([10]);
  await first;
  await settle();
  assert.deepEqual(trips[1]?.items, [2, 3]);
  trips[1]?.arrive([20, 30]);
  assert.deepEqual(await Promise.all(later), [[20], [30]]);
});

test('a trip carries no more than its measure, a call is never split, and one too large goes alone', async () => {
  const { trips, batches } = openTrips({ itemsMax: 3 });
  const calls = [[1, 2], [3, 4], [5], [6, 7, 8, 9, 10], [11]].map((items) => batches.run(items));
  for (let trip = 0; trip < 4; trip += 1) {
    await settle();
    trips[trip]?.arrive(trips[trip]?.items ?? []);
  }
  assert.deepEqual(
    trips.map(({ items }) => items),
    [[1, 2], [3, 4, 5], [6, 7, 8, 9, 10], [11]],
  );
  assert.deepEqual((await Promise.all(calls)).flat(), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});

test('beyond the number that may wait a call is refused at once', async () => {
  const { trips, batches } = openTrips({ waitingMax: 2 });
  const first = batches.run([1]);
  await settle();
  const waiting = batches.run([2, 3]);
  await assert.rejects(batches.run([4]), /too many/);
  trips[0]?.arrive([1]);
  await first;
  await settle();
  trips[1]?.arrive([2, 3]);
  assert.deepEqual(await waiting, [2, 3]);
});

test('a trip that fails, throws or answers for another number of items fails its calls alone', async () => {
  const { trips, batches } = openTrips();
  const failing = batches.run([1]);
  await settle();
  const short = batches.run([2, 3]);
  trips[0]?.fail(new Error('broken'));
  await assert.rejects(failing, /broken/);
  await settle();
  const good = batches.run([4]);
  trips[1]?.arrive([2]);
  await assert.rejects(short, /do not fit/);
  await settle();
  trips[2]?.arrive([40]);
  assert.deepEqual(await good, [40]);
});

test('a trip that never ends fails its calls in time, and the next one starts', { timeout: 20_000 }, async () => {
  const { trips, batches } = openTrips({ timeoutMs: 500 });
  const stuck = batches.run([1]);
  await settle();
  const next = batches.run([2]);
  await assert.rejects(stuck, /no answer within/);
  await settle();
  assert.equal(trips.length, 2);
  // The late end of the first trip reaches nobody.
  trips[0]?.arrive([99]);
  trips[1]?.arrive([2]);
  assert.deepEqual(await next, [2]);
});
