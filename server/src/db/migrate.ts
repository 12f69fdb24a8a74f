// Brings a database to this release's schema: numbered, forward-only SQL files, each in one transaction, by the migrator.
import { readdirSync, readFileSync } from 'node:fs';
import { Client } from 'pg';
import { sha256Hex } from '#crypto/hash.ts';
import { DatabaseError, sqlStateOf } from './errors.ts';
import type { ConnectionSettings } from './pool.ts';

export type Migration = {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
  readonly inTransaction: boolean;
};
export type MigrationStep = {
  readonly version: number;
  readonly name: string;
  readonly index: number;
  readonly total: number;
};

const FOLDER = new URL('./migrations/', import.meta.url);
const FILE_NAME = /^(\d{4})_([a-z0-9_]+)\.sql$/;
const LOCK = 4_215_201_001;
const NO_TRANSACTION = '-- holdfast: no transaction';

/** The migrations of this release in order. Throws when a name is malformed or a number is missing or doubled. */
export function readMigrations(): readonly Migration[] {
  const names = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.sql'))
    .toSorted();
  return names.map((file, index) => {
    const match = FILE_NAME.exec(file);
    if (match === null || Number(match[1]) !== index + 1)
      throw new Error(`Migration ${file} is misnamed or out of sequence.`);
    const sql = readFileSync(new URL(file, FOLDER), 'utf8');
    return {
      version: index + 1,
      name: match[2] ?? '',
      sql,
      checksum: sha256Hex(sql),
      inTransaction: !sql.startsWith(NO_TRANSACTION),
    };
  });
}

export type MigrationTurn = {
  /** Somebody else is migrating this database right now, and this call waits for them. */
  readonly onWait?: () => void;
  /** How long it waits; a minute by default. */
  readonly waitMsMax?: number;
};

/**
 * Applies what is missing, under an advisory lock, and returns how many were applied. Refuses a database that a newer
 * release has migrated, and one whose applied files differ from ours (DatabaseError out_of_date), and one that somebody
 * else is still migrating after `waitMsMax` (DatabaseError unavailable).
 */
export async function migrate(
  settings: ConnectionSettings,
  onStep: (step: MigrationStep) => void = () => {},
  turn: MigrationTurn = {},
): Promise<number> {
  const client = new Client({ ...settings, application_name: 'holdfast migrate', connectionTimeoutMillis: 10_000 });
  // A connection that breaks fails the query on it; without this it would end the process too.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await takeTurn(client, turn);
    await client.query(`set search_path = holdfast; set lock_timeout = '5s'`);
    await client.query(`create table if not exists schema_version (
      version integer primary key, name text not null, checksum text not null, applied_at timestamptz not null default now())`);
    const missing = await findMissing(client, readMigrations());
    for (const [index, migration] of missing.entries()) {
      onStep({ version: migration.version, name: migration.name, index: index + 1, total: missing.length });
      await apply(client, migration);
    }
    await client.query('grant select on schema_version to holdfast_runtime');
    return missing.length;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function takeTurn(client: Client, { onWait, waitMsMax = 60_000 }: MigrationTurn): Promise<void> {
  const { rows } = await client.query<{ taken: boolean }>(`select pg_try_advisory_lock(${LOCK}) as taken`);
  if (rows[0]?.taken === true) return;
  onWait?.();
  try {
    await client.query(`set lock_timeout = ${waitMsMax}`);
    await client.query(`select pg_advisory_lock(${LOCK})`);
  } catch (error) {
    if (sqlStateOf(error) !== '55P03') throw error;
    const detail = `Another server or command has been migrating this database for more than ${Math.round(waitMsMax / 1000)} s; let it finish, then start again.`;
    throw new DatabaseError('unavailable', { cause: error, detail });
  }
}

/** Throws out_of_date unless the schema is exactly this release's; asked by a server that may not migrate. */
export async function checkSchema(
  query: (sql: string) => Promise<{ readonly rows: readonly { readonly version: number }[] }>,
): Promise<void> {
  const newest = readMigrations().length;
  const found = await query('select coalesce(max(version), 0) as version from holdfast.schema_version').then(
    (result) => result.rows[0]?.version ?? 0,
    (cause: unknown) => {
      throw new DatabaseError('out_of_date', {
        cause,
        detail: 'The database is not prepared; run `holdfast database prepare`, then `holdfast migrate`.',
      });
    },
  );
  if (found > newest) throw newerSchema(found, newest);
  if (found < newest) {
    throw new DatabaseError('out_of_date', {
      detail: `The database has schema ${found}, this release needs ${newest}; run \`holdfast migrate\`.`,
    });
  }
}

async function findMissing(client: Client, ours: readonly Migration[]): Promise<readonly Migration[]> {
  const { rows } = await client.query<{ version: number; checksum: string }>(
    'select version, checksum from schema_version order by version',
  );
  const newest = rows.at(-1)?.version ?? 0;
  if (newest > ours.length) throw newerSchema(newest, ours.length);
  for (const row of rows) {
    if (ours[row.version - 1]?.checksum === row.checksum) continue;
    throw new DatabaseError('out_of_date', {
      detail: `Migration ${row.version} was applied from another text than this release's; the database belongs to another build.`,
    });
  }
  return ours.slice(newest);
}

async function apply(client: Client, migration: Migration): Promise<void> {
  const record = {
    text: 'insert into schema_version (version, name, checksum) values ($1, $2, $3)',
    values: [migration.version, migration.name, migration.checksum],
  };
  if (!migration.inTransaction) {
    for (const statement of migration.sql.split(/;\s*\n/).filter((part) => part.trim() !== ''))
      await client.query(statement);
    await client.query(record);
    return;
  }
  await client.query('begin');
  try {
    await client.query(migration.sql);
    await client.query(record);
    const result = await client.query('commit');
    if (result.command !== 'COMMIT') throw new DatabaseError('aborted');
  } catch (error) {
    await client.query('rollback');
    throw new DatabaseError('out_of_date', {
      cause: error,
      detail: `Migration ${migration.version} (${migration.name}) failed and was rolled back.`,
    });
  }
}

function newerSchema(found: number, newest: number): DatabaseError {
  return new DatabaseError('out_of_date', {
    detail: `The database has schema ${found}, newer than this release's ${newest}; start the release that migrated it, or restore a backup.`,
  });
}
