// What the shared store adds to the contract: replicas, trips, locks, clearing, permissions.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client } from 'pg';
import type { Lookup } from '#db/lookup.ts';
import { type LimitDatabase, startLimitDatabase } from '#test/limit-database.ts';
import { monotonicUs } from './clock.ts';
import { type Limit, type LimitStore, storedKey, type Taken } from './limits.ts';
import { createPostgresStore, forgetRefilled } from './postgres-store.ts';

const SECOND_US = 1_000_000;
const SLOW: Limit = { perMinute: 1, burst: 5 };

describe('the limit store in PostgreSQL', () => {
  let database: LimitDatabase;
  let keys = 0;
  before(async () => {
    database = await startLimitDatabase();
  });
  after(async () => {
    await database[Symbol.asyncDispose]();
  });

  function newKey(): string {
    keys += 1;
    return `key ${keys}`;
  }

  /** A replica whose trips are counted, with a clock that can be set ahead. */
  function openReplica(timeoutMs = 30_000): {
    readonly store: LimitStore;
    readonly trips: number[];
    readonly clock: { ahead: number };
  } {
    const lookup = database.openReplica();
    const trips: number[] = [];
    const counted: Lookup = (name, args, lane) => {
      trips.push((args[0] as readonly unknown[]).length);
      return lookup(name, args, lane);
    };
    const clock = { ahead: 0 };
    const store = createPostgresStore(counted, { timeoutMs, clock: () => monotonicUs() + clock.ahead });
    return { store, trips, clock };
  }

  async function takeOne(store: LimitStore, key: string, limit: Limit, cost: number): Promise<Taken> {
    const [taken] = await store.take([{ key, limit, cost }]);
    assert.ok(taken !== undefined);
    return taken;
  }

  async function withRuntime<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const client = new Client(database.runtime);
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  test('calls that want the same of one key are one question of a trip, and each has its own answer', async () => {
    const { store, trips } = openReplica();
    const [key, limit] = [newKey(), { perMinute: 1, burst: 100 }];
    const taken = await Promise.all(Array.from({ length: 50 }, () => takeOne(store, key, limit, 1)));
    assert.deepEqual(
      taken.map(({ remaining }) => remaining),
      Array.from({ length: 50 }, (_, at) => 99 - at),
    );
    assert.deepEqual([...new Set(trips)], [1]);
  });

  test('replicas share one count: together they admit exactly the burst', async () => {
    const stores = Array.from({ length: 4 }, () => openReplica().store);
    const key = newKey();
    const limit = { perMinute: 1, burst: 17 };
    const calls = Array.from({ length: 100 }, (_, index) => takeOne(stores[index % 4] as LimitStore, key, limit, 1));
    assert.equal((await Promise.all(calls)).filter(({ allowed }) => allowed).length, 17);
  });

  test('replicas that take the same keys in opposite orders never lock each other out', async () => {
    const stores = Array.from({ length: 4 }, () => openReplica().store);
    const names = Array.from({ length: 20 }, newKey);
    const limit = { perMinute: 1, burst: 1_000 };
    const forth = names.map((key) => ({ key, limit, cost: 1 }));
    for (let round = 0; round < 10; round += 1) {
      await Promise.all(stores.map((store, index) => store.take(index % 2 === 0 ? forth : forth.toReversed())));
    }
    const left = await openReplica().store.take(names.map((key) => ({ key, limit, cost: 0 })));
    assert.deepEqual(new Set(left.map(({ remaining }) => remaining)), new Set([1_000 - 40]));
  });

  test('calls made at once are one trip, and calls made meanwhile are the next', async () => {
    const { store, trips } = openReplica();
    const first = Array.from({ length: 30 }, () => takeOne(store, newKey(), SLOW, 1));
    await new Promise<void>((resolve) => void setImmediate(resolve));
    const next = Array.from({ length: 30 }, () => takeOne(store, newKey(), SLOW, 1));
    await Promise.all([...first, ...next]);
    assert.deepEqual(trips, [30, 30]);
  });

  test('a refused key is answered without a trip until the time told, and asked for again then', async () => {
    const { store, trips, clock } = openReplica();
    const key = newKey();
    await takeOne(store, key, SLOW, 5);
    const told = await takeOne(store, key, SLOW, 1);
    assert.equal(trips.length, 2);
    for (let again = 0; again < 20; again += 1) {
      const refused = await takeOne(store, key, SLOW, again % 3);
      assert.equal(refused.allowed, false);
      assert.ok(refused.retryAfterMs <= told.retryAfterMs + 60_000 && refused.retryAfterMs > 0);
    }
    assert.equal(trips.length, 2);
    clock.ahead += told.retryAfterMs * 1_000;
    await database.passTime(told.retryAfterMs * 1_000);
    assert.equal((await takeOne(store, key, SLOW, 1)).allowed, true);
    assert.equal(trips.length, 3);
  });

  test('what is refused for a large cost is still granted for a small one', async () => {
    const { store } = openReplica();
    const key = newKey();
    await takeOne(store, key, SLOW, 2);
    assert.equal((await takeOne(store, key, SLOW, 4)).allowed, false);
    assert.equal((await takeOne(store, key, SLOW, 3)).allowed, true);
  });

  test('giving back ends a refusal that this replica remembers', async () => {
    const { store } = openReplica();
    const key = newKey();
    await takeOne(store, key, SLOW, 5);
    assert.equal((await takeOne(store, key, SLOW, 1)).allowed, false);
    await takeOne(store, key, SLOW, -1);
    assert.equal((await takeOne(store, key, SLOW, 1)).allowed, true);
  });

  test('the database keeps digests: no key is stored as it came', async () => {
    const { store } = openReplica();
    await takeOne(store, 'sign_in:somebody@example.com', SLOW, 1);
    const { rows } = await database.admin.query<{ key: string }>('select key from holdfast.rate_limit');
    assert.ok(rows.length > 0);
    for (const { key } of rows) assert.match(key, /^[\w-]{43}$/);
  });

  test('a look leaves no row behind', async () => {
    const { store } = openReplica();
    const count = async () => (await database.admin.query('select from holdfast.rate_limit')).rowCount;
    const rowsBefore = await count();
    await takeOne(store, newKey(), SLOW, 0);
    assert.equal(await count(), rowsBefore);
  });

  test('a state beyond the window, left by a clock that jumped back, locks a key for one window at most', async () => {
    const { store } = openReplica();
    const key = newKey();
    await takeOne(store, key, SLOW, 1);
    await database.passTime(-86_400 * SECOND_US);
    const { retryAfterMs, resetMs } = await takeOne(store, key, SLOW, 1);
    assert.deepEqual({ retryAfterMs, resetMs }, { retryAfterMs: 60_000, resetMs: 300_000 });
  });

  test(
    'a key that somebody holds locked fails the call and frees the connection, instead of waiting',
    { timeout: 30_000 },
    async () => {
      const { store } = openReplica();
      const key = newKey();
      await takeOne(store, key, SLOW, 1);
      await database.admin.query('begin');
      await database.admin.query('select from holdfast.rate_limit for update');
      try {
        await assert.rejects(takeOne(store, key, SLOW, 1), { code: '55P03' });
      } finally {
        await database.admin.query('rollback');
      }
      assert.equal((await takeOne(store, key, SLOW, 1)).remaining, 3);
    },
  );

  test(
    'a server that falls silent in the middle fails the calls in time, and another connection serves the next',
    { timeout: 30_000 },
    async () => {
      const { store } = openReplica(1_500);
      const key = newKey();
      await takeOne(store, key, SLOW, 1);
      const { rows } = await database.admin.query<{ pid: number }>(
        `select pid from pg_stat_activity where application_name = 'holdfast signIn' order by backend_start desc limit 1`,
      );
      const pid = rows[0]?.pid ?? 0;
      assert.ok(pid > 1);
      process.kill(pid, 'SIGSTOP');
      try {
        await assert.rejects(takeOne(store, key, SLOW, 1), { name: 'DatabaseError', fault: 'unavailable' });
        assert.equal((await takeOne(store, key, SLOW, 1)).allowed, true);
      } finally {
        process.kill(pid, 'SIGCONT');
      }
    },
  );

  test('only rows that say nothing any more are cleared, and nobody waits for it', { timeout: 30_000 }, async () => {
    const lookup = database.openReplica();
    const { store } = openReplica();
    const isKept = async (key: string): Promise<boolean> =>
      (await database.admin.query('select from holdfast.rate_limit where key = $1', [storedKey(key)])).rowCount === 1;
    const [spent, live] = [newKey(), newKey()];
    await takeOne(store, spent, SLOW, 1);
    await database.passTime(60 * SECOND_US);
    await takeOne(store, live, SLOW, 5);
    assert.ok((await forgetRefilled(lookup, 1_000)) >= 1);
    assert.deepEqual([await isKept(spent), await isKept(live)], [false, true]);

    await database.passTime(300 * SECOND_US);
    await database.admin.query('begin');
    await database.admin.query('select from holdfast.rate_limit for update');
    assert.equal(await forgetRefilled(lookup, 1_000), 0);
    assert.equal(await isKept(live), true);
    await database.admin.query('rollback');
    assert.ok((await forgetRefilled(lookup, 1_000)) >= 1);
    assert.equal(await isKept(live), false);
  });

  test('clearing takes no more rows at once than it was told', async () => {
    const lookup = database.openReplica();
    const { store } = openReplica();
    await store.take(Array.from({ length: 12 }, () => ({ key: newKey(), limit: SLOW, cost: 1 })));
    await database.passTime(60 * SECOND_US);
    assert.deepEqual([await forgetRefilled(lookup, 5), await forgetRefilled(lookup, 5)], [5, 5]);
  });

  test('the server reaches limits through its functions alone, never the table', async () => {
    await withRuntime(async (client) => {
      for (const sql of ['select from rate_limit', 'delete from rate_limit', `update rate_limit set tat = now()`]) {
        await assert.rejects(client.query(sql), { code: '42501' }, sql);
      }
      await client.query('begin; set local role holdfast_app');
      await assert.rejects(client.query(`select take_tokens('{k}', '{1}', '{1}', '{1}')`), { code: '42501' });
      await client.query('rollback');
    });
  });

  test('the function refuses questions that are incomplete, and answers none as allowed', async () => {
    await withRuntime(async (client) => {
      const incomplete = [
        `'{a,b}', '{1}', '{1,1}', '{1,1}'`,
        `'{a}', '{0}', '{1}', '{1}'`,
        `'{a}', '{1}', '{-1}', '{1}'`,
        `'{NULL}', '{1}', '{1}', '{1}'`,
        `'{a}', '{1}', '{1}', '{NULL}'`,
        `'{a}', NULL, '{1}', '{1}'`,
      ];
      for (const args of incomplete)
        await assert.rejects(client.query(`select * from take_tokens(${args})`), { code: '22023' }, args);
      for (const args of [`NULL, NULL, NULL, NULL`, `'{}', '{}', '{}', '{}'`]) {
        assert.equal((await client.query(`select * from take_tokens(${args})`)).rowCount, 0);
      }
    });
  });

  test('an answer that is not one is an error, never an allowance', async () => {
    const answers: readonly (readonly unknown[])[] = [
      [],
      [{}],
      [{ allowed: true, remaining: null, retry_us: '0', reset_us: '0' }],
      [{ allowed: true, remaining: '1', retry_us: '0', reset_us: 'soon' }],
    ];
    for (const rows of answers) {
      const lookup: Lookup = async <Row>() => rows as readonly Row[];
      await assert.rejects(
        takeOne(createPostgresStore(lookup), newKey(), SLOW, 1),
        { fault: 'unavailable' },
        JSON.stringify(rows),
      );
    }
    const vague: readonly unknown[] = [{ allowed: 't', remaining: '1', retry_us: '0', reset_us: '0' }];
    const lookup: Lookup = async <Row>() => vague as readonly Row[];
    assert.equal((await takeOne(createPostgresStore(lookup), newKey(), SLOW, 1)).allowed, false);
  });
});
