// What is granted while the shared store is down, in every way it can be down.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startLimitDatabase } from '#test/limit-database.ts';
import { monotonicUs } from './clock.ts';
import { failClosed, type FailClosedOptions } from './fail-closed.ts';
import type { Limit, LimitStore, Taken } from './limits.ts';
import { createMemoryStore } from './memory-store.ts';
import { createPostgresStore } from './postgres-store.ts';

const SECOND_US = 1_000_000;
const LIMIT: Limit = { perMinute: 6, burst: 12 };

type Fault = 'none' | 'rejects' | 'throws' | 'hangs' | 'answers too little';

/** A shared store with a switch for what is wrong with it, and replicas over it. */
function openShared() {
  const clock = { now: 0 };
  const shared = createMemoryStore({ clock: () => clock.now });
  const state = { fault: 'none' as Fault, calls: 0 };
  const store: LimitStore = {
    take: (takings) => {
      state.calls += 1;
      switch (state.fault) {
        case 'none':
          return shared.take(takings);
        case 'rejects':
          return Promise.reject(new Error('connection refused'));
        case 'throws':
          throw new Error('no store');
        case 'hangs':
          return new Promise(() => undefined);
        case 'answers too little':
          return Promise.resolve([]);
      }
    },
  };
  const openReplica = (replicas: number, options: FailClosedOptions = {}): LimitStore =>
    failClosed(store, replicas, { clock: () => clock.now, timeoutMs: 20, ...options });
  return { clock, state, openReplica };
}

async function takeOne(store: LimitStore, key: string, limit: Limit, cost: number): Promise<Taken> {
  const [taken] = await store.take([{ key, limit, cost }]);
  assert.ok(taken !== undefined);
  return taken;
}

async function countAllowed(store: LimitStore, key: string, limit: Limit, calls: number): Promise<number> {
  const taken = await Promise.all(Array.from({ length: calls }, () => takeOne(store, key, limit, 1)));
  return taken.filter(({ allowed }) => allowed).length;
}

for (const fault of ['rejects', 'throws', 'hangs', 'answers too little'] as const) {
  test(`with a store that ${fault}, replicas together grant the limit at most`, { timeout: 20_000 }, async () => {
    const { state, openReplica } = openShared();
    state.fault = fault;
    const granted = await Promise.all(Array.from({ length: 5 }, () => countAllowed(openReplica(5), 'key', LIMIT, 30)));
    assert.deepEqual(granted, [2, 2, 2, 2, 2]);
  });
}

test('with the store down, the share comes back at its share of the rate', async () => {
  const { clock, state, openReplica } = openShared();
  state.fault = 'rejects';
  const store = openReplica(3);
  assert.equal(await countAllowed(store, 'key', LIMIT, 30), 4);
  const refused = await takeOne(store, 'key', LIMIT, 1);
  assert.equal(refused.retryAfterMs, 30_000);
  clock.now += 30 * SECOND_US;
  assert.equal(await countAllowed(store, 'key', LIMIT, 30), 1);
});

test('with the store down, a limit smaller than the number of replicas is refused outright, looks included', async () => {
  const { state, openReplica } = openShared();
  state.fault = 'rejects';
  for (const replicas of [13, Number.POSITIVE_INFINITY]) {
    const store = openReplica(replicas);
    for (const cost of [0, 1]) {
      const taken = await takeOne(store, 'key', LIMIT, cost);
      assert.deepEqual(taken, { allowed: false, remaining: 0, retryAfterMs: 1_000, resetMs: 1_000 });
    }
  }
});

test('with the store down, a cost beyond the share waits for the store, and one beyond the limit is never possible', async () => {
  const { state, openReplica } = openShared();
  state.fault = 'rejects';
  const store = openReplica(3);
  assert.equal((await takeOne(store, 'key', LIMIT, 5)).retryAfterMs, 1_000);
  assert.equal((await takeOne(store, 'key', LIMIT, 13)).retryAfterMs, Number.POSITIVE_INFINITY);
});

test('a key that had used up its burst when the store fell silent has none here either', async () => {
  const { state, openReplica } = openShared();
  const [here, there] = [openReplica(2), openReplica(2)];
  assert.equal(await countAllowed(there, 'guesser', LIMIT, 12), 12);
  assert.equal(await countAllowed(here, 'guesser', LIMIT, 1), 0);
  state.fault = 'rejects';
  for (const store of [here, there]) {
    assert.equal(await countAllowed(store, 'guesser', LIMIT, 30), 0);
    assert.equal(await countAllowed(store, 'other', LIMIT, 30), 6);
  }
});

test('a store that is down is left alone for a while, then tried by one call, and used again once it answers', async () => {
  const { clock, state, openReplica } = openShared();
  const changes: string[] = [];
  const store = openReplica(1, {
    onChange: (change) => void changes.push(change.isUp ? 'up' : `down: ${String(change.error)}`),
  });
  await takeOne(store, 'key', LIMIT, 1);
  state.fault = 'hangs';
  await countAllowed(store, 'key', LIMIT, 5);
  assert.equal(state.calls, 6);
  await countAllowed(store, 'key', LIMIT, 5);
  assert.equal(state.calls, 6);
  clock.now += SECOND_US;
  await countAllowed(store, 'key', LIMIT, 5);
  assert.equal(state.calls, 7);
  state.fault = 'none';
  clock.now += SECOND_US;
  await takeOne(store, 'key', LIMIT, 1);
  await countAllowed(store, 'key', LIMIT, 5);
  assert.equal(state.calls, 13);
  assert.deepEqual(changes, ['down: Error: no answer within 20 ms', 'up']);
});

test('a taking that means nothing is the caller’s fault: it is thrown, and the store counts as up', async () => {
  const { state, openReplica } = openShared();
  const store = openReplica(1, { onChange: () => assert.fail('the store was blamed') });
  await assert.rejects(takeOne(store, 'key', { perMinute: 0, burst: 1 }, 1), RangeError);
  assert.equal(state.calls, 0);
});

test('a number of replicas that means nothing is refused', () => {
  const { openReplica } = openShared();
  for (const replicas of [0, 0.5, -1, Number.NaN]) assert.throws(() => openReplica(replicas), RangeError);
});

test(
  'with a real database that falls silent and one that is gone, calls end in time and stay within the share',
  { timeout: 60_000 },
  async () => {
    const database = await startLimitDatabase();
    let isGone = false;
    try {
      let ahead = 0;
      const clock = (): number => monotonicUs() + ahead;
      const shared = createPostgresStore(database.openReplica(), { clock, timeoutMs: 1_000 });
      const store = failClosed(shared, 2, { clock, timeoutMs: 1_500 });
      const slow = { perMinute: 0.1, burst: 8 };
      assert.equal(await countAllowed(store, 'before', slow, 20), 8);

      const { rows } = await database.admin.query<{ pid: number }>(
        `select pid from pg_stat_activity where application_name = 'holdfast signIn'`,
      );
      const pids = rows.map(({ pid }) => pid).filter((pid) => pid > 1);
      assert.ok(pids.length > 0);
      for (const pid of pids) process.kill(pid, 'SIGSTOP');
      try {
        assert.equal(await countAllowed(store, 'during', slow, 20), 4);
        assert.equal(await countAllowed(store, 'before', slow, 20), 0);
      } finally {
        for (const pid of pids) process.kill(pid, 'SIGCONT');
      }
      ahead += 5 * SECOND_US;
      assert.equal(await countAllowed(store, 'after', slow, 1), 1);
      assert.equal((await takeOne(shared, 'after', slow, 0)).remaining, 7);

      await database[Symbol.asyncDispose]();
      isGone = true;
      assert.equal(await countAllowed(store, 'gone', slow, 20), 4);
      assert.equal(await countAllowed(store, 'before', slow, 20), 0);
    } finally {
      if (!isGone) await database[Symbol.asyncDispose]();
    }
  },
);
