// The only place that reads the environment of the process.

import { type Secret, toSecret } from '#crypto/secret.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const passedOn = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'SystemRoot'] as const;

/** A frozen copy of the environment, taken when called. */
export function readEnvironment(): Environment {
  return Object.freeze({ ...process.env });
}

/** What a child process is given: where to find programs and how to write, never a setting or a secret of ours. */
export function childEnvironment(env: Environment): Readonly<Record<string, string>> {
  const child: Record<string, string> = {};
  for (const name of passedOn) {
    const value = env[name];
    if (value !== undefined) child[name] = value;
  }
  return child;
}

/** The value of a variable that HOLDFAST_SECRET_REFERENCES lists, wrapped at once; undefined when unset or empty. */
export function readReferencedVariable(env: Environment, name: string): Secret<string> | undefined {
  const value = env[name];
  return value === undefined || value === '' ? undefined : toSecret(value);
}
