// Opens the store of truth: the private PostgreSQL that we start, or a server named by DATABASE_URL, migrated and checked.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config, DatabaseTarget } from '#config.ts';
import { newToken } from '#crypto/random.ts';
import { reveal } from '#crypto/secret.ts';
import { type Client, connectOnce } from '#db/connect-once.ts';
import { type BinariesChoice, type Embedded, EmbeddedError, startEmbedded } from '#db/embedded/index.ts';
import { DatabaseError } from '#db/errors.ts';
import { checkSchema, migrate } from '#db/migrate.ts';
import type { ConnectionSettings } from '#db/pool.ts';
import { prepareDatabase, prepareRoles } from '#db/prepare.ts';
import { checkRuntimeRole, checkServerVersion } from '#db/server-checks.ts';
import type { OnStep } from './progress.ts';
import { refuseStart, type StartRefused } from './refusal.ts';

export type OpenDatabase = {
  /** How the running server connects: as the runtime role, which owns nothing. */
  readonly runtime: ConnectionSettings;
  readonly kind: 'embedded' | 'external';
  readonly close: () => Promise<void>;
};

const DATABASE = 'holdfast';
const RESTART_PAUSE_MS_MIN = 500;
const RESTART_PAUSE_MS_MAX = 30_000;

export function openDatabase(config: Config, searchPath: string, onStep: OnStep): Promise<OpenDatabase> {
  return config.database.kind === 'embedded'
    ? openEmbedded(config, config.database.postgres, searchPath, onStep)
    : openExternal(config.database, onStep);
}

async function openEmbedded(
  config: Config,
  postgres: EmbeddedSource,
  searchPath: string,
  onStep: OnStep,
): Promise<OpenDatabase> {
  const embedded = await startOrRefuse(config, postgres, searchPath, onStep);
  try {
    const superuser = settingsOf(embedded);
    // Fresh at every start and kept nowhere: whoever reads the data directory later finds no password of a role.
    const passwords = {
      migrator: reveal(newToken(), 'database.password'),
      runtime: reveal(newToken(), 'database.password'),
    };
    await prepareRoles(superuser, passwords);
    await prepareDatabase(superuser, DATABASE);
    const migrator = { ...superuser, database: DATABASE, user: 'holdfast_migrator', password: passwords.migrator };
    await migrateOrRefuse(migrator, 'the embedded database', onStep);
    restartWhenItDies(embedded, onStep);
    const runtime = { ...superuser, database: DATABASE, user: 'holdfast_runtime', password: passwords.runtime };
    return { runtime, kind: 'embedded', close: async () => void (await embedded.stop()) };
  } catch (error) {
    await embedded.stop();
    throw error;
  }
}

type EmbeddedSource = Extract<Config['database'], { kind: 'embedded' }>['postgres'];

async function startOrRefuse(
  config: Config,
  postgres: EmbeddedSource,
  searchPath: string,
  onStep: OnStep,
): Promise<Embedded> {
  try {
    return await startEmbedded({
      dataDir: config.dataDirectory,
      searchPath,
      binaries: binariesOf(postgres),
      log: (progress) => {
        if (progress.stage !== 'ready') onStep({ step: `database_${progress.stage}` });
      },
    });
  } catch (error) {
    if (error instanceof EmbeddedError) throw refuseStart('the embedded database', error.message, error.fix, error);
    throw error;
  }
}

function binariesOf(source: EmbeddedSource): BinariesChoice {
  // The configuration takes absolute paths only.
  return source.kind === 'directory' ? (source.path as `/${string}`) : source.kind;
}

function settingsOf(embedded: Embedded): ConnectionSettings {
  const { host, port, user, password } = embedded.superuser;
  return { host, port, user, password: password(), database: 'postgres', ssl: false };
}

/** A database that dies under a running server is brought up again; until it answers, every request is refused with 503. */
function restartWhenItDies(embedded: Embedded, onStep: OnStep): void {
  embedded.onExit((exit) => {
    if (exit.expected) return;
    onStep({ step: 'database_died' });
    void bringBack(embedded, onStep);
  });
}

/** A first attempt may fail for what passes, such as a full disk; nobody is there to start the server anew. */
async function bringBack(embedded: Embedded, onStep: OnStep): Promise<void> {
  for (let pauseMs = RESTART_PAUSE_MS_MIN; ; pauseMs = Math.min(2 * pauseMs, RESTART_PAUSE_MS_MAX)) {
    try {
      await embedded.restart();
      onStep({ step: 'database_back' });
      return;
    } catch (error) {
      if (error instanceof EmbeddedError && error.reason === 'stopped') return;
      onStep({ step: 'database_restart_failed', error });
    }
    await sleep(pauseMs, undefined, { ref: false });
  }
}

async function openExternal(
  database: Extract<Config['database'], { kind: 'external' }>,
  onStep: OnStep,
): Promise<OpenDatabase> {
  const ca = database.caFile === undefined ? undefined : readFileSync(database.caFile, 'utf8');
  const runtime = connectionOf(database.target, ca);
  await withClient(runtime, async (client) => {
    await checkServerVersion(client);
    await checkRuntimeRole(client);
  });
  if (database.migrator !== undefined)
    await migrateOrRefuse(connectionOf(database.migrator, ca), 'HOLDFAST_MIGRATOR_DATABASE_URL', onStep);
  await withClient(runtime, (client) => checkSchema((sql) => client.query(sql)));
  return { runtime, kind: 'external', close: async () => {} };
}

export function connectionOf(target: DatabaseTarget, ca: string | undefined): ConnectionSettings {
  const { host, port, user, database, password, tls } = target;
  return {
    host,
    port,
    user,
    database,
    ...(password === undefined ? {} : { password: reveal(password, 'database.connect') }),
    // verify-full: node's TLS checks chain and name unless told otherwise, and it is not told otherwise.
    ssl: tls === 'off' ? false : { rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) },
  };
}

/** Returns how many migrations were applied; throws StartRefused. `key` is what says where the database is. */
export async function migrateOrRefuse(settings: ConnectionSettings, key: string, onStep: OnStep): Promise<number> {
  try {
    return await migrate(
      settings,
      (step) => onStep({ step: 'migrating', index: step.index, total: step.total, name: step.name }),
      { onWait: () => onStep({ step: 'migration_waiting' }) },
    );
  } catch (error) {
    if (error instanceof DatabaseError) {
      const fix = 'Nothing was changed half; mend the cause and run it again.';
      throw refuseStart('the database schema', error.message, fix, error);
    }
    throw refuseUnreachable(key, error);
  }
}

async function withClient(settings: ConnectionSettings, work: (client: Client) => Promise<unknown>): Promise<void> {
  try {
    await connectOnce(settings, 'start', work);
  } catch (error) {
    if (error instanceof DatabaseError) {
      throw refuseStart('DATABASE_URL', error.message, 'See docs/guides/external-database.md.', error);
    }
    throw refuseUnreachable('DATABASE_URL', error);
  }
}

function refuseUnreachable(key: string, error: unknown): StartRefused {
  const fix = 'See that it runs, and that address, user and password are right.';
  return refuseStart(key, `the database cannot be reached (${codeOf(error)})`, fix, error);
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'no answer';
}
