// Counting failures holds under parallel guesses and costs good attempts nothing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beginAttempt } from './attempt.ts';
import { createMemoryStore } from './memory-store.ts';

const ACCOUNT = { key: 'account', limit: { perMinute: 1, burst: 5 } };
const ADDRESS = { key: 'address', limit: { perMinute: 1, burst: 20 } };

test('of 50 parallel guesses only as many as the budget of failures are made', async () => {
  const store = createMemoryStore({ clock: () => 0 });
  const attempts = await Promise.all(Array.from({ length: 50 }, () => beginAttempt(store, [ACCOUNT, ADDRESS])));
  assert.equal(attempts.filter(({ ok }) => ok).length, 5);
});

test('good attempts count nowhere, however many there are', async () => {
  const store = createMemoryStore({ clock: () => 0 });
  for (let round = 0; round < 100; round += 1) {
    const attempt = await beginAttempt(store, [ACCOUNT, ADDRESS]);
    assert.ok(attempt.ok);
    await attempt.succeed();
  }
});

test('an attempt refused for its account does not count against its address', async () => {
  const store = createMemoryStore({ clock: () => 0 });
  for (let round = 0; round < 100; round += 1) await beginAttempt(store, [ACCOUNT, ADDRESS]);
  const [address] = await store.take([{ ...ADDRESS, cost: 0 }]);
  assert.equal(address?.remaining, 15);
});

test('a refused attempt says how long the strictest budget refuses', async () => {
  const store = createMemoryStore({ clock: () => 0 });
  const slow = { key: 'slow', limit: { perMinute: 0.5, burst: 1 } };
  const quick = { key: 'quick', limit: { perMinute: 60, burst: 1 } };
  await beginAttempt(store, [slow, quick]);
  assert.deepEqual(await beginAttempt(store, [quick, slow]), { ok: false, retryAfterMs: 120_000 });
});

test('a store that leaves an answer out refuses', async () => {
  const attempt = await beginAttempt({ take: async () => [] }, [ACCOUNT]);
  assert.deepEqual(attempt, { ok: false, retryAfterMs: 1 });
});
