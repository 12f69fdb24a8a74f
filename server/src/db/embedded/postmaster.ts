// One running postmaster: starting it so that it outlives us, taking over one that did, watching and stopping it.
import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { EmbeddedError, findErrorCode } from './errors.ts';
import { findPostmasterNote } from './postmaster-file.ts';
import { findBirth, isAlive } from './processes.ts';
import { cleanEnvironment, isSwitchRefused, switchRefused, switchTo } from './run-as.ts';
import type { DatabaseUser } from './user.ts';

/** How it ended; code and signal are unknown for a postmaster that another process started. */
export type PostmasterExit = { readonly code: number | undefined; readonly signal: string | undefined };

export type Postmaster = {
  readonly pid: number;
  readonly adopted: boolean;
  readonly exited: Promise<PostmasterExit>;
  readonly isRunning: () => boolean;
};

export type StopMode = 'fast' | 'immediate';
export type StopOutcome = StopMode | 'already_stopped';

const WATCH_MS = 500;
const STEPS = { fast: { signal: 'SIGINT', seconds: 30 }, immediate: { signal: 'SIGQUIT', seconds: 15 } } as const;

export type SpawnRequest = {
  readonly program: string;
  readonly args: readonly string[];
  readonly user: DatabaseUser;
  /** Receives what PostgreSQL says before its own log is open; begun anew. */
  readonly startupLog: string;
};

/** Starts a postmaster in a session of its own: neither our death nor a terminal's Ctrl-C reaches it. */
export async function spawnPostmaster({ program, args, user, startupLog }: SpawnRequest): Promise<Postmaster> {
  const log = await open(startupLog, 'w', 0o600);
  try {
    // Files, not pipes: a pipe would break with us, and PostgreSQL with it.
    const stdio: ['ignore', number, number] = ['ignore', log.fd, log.fd];
    const child = spawn(program, args, { ...switchTo(user), cwd: '/', env: cleanEnvironment, detached: true, stdio });
    const { promise: exited, resolve } = Promise.withResolvers<PostmasterExit>();
    child.once('exit', (code, signal) => resolve({ code: code ?? undefined, signal: signal ?? undefined }));
    await new Promise<void>((done, fail) => {
      child.once('spawn', done);
      child.once('error', fail);
    });
    child.unref();
    const pid = child.pid ?? 0;
    // A child's pid is not given away before Node has seen its end.
    const isRunning = (): boolean => child.exitCode === null && child.signalCode === null && isAlive(pid);
    return { pid, adopted: false, exited, isRunning };
  } catch (error) {
    if (isSwitchRefused(user, error)) throw switchRefused(user, error);
    throw new EmbeddedError(
      'start_failed',
      `${program} could not be run.`,
      'Check that it is executable for the uid that runs it.',
      {
        cause: error,
      },
    );
  } finally {
    await log.close();
  }
}

/** Watches a postmaster that an earlier process of ours started; undefined when it is gone. */
export function findRunning(pid: number): Postmaster | undefined {
  const birth = findBirth(pid);
  if (birth === undefined || !isAlive(pid)) return undefined;
  const isRunning = (): boolean => isAlive(pid) && findBirth(pid) === birth;
  const { promise: exited, resolve } = Promise.withResolvers<PostmasterExit>();
  const timer = setInterval(() => {
    if (isRunning()) return;
    clearInterval(timer);
    resolve({ code: undefined, signal: undefined });
  }, WATCH_MS);
  timer.unref();
  return { pid, adopted: true, exited, isRunning };
}

/**
 * Stops a postmaster: `fast` ends sessions and writes a checkpoint, at most 30 s; then, or at once, `immediate` (recovers at
 * the next start). Returns what sufficed. Throws stop_failed when it still runs, or when the pid isn't certainly ours.
 */
export async function stopPostmaster(
  postmaster: Postmaster,
  clusterFolder: string,
  mode: StopMode,
): Promise<StopOutcome> {
  const noted = (await findPostmasterNote(clusterFolder))?.pid;
  if (!postmaster.isRunning()) return 'already_stopped';
  // Without a note, just begun or almost ended, the birth of the process (in isRunning) alone says that it is ours.
  if (noted !== undefined && noted !== postmaster.pid) {
    throw stopFailed(`Process ${postmaster.pid} is not the postmaster of ${clusterFolder}, whose note says ${noted}.`);
  }
  for (const step of mode === 'fast' ? (['fast', 'immediate'] as const) : (['immediate'] as const)) {
    signal(postmaster, STEPS[step].signal);
    if (await endsWithin(postmaster, STEPS[step].seconds * 1000)) return step;
  }
  throw stopFailed(`PostgreSQL (process ${postmaster.pid}) still runs after an immediate shutdown.`);
}

function signal(postmaster: Postmaster, name: NodeJS.Signals): void {
  try {
    if (postmaster.isRunning()) process.kill(postmaster.pid, name);
  } catch (error) {
    // It ended between the question and the signal.
    if (findErrorCode(error) !== 'ESRCH') throw error;
  }
}

async function endsWithin(postmaster: Postmaster, ms: number): Promise<boolean> {
  const cancel = new AbortController();
  const timeout = wait(ms, false, { signal: cancel.signal }).catch(() => false);
  const ended = await Promise.race([postmaster.exited.then(() => true), timeout]);
  cancel.abort();
  return ended;
}

function stopFailed(message: string): EmbeddedError {
  return new EmbeddedError(
    'stop_failed',
    message,
    'Look at the processes of the data directory before starting again; nothing was killed.',
  );
}
