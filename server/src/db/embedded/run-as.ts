// Runs a short command as the database's uid, with a clean environment and a bound on time and output.
import { execFile } from 'node:child_process';
import { EmbeddedError, findErrorCode } from './errors.ts';
import type { DatabaseUser } from './user.ts';

export type CommandResult = { readonly ok: boolean; readonly stdout: string; readonly stderr: string };

/** What PostgreSQL's programs see of our environment: nothing. LC_ALL also keeps macOS from starting threads in them. */
export const cleanEnvironment: Readonly<Record<string, string>> = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/** The uid and gid to spawn with; Node drops supplementary groups when they are given. */
export function switchTo(user: DatabaseUser): { readonly uid?: number; readonly gid?: number } {
  return user.separate ? { uid: user.uid, gid: user.gid } : {};
}

/** Waits for the command. A failing or missing command is a value; only a refused change of user throws. */
export async function runAs(
  user: DatabaseUser,
  file: string,
  args: readonly string[],
  timeoutSeconds: number,
): Promise<CommandResult> {
  const { promise, resolve, reject } = Promise.withResolvers<CommandResult>();
  const options = {
    ...switchTo(user),
    cwd: '/',
    env: cleanEnvironment,
    timeout: timeoutSeconds * 1000,
    maxBuffer: 1_048_576,
  };
  try {
    execFile(file, args, { ...options, encoding: 'utf8' }, (error, stdout, stderr) => {
      if (isSwitchRefused(user, error)) reject(switchRefused(user, error));
      else resolve({ ok: error === null, stdout, stderr: stderr === '' && error !== null ? error.message : stderr });
    });
  } catch (error) {
    reject(isSwitchRefused(user, error) ? switchRefused(user, error) : error);
  }
  return promise;
}

/** True for the EPERM that spawning as another uid gives without the capability. */
export function isSwitchRefused(user: DatabaseUser, error: unknown): boolean {
  return user.separate && findErrorCode(error) === 'EPERM';
}

/** Root without the right to change its uid, as in a container with dropped capabilities. */
export function switchRefused(user: DatabaseUser, cause: unknown): EmbeddedError {
  return new EmbeddedError(
    'user_switch_refused',
    `PostgreSQL refuses to run as root, and this process may not run it as ${user.name} (uid ${user.uid}).`,
    'Start the server as an ordinary user, or give it the capabilities CAP_SETUID, CAP_SETGID and CAP_CHOWN.',
    { cause },
  );
}
