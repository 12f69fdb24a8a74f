// Brings a cluster to a ready server: adopts a postmaster that survived us, or starts one, and waits through recovery.
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Binaries } from './binaries.ts';
import type { SuperuserSettings } from './credential.ts';
import { EmbeddedError } from './errors.ts';
import { findPlainText } from './files.ts';
import type { Layout } from './layout.ts';
import { clearMisleadingNotes, findPostmasterNote } from './postmaster-file.ts';
import { findRunning, type Postmaster, spawnPostmaster, stopPostmaster } from './postmaster.ts';
import { probeServer, type ServerState } from './probe.ts';
import { isAlive, worksFor } from './processes.ts';
import { postgresArguments, type Setting } from './settings.ts';
import type { DatabaseUser } from './user.ts';

/** What the terminal shows while the database comes up, in order. */
export type EmbeddedProgress =
  | {
      readonly stage: 'initializing' | 'starting' | 'recovering';
      readonly version: string;
      readonly source: Binaries['source'];
    }
  | { readonly stage: 'adopting'; readonly pid: number }
  | { readonly stage: 'ready'; readonly pid: number; readonly adopted: boolean };

export type Cluster = {
  readonly layout: Layout;
  readonly user: DatabaseUser;
  readonly binaries: Binaries;
  readonly socketFolder: string;
  readonly superuser: SuperuserSettings;
  readonly settings: readonly Setting[];
  readonly log: (progress: EmbeddedProgress) => void;
};

// Recovery replays what was written since the last checkpoint, and a large one takes minutes.
const READY_SECONDS_MAX = 600;
// Backends of a postmaster that was killed end within moments; until then the data is not free.
const FREE_SECONDS_MAX = 30;
const NOT_FREE = /pre-existing shared memory block|lock file "postmaster\.pid" already exists/;

/** Returns the ready postmaster. Call it under the lock of the data directory, one at a time. */
export async function bringUp(cluster: Cluster): Promise<Postmaster> {
  const giveUp = AbortSignal.timeout(FREE_SECONDS_MAX * 1000);
  for (;;) {
    const before = await findPostmaster(cluster);
    const adopted = before === 'none' || before === 'crashed' ? undefined : await adopt(cluster, before);
    if (adopted !== undefined) return announce(cluster, adopted);
    if (before === 'none' || before === 'crashed') {
      const started = await start(cluster, before === 'crashed');
      if (started !== undefined) return announce(cluster, started);
    }
    if (giveUp.aborted) throw await startFailed(cluster);
    await wait(200);
  }
}

function announce(cluster: Cluster, postmaster: Postmaster): Postmaster {
  cluster.log({ stage: 'ready', pid: postmaster.pid, adopted: postmaster.adopted });
  return postmaster;
}

// A postmaster at work on this data; or 'crashed' when one left its note behind, 'none' after a clean stop.
async function findPostmaster({ layout }: Cluster): Promise<Postmaster | 'crashed' | 'none'> {
  const note = await findPostmasterNote(layout.clusterFolder);
  if (note === undefined) return 'none';
  return isAlive(note.pid) && worksFor(note.pid, layout.clusterFolder)
    ? (findRunning(note.pid) ?? 'crashed')
    : 'crashed';
}

// Undefined when it ended meanwhile or had to be stopped because it runs under other settings than this release's.
async function adopt(cluster: Cluster, postmaster: Postmaster): Promise<Postmaster | undefined> {
  cluster.log({ stage: 'adopting', pid: postmaster.pid });
  const outcome = await waitUntilReady(cluster, postmaster);
  if (outcome.state === 'ready') return postmaster;
  if (outcome.state === 'drifted') await stopPostmaster(postmaster, cluster.layout.clusterFolder, 'fast');
  return undefined;
}

// Undefined when the data isn't free yet and another attempt may succeed.
async function start(cluster: Cluster, crashed: boolean): Promise<Postmaster | undefined> {
  const { layout, user, binaries } = cluster;
  await refuseUnseen(cluster);
  await clearMisleadingNotes(layout.clusterFolder, cluster.socketFolder);
  cluster.log({ stage: crashed ? 'recovering' : 'starting', version: binaries.version, source: binaries.source });
  const args = postgresArguments(layout.clusterFolder, cluster.settings);
  const postmaster = await spawnPostmaster({
    program: join(binaries.folder, 'postgres'),
    args,
    user,
    startupLog: startupLog(layout),
  });
  try {
    const outcome = await waitUntilReady(cluster, postmaster);
    if (outcome.state === 'ready') return postmaster;
    if (outcome.state === 'drifted') throw settingsRefused(outcome.settings);
  } catch (error) {
    await stopPostmaster(postmaster, layout.clusterFolder, 'fast');
    throw error;
  }
  if (NOT_FREE.test(await readFile(startupLog(layout), 'utf8'))) return undefined;
  throw await startFailed(cluster);
}

// A postmaster in another container that shares the directory has a pid that means nothing here, but its socket answers.
async function refuseUnseen({ superuser, settings, layout }: Cluster): Promise<void> {
  if ((await probeServer(superuser, settings)).state === 'silent') return;
  throw new EmbeddedError(
    'already_running',
    `A PostgreSQL that this process can't see serves ${layout.clusterFolder} (its socket in ${superuser.host} answers).`,
    'Stop it where it runs, perhaps in another container; one server at a time may use a data directory.',
  );
}

type Outcome = Extract<ServerState, { state: 'drifted' }> | { readonly state: 'ready' | 'ended' };

async function waitUntilReady(cluster: Cluster, postmaster: Postmaster): Promise<Outcome> {
  const deadline = AbortSignal.timeout(READY_SECONDS_MAX * 1000);
  for (let pauseMs = 10; postmaster.isRunning(); pauseMs = Math.min(pauseMs * 2, 200)) {
    const found = await probeServer(cluster.superuser, cluster.settings);
    if (found.state === 'ready') return { state: 'ready' };
    if (found.state === 'drifted') return found;
    if (found.state === 'silent' && (await listensElsewhere(cluster))) {
      return { state: 'drifted', settings: ['unix_socket_directories'] };
    }
    if (found.state === 'rejected') throw rejected(postmaster);
    if (deadline.aborted) throw timedOut(postmaster);
    await wait(pauseMs);
  }
  return { state: 'ended' };
}

// The data directory was moved, or the runtime folder changed, since the surviving postmaster was started.
async function listensElsewhere({ layout, socketFolder }: Cluster): Promise<boolean> {
  const note = await findPostmasterNote(layout.clusterFolder);
  return note?.socketFolder !== undefined && note.socketFolder !== socketFolder;
}

function startupLog(layout: Layout): string {
  return join(layout.privateFolder, 'startup.log');
}

async function startFailed({ layout }: Cluster): Promise<EmbeddedError> {
  const early = (await readFile(startupLog(layout), 'utf8').catch(() => '')).split('\n');
  const lines = [...early.slice(-5), ...(await readNewestLog(layout.logFolder)).slice(-5)].filter(
    (line) => line !== '',
  );
  return new EmbeddedError(
    'start_failed',
    `PostgreSQL did not start:\n${lines.join('\n').replaceAll(/[^\P{Cc}\n]/gu, '?')}`,
    `Mend what the message names and start again; the full log is in ${layout.logFolder}.`,
  );
}

// What the server says about itself. Errors of statements may quote values, and are for readers of the log alone.
async function readNewestLog(folder: string): Promise<readonly string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.log'));
  const dated = await Promise.all(
    names.map(async (name) => ({ path: join(folder, name), at: (await lstat(join(folder, name))).mtimeMs })),
  );
  const newest = dated.toSorted((a, b) => b.at - a.at)[0];
  return newest === undefined ? [] : ((await findPlainText(newest.path)) ?? '').split('\n').filter(isAboutServer);
}

function isAboutServer(line: string): boolean {
  return /^\S+ \S+ \S+ \[\d+\] (?:LOG|FATAL|PANIC): /.test(line);
}

function settingsRefused(names: readonly string[]): EmbeddedError {
  return new EmbeddedError(
    'settings_refused',
    `PostgreSQL started with other settings than demanded: ${names.join(', ')}. It was stopped.`,
    'Use the unchanged programs of a PostgreSQL release; these settings are given on its command line.',
  );
}

function rejected({ pid }: Postmaster): EmbeddedError {
  return new EmbeddedError(
    'credential_rejected',
    `PostgreSQL (process ${pid}) refuses the password kept for its superuser.`,
    'Restore the file "superuser-password" from the backup that belongs to this data directory.',
  );
}

function timedOut({ pid }: Postmaster): EmbeddedError {
  return new EmbeddedError(
    'start_timeout',
    `PostgreSQL (process ${pid}) was not ready after ${READY_SECONDS_MAX / 60} minutes.`,
    'Look into its log: a very long recovery ends by itself, and the next start goes on from there.',
  );
}
