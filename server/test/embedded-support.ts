// What tests of the embedded database share: throw-away data directories, starters in processes of their own, queries.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { chmod, chown, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client, type ClientConfig } from 'pg';
import { type Embedded, type EmbeddedOptions, startEmbedded } from '#db/embedded/index.ts';
import { findPostmasterNote } from '#db/embedded/postmaster-file.ts';
import { findRunning, stopPostmaster } from '#db/embedded/postmaster.ts';
import { worksFor } from '#db/embedded/processes.ts';
import { testBinaries } from './cluster.ts';

export const isRoot = process.geteuid?.() === 0;

/** A data directory, and what is removed with it: whatever postmaster still runs there, then the folder. */
export type TestDataDir = AsyncDisposable & { readonly path: string; readonly clusterFolder: string };

/** `uid` owns the folder; the name is added to a temporary folder, in which the data directory is made by the code under test. */
export async function makeDataDir(
  options: { readonly uid?: number; readonly name?: string } = {},
): Promise<TestDataDir> {
  const base = await mkdtemp(join(await realpath(tmpdir()), 'hf-'));
  // The parent lets others through, so that what the tests see is the data directory's own protection.
  await chmod(base, 0o755);
  if (options.uid !== undefined) await chown(base, options.uid, options.uid);
  const path = join(base, options.name ?? 'data');
  const clusterFolder = join(path, 'database', 'cluster');
  return {
    path,
    clusterFolder,
    [Symbol.asyncDispose]: async () => {
      await stopSurvivor(clusterFolder);
      await rm(base, { recursive: true, force: true });
    },
  };
}

/** A data directory in which a database was made and stopped before: a copy, quicker than another initdb. */
export async function makeUsedDataDir(): Promise<TestDataDir> {
  template ??= makeTemplate();
  const dataDir = await makeDataDir();
  await promisify(execFile)('/bin/cp', ['-a', await template, dataDir.path]);
  return dataDir;
}

let template: Promise<string> | undefined;

async function makeTemplate(): Promise<string> {
  const dataDir = await makeDataDir();
  await (await start(dataDir)).stop();
  process.once('exit', () => rmSync(dirname(dataDir.path), { recursive: true, force: true }));
  return dataDir.path;
}

async function stopSurvivor(clusterFolder: string): Promise<void> {
  const pid = (await findPostmasterNote(clusterFolder).catch(() => undefined))?.pid;
  const survivor = pid !== undefined && worksFor(pid, clusterFolder) ? findRunning(pid) : undefined;
  if (survivor !== undefined) await stopPostmaster(survivor, clusterFolder, 'immediate');
}

/** Starts in this process, quietly, on the PostgreSQL that the tests run on. */
export async function start(dataDir: TestDataDir, options: Partial<EmbeddedOptions> = {}): Promise<Embedded> {
  return startEmbedded({ dataDir: dataDir.path, log: () => {}, binaries: testBinaries(), ...options });
}

export type StarterLine = { readonly stage: string; readonly pid?: number; readonly adopted?: boolean } & {
  readonly reason?: string;
  readonly message?: string;
  readonly fix?: string;
};

export type Starter = AsyncDisposable & {
  readonly pid: number;
  /** The first line of one of these stages. Throws when the process ends without it. */
  readonly until: (...stages: readonly string[]) => Promise<StarterLine>;
  readonly kill: (signal: NodeJS.Signals) => Promise<void>;
  /** As a terminal or a supervisor does it: every process of the starter's group at once. */
  readonly killGroup: (signal: NodeJS.Signals) => Promise<void>;
};

/** Starts the database in a process of its own, as `uid` when given (then we must be root). */
export async function spawnStarter(dataDir: TestDataDir, uid?: number): Promise<Starter> {
  const program = fileURLToPath(new URL('embedded-starter.ts', import.meta.url));
  const identity = uid === undefined ? {} : { uid, gid: uid };
  const child = spawn(process.execPath, [program, dataDir.path], {
    ...identity,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child, 'spawn');
  const ended = once(child, 'exit');
  const seen: StarterLine[] = [];
  let isEnded = false;
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => seen.push(JSON.parse(line)));
  lines.on('close', () => (isEnded = true));
  const kill = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await ended;
  };
  return {
    pid: child.pid ?? 0,
    until: async (...stages) => {
      for (;;) {
        const found = seen.find(({ stage }) => stages.includes(stage));
        if (found !== undefined) return found;
        if (isEnded) throw new Error(`The starter ended without ${stages.join(' or ')}: ${JSON.stringify(seen)}`);
        await wait(5);
      }
    },
    kill,
    killGroup: async (signal) => {
      process.kill(-(child.pid ?? Number.NaN), signal);
      await ended;
    },
    [Symbol.asyncDispose]: () => kill('SIGKILL'),
  };
}

/** One statement on a connection of its own. */
export async function query(settings: ClientConfig, text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client(settings);
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}
