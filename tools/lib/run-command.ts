// Runs the tools that the checks wrap (npm, oxlint, tsc), always under the Node that runs the check itself.
import { spawnSync } from 'node:child_process';
import { delimiter, dirname } from 'node:path';

export type CommandResult = { readonly status: number; readonly stdout: string; readonly stderr: string };
export type CommandOptions = { readonly cwd: string; readonly env?: Readonly<Record<string, string>> };

const STDOUT_BYTES_MAX = 256 * 1024 * 1024;
const TIME_MS_MAX = 300_000;

/**
 * Runs a command to its end and returns what it said; a non-zero status is a value, for the caller to judge.
 * Throws when the command could not be started, was killed, or ran out of time.
 */
export function runCommand(command: string, args: readonly string[], options: CommandOptions): CommandResult {
  const path = `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`;
  const result = spawnSync(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env, PATH: path },
    encoding: 'utf8',
    maxBuffer: STDOUT_BYTES_MAX,
    timeout: TIME_MS_MAX,
  });
  if (result.error !== undefined) throw result.error;
  if (result.status === null) throw new Error(`${command} was ended by ${result.signal ?? 'something unknown'}`);
  return { status: result.status, stdout: result.stdout, stderr: result.stderr };
}

/** Runs a script with the Node that runs this process. */
export function runNode(args: readonly string[], options: CommandOptions): CommandResult {
  return runCommand(process.execPath, args, options);
}
