// A database freshly migrated with this tree's migrations, on a PostgreSQL of the server's own that is gone afterwards.
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { findBinariesChoice, startEmbedded } from '../../server/src/db/embedded/index.ts';
import { migrate } from '../../server/src/db/migrate.ts';
import { prepareDatabase, prepareRoles } from '../../server/src/db/prepare.ts';

const DATABASE = 'holdfast_generated';
// Of a cluster that is gone in a second and listens on a socket of its own.
const PASSWORD = 'of-no-use-to-anybody';

/** Runs `work` as superuser on a migrated database. HOLDFAST_TEST_POSTGRES chooses the PostgreSQL, as for tests. */
export async function withMigratedDatabase<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const binaries = findBinariesChoice(process.env['HOLDFAST_TEST_POSTGRES'] ?? 'auto');
  if (binaries === undefined) throw new Error('HOLDFAST_TEST_POSTGRES names no PostgreSQL');
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-gen-'));
  try {
    // The database of a root user runs as another one, who has to pass through.
    await chmod(folder, 0o711);
    const searchPath = process.env['PATH'] ?? '';
    await using embedded = await startEmbedded({ dataDir: join(folder, 'data'), binaries, searchPath, log: () => {} });
    const superuser = { ...embedded.superuser, password: embedded.superuser.password(), database: 'postgres' };
    await prepareRoles(superuser, { migrator: PASSWORD, runtime: PASSWORD });
    await prepareDatabase(superuser, DATABASE);
    await migrate({ ...superuser, user: 'holdfast_migrator', password: PASSWORD, database: DATABASE });
    const client = new Client({ ...superuser, database: DATABASE });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
