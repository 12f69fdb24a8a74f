// Tests that waiting ends when the work does, or when time is up, and leaves nothing running.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settlesWithin } from './deadline.ts';

const timers = (): number => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;

test('work that settles either way is in time, and its timer is gone', async () => {
  const before = timers();
  assert.equal(await settlesWithin(Promise.resolve(), 60_000), true);
  assert.equal(await settlesWithin(Promise.reject(new Error('x')), 60_000), true);
  assert.equal(timers(), before);
});

test('work that does not settle is late', async () => {
  assert.equal(await settlesWithin(new Promise(() => undefined), 5), false);
});
