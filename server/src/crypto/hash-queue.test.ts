// Tests that the queue keeps its bounds and its order, also when jobs fail.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createHashQueue } from './hash-queue.ts';

test('for any bounds and any number of jobs, exactly the bounds are used and the rest is refused', async () => {
  const size = fc.integer({ min: 1, max: 8 });
  await fc.assert(
    fc.asyncProperty(
      size,
      fc.integer({ min: 0, max: 8 }),
      fc.integer({ min: 0, max: 30 }),
      async (concurrency, queueMax, count) => {
        const queue = createHashQueue({ concurrency, queueMax });
        let running = 0;
        let runningMax = 0;
        const started: number[] = [];
        const results = await Promise.all(
          Array.from({ length: count }, (_, index) =>
            queue.run(async () => {
              started.push(index);
              running += 1;
              runningMax = Math.max(runningMax, running);
              await nextTurn();
              running -= 1;
            }),
          ),
        );
        const accepted = Math.min(count, concurrency + queueMax);
        assert.equal(results.filter(({ ok }) => ok).length, accepted);
        assert.equal(runningMax, Math.min(count, concurrency));
        assert.deepEqual(
          started,
          Array.from({ length: accepted }, (_, index) => index),
        );
        assert.deepEqual(queue.stats(), { running: 0, waiting: 0 });
      },
    ),
  );
});

test('a job that comes while a place is handed over does not take it', async () => {
  const queue = createHashQueue({ concurrency: 1, queueMax: 2 });
  let running = 0;
  let runningMax = 0;
  const job = async () => {
    running += 1;
    runningMax = Math.max(runningMax, running);
    await nextTurn();
    running -= 1;
  };
  const first = queue.run(job);
  const second = queue.run(job);
  // Arrives in the very turn in which the first ends and the second is let in.
  const third = first.then(() => queue.run(job));
  await Promise.all([second, third]);
  assert.equal(runningMax, 1);
});

test('a failing job passes its error on and frees its place', async () => {
  const queue = createHashQueue({ concurrency: 1, queueMax: 1 });
  const failing = queue.run(() => Promise.reject(new Error('no memory')));
  const waiting = queue.run(() => Promise.resolve('done'));
  await assert.rejects(failing, /no memory/);
  assert.deepEqual(await waiting, { ok: true, value: 'done' });
  await assert.rejects(
    queue.run(() => {
      throw new Error('thrown at once');
    }),
    /thrown at once/,
  );
  assert.deepEqual(queue.stats(), { running: 0, waiting: 0 });
});

test('the counts show who runs and who waits', async () => {
  const queue = createHashQueue({ concurrency: 2, queueMax: 5 });
  const jobs = Array.from({ length: 6 }, () => queue.run(nextTurn));
  assert.deepEqual(queue.stats(), { running: 2, waiting: 4 });
  await Promise.all(jobs);
});

test('bounds that bound nothing are refused', () => {
  for (const concurrency of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => createHashQueue({ concurrency, queueMax: 1 }), RangeError);
  }
  for (const queueMax of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => createHashQueue({ concurrency: 1, queueMax }), RangeError);
  }
});

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
