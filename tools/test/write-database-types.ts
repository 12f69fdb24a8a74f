// Writes server/src/db/types.ts of the tree that this file lies in, from a database freshly migrated with that tree's migrations.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { migrate } from '../../server/src/db/migrate.ts';
import { prepareDatabase, prepareRoles } from '../../server/src/db/prepare.ts';
import { startTestCluster } from '../../server/test/cluster.ts';
import { renderDatabaseTypes } from '../gen/database-types.ts';
import { repositoryRoot } from '../lib/repository.ts';

const DATABASE = 'holdfast_types';
// Of a cluster that is gone in a second and listens on a socket of its own.
const PASSWORD = 'of-no-use-to-anybody';

await using cluster = await startTestCluster();
await prepareRoles(cluster.superuser, { migrator: PASSWORD, runtime: PASSWORD });
await prepareDatabase(cluster.superuser, DATABASE);
await migrate({ ...cluster.superuser, user: 'holdfast_migrator', password: PASSWORD, database: DATABASE });
const client = new Client({ ...cluster.superuser, database: DATABASE });
await client.connect();
try {
  writeFileSync(join(repositoryRoot, 'server/src/db/types.ts'), await renderDatabaseTypes(client));
} finally {
  await client.end();
}
