// Says what a run was measured on, and puts processes on cores where the system can.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, type as osType } from 'node:os';
import { print } from './table.ts';

/** Where processes run. Without `taskset`, or on one core, nothing is pinned and the figures mean less. */
export const GATEWAY_CORE = 0;
export const OTHER_CORE = 1;
export const isPinning = cpus().length > 1 && succeeds('taskset', ['--version']);

/** A command line that starts the program on one core. */
export function onCore(core: number, program: string, args: readonly string[]): readonly [string, readonly string[]] {
  return isPinning ? ['taskset', ['-c', String(core), program, ...args]] : [program, args];
}

/** Moves a running process with all its threads. */
export function moveToCore(core: number, pid: number): void {
  if (isPinning) execFileSync('taskset', ['-a', '-c', '-p', String(core), String(pid)], { stdio: 'ignore' });
}

/** Moves a process and its children; those it starts later follow. */
export function moveFamilyToCore(core: number, pid: number): void {
  moveToCore(core, pid);
  for (const child of childrenOf(pid)) moveToCore(core, child);
}

function childrenOf(pid: number): readonly number[] {
  if (!isPinning) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => parentOf(candidate) === pid);
}

function parentOf(pid: number): number | undefined {
  try {
    // proc_pid_stat(5): the name in parentheses may hold anything; the parent is the second field after it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ');
    return Number(fields?.[1]);
  } catch {
    return undefined;
  }
}

/** Processor time a process has used so far, in milliseconds (Linux); undefined elsewhere. */
export function cpuMsOf(pid: number): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    // In ticks, of which every Linux has 100 a second (USER_HZ).
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return undefined;
  }
}

/** Resident memory in megabytes (Linux). */
export function residentMb(pid: number): number | undefined {
  try {
    const line = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return line === null ? undefined : Math.round(Number(line[1]) / 1024);
  } catch {
    return undefined;
  }
}

/** When, on what, and what of. */
export function describeMachine(): readonly string[] {
  const [cpu] = cpus();
  return [
    `${new Date().toISOString()} · ${osType()} ${release()} · ${cpu?.model ?? 'unknown processor'} × ${cpus().length} · ${Math.round(totalmem() / 2 ** 30)} GB`,
    `Node ${process.versions.node} · Holdfast ${holdfastVersion()}`,
  ];
}

/** The head of every result. */
export function printMachine(title: string, profile: readonly string[]): void {
  print(`# ${title}`);
  print();
  for (const line of describeMachine()) print(`- ${line}`);
  print(
    `- load average at the start ${loadavg()
      .map((value) => value.toFixed(2))
      .join(' ')} (what else runs here costs us and the yardstick alike; read ratios)`,
  );
  for (const line of profile) print(`- ${line}`);
  print();
}

function holdfastVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../server/package.json', import.meta.url), 'utf8')) as {
    readonly version: string;
  };
  try {
    const commit = git(['rev-parse', '--short', 'HEAD']);
    // The results themselves are being written while this is asked.
    const changes = git(['status', '--porcelain', '--untracked-files=no', '--', '.', ':!bench/RESULTS.md']);
    return `${version} at ${commit}${changes === '' ? '' : ', with changes that are not committed'}`;
  } catch {
    return version;
  }
}

function git(args: readonly string[]): string {
  return execFileSync('git', args, {
    cwd: new URL('../..', import.meta.url),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}

function succeeds(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
