// What the operating system says about a process: whether it lives, since when, and where it works.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { findErrorCode } from './errors.ts';

const onLinux = process.platform === 'linux';

/** True while the pid is taken, be it by a zombie or by another user's process. */
export function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return findErrorCode(error) === 'EPERM';
  }
}

/** True while the process runs; a zombie, which nobody may ever reap in a container, counts as dead. */
export function isAlive(pid: number): boolean {
  if (!onLinux) return exists(pid);
  const state = findStat(pid)?.[0];
  return state !== undefined && state !== 'Z' && state !== 'X';
}

/** A text that two processes with one pid never share (their start), undefined when there is no such process. */
export function findBirth(pid: number): string | undefined {
  // proc_pid_stat(5): field 22 is the start in clock ticks since boot; the list here begins with field 3.
  if (onLinux) return findStat(pid)?.[19];
  try {
    return execFileSync('/bin/ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { LC_ALL: 'C' },
    }).trim();
  } catch {
    return undefined;
  }
}

/**
 * Whether a process works for the cluster in `folder`. PostgreSQL changes into its data and stays there, backends too; where
 * the system doesn't tell the working folder, the postmaster's command line names it.
 */
export function worksFor(pid: number, folder: string): boolean {
  if (onLinux) return findWorkingFolder(pid) === folder;
  try {
    const command = execFileSync('/bin/ps', ['-ww', '-o', 'command=', '-p', String(pid)], {
      encoding: 'utf8',
      env: {},
    });
    return command.includes(`-D ${folder} `);
  } catch {
    return false;
  }
}

/** True when no process of the cluster in `folder` is left, false when one is or when the system doesn't tell. */
export function isDeserted(folder: string): boolean {
  if (!onLinux) return false;
  try {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return pids.every((pid) => findWorkingFolder(Number(pid)) !== folder);
  } catch {
    return false;
  }
}

// Undefined when the process is gone or another uid's, and then it is none of the cluster's either.
function findWorkingFolder(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

function findStat(pid: number): readonly string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is the program's name in parentheses and may itself hold spaces and parentheses.
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
