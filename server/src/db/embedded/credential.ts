// The superuser's password: made with the cluster, kept in a file of ours, never printed.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newToken } from '#crypto/random.ts';
import { reveal, type Secret, toSecret } from '#crypto/secret.ts';
import { EmbeddedError, findErrorCode } from './errors.ts';
import { writeFileDurably } from './files.ts';
import type { Layout } from './layout.ts';
import { PORT, SUPERUSER } from './settings.ts';

/** Settings for a `pg` client; the password is a function so that no log or spread of the object shows it. */
export type SuperuserSettings = {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly password: () => string;
  /** A socket has no TLS; said here so that PGSSLMODE in the environment can't ask for it. */
  readonly ssl: false;
};

/** How to connect as the superuser through the socket in `socketFolder`. */
export function superuserSettings(socketFolder: string, password: Secret<string>): SuperuserSettings {
  return {
    host: socketFolder,
    port: PORT,
    user: SUPERUSER,
    database: 'postgres',
    password: () => reveal(password, 'database.connect'),
    ssl: false,
  };
}

/** Makes the password of a cluster about to be initialized; durable before the cluster exists under its name. */
export async function makeCredential(layout: Layout): Promise<Secret<string>> {
  const password = newToken();
  await writeFileDurably(credentialPath(layout), `${reveal(password, 'database.initialize')}\n`);
  return password;
}

/** The password of an existing cluster. Throws credential_missing: a new one is never made over existing data. */
export async function getCredential(layout: Layout): Promise<Secret<string>> {
  const path = credentialPath(layout);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (findErrorCode(error) === 'ENOENT') return '';
    throw error;
  });
  const password = /^([\w-]{43})\n$/.exec(text)?.[1];
  if (password !== undefined) return toSecret(password);
  throw new EmbeddedError(
    'credential_missing',
    `The database in ${layout.clusterFolder} exists, but the password of its superuser is missing or damaged (${path}).`,
    'Restore that file from the backup that belongs to this data directory.',
  );
}

function credentialPath(layout: Layout): string {
  return join(layout.privateFolder, 'superuser-password');
}
