// Tests that of several servers that migrate at once one does, the others wait for it, and say so when they wait in vain.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client } from 'pg';
import { startTestCluster, type TestCluster } from '#test/cluster.ts';
import { DatabaseError } from './errors.ts';
import { migrate, readMigrations } from './migrate.ts';
import type { ConnectionSettings } from './pool.ts';
import { prepareDatabase, prepareRoles } from './prepare.ts';

const PASSWORDS = { migrator: 'migrator-of-this-test', runtime: 'runtime-of-this-test' };
describe('servers that migrate at once', () => {
  let cluster: TestCluster;
  let migrator: ConnectionSettings;

  before(async () => {
    cluster = await startTestCluster();
    await prepareRoles(cluster.superuser, PASSWORDS);
    await prepareDatabase(cluster.superuser, 'holdfast');
    migrator = { ...cluster.superuser, database: 'holdfast', user: 'holdfast_migrator', password: PASSWORDS.migrator };
  });
  after(() => cluster[Symbol.asyncDispose]());

  /** A migration of somebody else that is under way: its advisory lock, held by a connection. */
  async function holdTurn(): Promise<Client> {
    const client = new Client({ ...cluster.superuser, database: 'holdfast' });
    await client.connect();
    await client.query('select pg_advisory_lock(4215201001)');
    return client;
  }

  test('who waits in vain for another migration is told why, and has changed nothing', async () => {
    const other = await holdTurn();
    let waits = 0;
    await assert.rejects(migrate(migrator, undefined, { waitMsMax: 50, onWait: () => void (waits += 1) }), (error) => {
      assert.ok(error instanceof DatabaseError);
      assert.equal(error.fault, 'unavailable');
      return /Another server or command has been migrating/.test(error.message);
    });
    assert.equal(waits, 1);
    const { rows } = await other.query("select to_regclass('holdfast.schema_version') as found");
    assert.deepEqual(rows, [{ found: null }]);
    await other.end();
  });

  test('who waits goes on as soon as the other is done, and of many at once each migration is applied by one', async () => {
    const other = await holdTurn();
    let waits = 0;
    const all = Promise.all(
      [1, 2, 3].map(() =>
        migrate(migrator, undefined, {
          onWait: () => {
            waits += 1;
            if (waits === 3) void other.end();
          },
        }),
      ),
    );
    const applied = await all;
    assert.deepEqual(
      applied.toSorted((a, b) => a - b),
      [0, 0, readMigrations().length],
    );
    assert.equal(await migrate(migrator, undefined, { onWait: () => assert.fail('nobody is migrating') }), 0);
  });
});
