// Runs the program as an operator does, in processes of its own: commands to their end, servers until they are told to stop.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Settings } from './settings.ts';

const PROGRAM = fileURLToPath(new URL('../../../bin/holdfast.js', import.meta.url));
const READY_SECONDS_MAX = 90;
const END_SECONDS_MAX = 60;

export type Finished = {
  readonly code: number | null;
  readonly signal: string | null;
  /** Standard output. */
  readonly screen: string;
  /** Standard error: the log of a server, the complaint of a command. */
  readonly complaint: string;
};

export type RunOptions = {
  readonly settings: Settings;
  /** Standard input; closed at once without. */
  readonly input?: string;
  readonly uid?: number;
  /** Program and arguments before the command, in place of this Node and this source. */
  readonly program?: readonly string[];
  /** A process group of its own, for signals as a terminal sends them. */
  readonly ownGroup?: boolean;
};

/** What the server says of itself with --json. */
export type Ready = {
  readonly origin: string;
  readonly setupLink: string | null;
  readonly dataDirectory: string;
  readonly bound: readonly { readonly address: string; readonly port: number; readonly purpose: string }[];
};

export type ServerProcess = AsyncDisposable & {
  readonly pid: number;
  readonly port: number;
  readonly ready: Ready;
  readonly screen: () => string;
  readonly log: () => string;
  /** Sends a signal and waits for the end, a minute at most. */
  readonly end: (signal: NodeJS.Signals) => Promise<Finished>;
  /** The signal to the server's whole group, as Ctrl-C in a terminal. */
  readonly endGroup: (signal: NodeJS.Signals) => Promise<Finished>;
};

const alive = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

type Launched = { readonly child: ChildProcess; readonly output: () => Finished; readonly ended: Promise<Finished> };

function launch(args: readonly string[], options: RunOptions): Launched {
  const [program = '', ...before] = options.program ?? [process.execPath, PROGRAM];
  const identity = options.uid === undefined ? {} : { uid: options.uid, gid: options.uid };
  const child = spawn(program, [...before, ...args], {
    ...identity,
    cwd: '/',
    env: { ...options.settings },
    detached: options.ownGroup === true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  alive.add(child);
  let [screen, complaint] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (screen += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const output = (): Finished => ({ code: child.exitCode, signal: child.signalCode, screen, complaint });
  const ended = once(child, 'close').then(() => {
    alive.delete(child);
    return output();
  });
  return { child, output, ended };
}

/** Runs a command to its end; a minute at most. */
export async function run(args: readonly string[], options: RunOptions): Promise<Finished> {
  const launched = launch(args, options);
  return within(END_SECONDS_MAX, launched, `holdfast ${args.join(' ')} did not end`);
}

/** Throws what the program said when it ends instead of serving. */
export class StartFailed extends Error {
  override readonly name = 'StartFailed';
  readonly finished: Finished;

  constructor(finished: Finished) {
    super(`The server ended (${finished.code ?? finished.signal}):\n${finished.screen}\n${finished.complaint}`);
    this.finished = finished;
  }
}

/** Starts a server and waits until it serves. Throws StartFailed. Disposing kills it. */
export async function start(options: RunOptions, flags: readonly string[] = ['--json']): Promise<ServerProcess> {
  const launched = launch(['start', ...flags], options);
  const { child, output } = launched;
  const deadline = AbortSignal.timeout(READY_SECONDS_MAX * 1_000);
  for (let ready = readReady(output().screen); ; ready = readReady(output().screen)) {
    if (ready !== undefined) return serverOf(launched, ready);
    if (child.exitCode !== null || child.signalCode !== null) throw new StartFailed(await launched.ended);
    if (deadline.aborted) {
      child.kill('SIGKILL');
      throw new StartFailed(await launched.ended);
    }
    await wait(10);
  }
}

/** Starts a server and kills it so long after its screen shows the mark, at the latest when it serves. */
export async function startAndKill(options: RunOptions, mark: RegExp, afterMs: number): Promise<Finished> {
  const { child, ended, output } = launch(['start'], options);
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  while (!mark.test(output().screen) && readReady(output().screen) === undefined && !hasEnded()) await wait(1);
  await wait(afterMs);
  child.kill('SIGKILL');
  return ended;
}

function serverOf({ child, output, ended }: Launched, ready: Ready): ServerProcess {
  const pid = child.pid ?? 0;
  const end = async (signal: NodeJS.Signals, target: number): Promise<Finished> => {
    if (child.exitCode === null && child.signalCode === null) process.kill(target, signal);
    return within(END_SECONDS_MAX, { child, output, ended }, 'The server did not end');
  };
  return {
    pid,
    port: ready.bound.find(({ purpose }) => purpose === 'public')?.port ?? Number(new URL(ready.origin).port),
    ready,
    screen: () => output().screen,
    log: () => output().complaint,
    end: (signal) => end(signal, pid),
    endGroup: (signal) => end(signal, -pid),
    [Symbol.asyncDispose]: async () => void (await end('SIGKILL', pid)),
  };
}

/** The JSON line of a program's reader, or the same from the text that people see. */
function readReady(screen: string): Ready | undefined {
  const json = screen.split('\n').find((line) => line.startsWith('{') && line.endsWith('}'));
  if (json !== undefined) return JSON.parse(json) as Ready;
  const dataDirectory = /^ {2}Data +(\S+)/m.exec(screen)?.[1];
  const origin = /^ {2}Address +(\S+)$/m.exec(screen)?.[1];
  if (origin === undefined || dataDirectory === undefined) return undefined;
  return { origin, setupLink: /^ {2}Setup +(\S+)$/m.exec(screen)?.[1] ?? null, dataDirectory, bound: [] };
}

async function within(seconds: number, { child, ended, output }: Launched, what: string): Promise<Finished> {
  const giveUp = new AbortController();
  const late = wait(seconds * 1_000, 'late', { signal: giveUp.signal }).catch(() => 'late');
  const first = await Promise.race([ended, late]);
  giveUp.abort();
  if (typeof first !== 'string') return first;
  child.kill('SIGKILL');
  await ended;
  throw new Error(`${what} within ${seconds} s:\n${output().screen}\n${output().complaint}`);
}
