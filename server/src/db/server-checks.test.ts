// Tests that a server serves as a role that can take the three roles of the scopes and nothing else, at whatever remove.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startTestCluster, type TestCluster } from '#test/cluster.ts';
import { query } from '#test/embedded-support.ts';
import { connectOnce } from './connect-once.ts';
import { DatabaseError } from './errors.ts';
import { prepareDatabase, prepareRoles } from './prepare.ts';
import { checkRuntimeRole, checkServerVersion } from './server-checks.ts';

const PASSWORDS = { migrator: 'migrator-of-this-test', runtime: 'runtime-of-this-test' };
describe('checks of the database server', () => {
  let cluster: TestCluster;

  before(async () => {
    cluster = await startTestCluster();
    await prepareRoles(cluster.superuser, PASSWORDS);
    await prepareDatabase(cluster.superuser, 'holdfast');
  });
  after(() => cluster[Symbol.asyncDispose]());

  const administer = (sql: string) => query({ ...cluster.superuser, database: 'holdfast' }, sql);

  function check(user = 'holdfast_runtime', password = PASSWORDS.runtime): Promise<void> {
    return connectOnce({ ...cluster.superuser, user, password, database: 'holdfast' }, 'test', async (client) => {
      await checkServerVersion(client);
      await checkRuntimeRole(client);
    });
  }

  function isRefused(says: RegExp): (error: unknown) => boolean {
    return (error) => error instanceof DatabaseError && error.fault === 'out_of_date' && says.test(error.message);
  }

  test('the prepared runtime role is taken, and the migrator is not', async () => {
    await check();
    await administer('create table holdfast.owned (); alter table holdfast.owned owner to holdfast_migrator');
    await assert.rejects(
      check('holdfast_migrator', PASSWORDS.migrator),
      isRefused(/holdfast_migrator is superuser, owns/),
    );
    await administer('drop table holdfast.owned');
  });

  const GRANTS = [
    ['the owner of everything', 'holdfast_migrator', 'holdfast_runtime', ''],
    ['the owner of the look-ups', 'holdfast_lookup', 'holdfast_runtime', ''],
    ['a predefined role', 'pg_read_all_data', 'holdfast_runtime', ''],
    ['a role of a role it may take', 'holdfast_lookup', 'holdfast_app', ''],
    ['one of its own by way of another', 'holdfast_maintenance', 'holdfast_app', ''],
    ['a role that it may hand on', 'holdfast_app', 'holdfast_runtime', ' with admin option'],
  ] as const;

  for (const [what, granted, holder, options] of GRANTS) {
    test(`a runtime role that holds ${what} is refused, with the way out`, async () => {
      await administer(`grant ${granted} to ${holder}${options}`);
      await assert.rejects(check(), isRefused(new RegExp(`as ${granted} .*revoke ${granted} from ${holder}\``)));
      await administer(`revoke ${granted} from ${holder}`);
      await prepareRoles(cluster.superuser, PASSWORDS);
      await check();
    });
  }

  test('a membership that inherits by itself is refused, and prepared roles hold none', async (t) => {
    if (cluster.major < 16) return t.skip('memberships inherit by themselves since PostgreSQL 16');
    await administer('grant holdfast_app to holdfast_runtime with inherit true');
    await assert.rejects(check(), isRefused(/may act as holdfast_app/));
    await prepareRoles(cluster.superuser, PASSWORDS);
    await check();
  });
});
