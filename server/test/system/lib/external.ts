// An external PostgreSQL prepared by the product's own commands, and the settings with which replicas serve from it.
import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { startTestCluster, type TestCluster } from '#test/cluster.ts';
import { query } from '#test/embedded-support.ts';
import { run, type RunOptions } from './processes.ts';
import { type Settings, settingsOf } from './settings.ts';

export type ExternalDatabase = AsyncDisposable & {
  readonly cluster: TestCluster;
  /** DATABASE_URL of the runtime role in a database of that name. */
  readonly runtimeUrl: (database?: string) => string;
  readonly migratorUrl: (database?: string) => string;
  readonly superuserUrl: (database?: string) => string;
  /** Past every wall, in a database of that name. */
  readonly look: (text: string, database?: string) => Promise<readonly Record<string, unknown>[]>;
};

export const DATABASE = 'holdfast';

/** `program` is the release that prepares, in place of this source. The folder takes the environment file it writes. */
export async function prepareExternal(folder: string, program?: RunOptions['program']): Promise<ExternalDatabase> {
  const cluster = await startTestCluster();
  try {
    const superuserUrl = (database = 'postgres') => urlOf(cluster, database);
    const out = join(folder, 'holdfast.env');
    const prepared = await run(['database', 'prepare', '--out', out, '--url-stdin'], {
      settings: await settingsOf(join(folder, 'prepare')),
      input: `${superuserUrl()}\n`,
      ...(program === undefined ? {} : { program }),
    });
    assert.equal(prepared.code, 0, prepared.complaint);
    assert.equal((await stat(out)).mode & 0o777, 0o600);
    const urls = readEnvironmentFile(await readFile(out, 'utf8'));
    const at = (name: string) => (database: string | undefined) =>
      (urls[name] ?? '').replace(`/${DATABASE}?`, `/${database ?? DATABASE}?`);
    return {
      cluster,
      superuserUrl,
      runtimeUrl: (database) => at('DATABASE_URL')(database),
      migratorUrl: (database) => at('HOLDFAST_MIGRATOR_DATABASE_URL')(database),
      look: (text, database = DATABASE) =>
        query({ ...cluster.superuser, database, options: '-c search_path=holdfast' }, text),
      [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
    };
  } catch (error) {
    await cluster[Symbol.asyncDispose]();
    throw error;
  }
}

/** Brings the database to the schema of a release, by that release's own command. */
export async function migrateExternal(
  { runtimeUrl, migratorUrl }: ExternalDatabase,
  dataDirectory: string,
  program?: RunOptions['program'],
): Promise<void> {
  const migrated = await run(['migrate'], {
    settings: await settingsOf(dataDirectory, {
      DATABASE_URL: runtimeUrl(),
      HOLDFAST_MIGRATOR_DATABASE_URL: migratorUrl(),
    }),
    ...(program === undefined ? {} : { program }),
  });
  assert.equal(migrated.code, 0, migrated.complaint);
}

/** A replica keeps nothing but its admin socket in its data directory. */
export function replicaSettings(
  database: ExternalDatabase,
  dataDirectory: string,
  keyFile: string,
  more: Settings = {},
): Promise<Settings> {
  return settingsOf(dataDirectory, {
    DATABASE_URL: database.runtimeUrl(),
    HOLDFAST_MASTER_KEY_FILE: keyFile,
    ...more,
  });
}

function urlOf({ superuser }: TestCluster, name: string): string {
  const { user, password } = superuser;
  return `postgresql://${user}:${password}@${encodeURIComponent(superuser.host)}:${superuser.port}/${name}`;
}

function readEnvironmentFile(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}
