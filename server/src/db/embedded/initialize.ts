// Makes a new cluster beside its final place and moves it there in one step, so that no crash leaves half of one.
import { chmod, chown, lstat, mkdtemp, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { reveal, type Secret } from '#crypto/secret.ts';
import type { Binaries } from './binaries.ts';
import { makeCredential } from './credential.ts';
import { EmbeddedError } from './errors.ts';
import { findPlainText, syncFolder } from './files.ts';
import type { Layout } from './layout.ts';
import { runAs } from './run-as.ts';
import { SUPERUSER } from './settings.ts';
import type { DatabaseUser } from './user.ts';

const draftPrefix = 'initdb-';
const initdbSecondsMax = 300;

/** The major version that wrote the data; undefined while there is no cluster. Throws data_dir_invalid when it can't be read. */
export async function findDataMajor(layout: Layout): Promise<number | undefined> {
  const exists = await lstat(layout.clusterFolder).then(
    () => true,
    () => false,
  );
  if (!exists) return undefined;
  const major = /^(\d+)\n$/.exec((await findPlainText(join(layout.clusterFolder, 'PG_VERSION'))) ?? '')?.[1];
  if (major !== undefined) return Number(major);
  throw new EmbeddedError(
    'data_dir_invalid',
    `${layout.clusterFolder} is not a PostgreSQL cluster (PG_VERSION is missing or damaged).`,
    'Restore the data directory from a backup; a new cluster is never made over an existing folder.',
  );
}

/** Makes the cluster of a data directory and its superuser's password. Throws initdb_failed. */
export async function initializeCluster(layout: Layout, binaries: Binaries, user: DatabaseUser): Promise<void> {
  const draft = await mkdtemp(join(layout.root, draftPrefix));
  try {
    const password = await makeCredential(layout);
    await fillDraft(draft, { binaries, user, password, sync: true });
    await rename(join(draft, 'cluster'), layout.clusterFolder);
    await syncFolder(layout.root);
  } finally {
    await removeDraft(draft, user);
  }
}

/** Removes what earlier, interrupted attempts left. One still being written to by its orphan stays for the next start. */
export async function removeDrafts(layout: Layout, user: DatabaseUser): Promise<void> {
  const names = (await readdir(layout.root)).filter((name) => name.startsWith(draftPrefix));
  for (const name of names) await removeDraft(join(layout.root, name), user);
}

export type DraftRequest = {
  readonly binaries: Binaries;
  readonly user: DatabaseUser;
  readonly password: Secret<string>;
  /** False only where losing the cluster is no loss: tests. */
  readonly sync: boolean;
};

/** Fills an empty folder of ours, which becomes the database's, with a `cluster`. Throws initdb_failed. */
export async function fillDraft(draft: string, { binaries, user, password, sync }: DraftRequest): Promise<void> {
  const passwordFile = join(draft, 'password');
  await writeFile(passwordFile, reveal(password, 'database.initialize'), { mode: 0o600, flag: 'wx' });
  await chmod(draft, 0o700);
  // The file before the folder: as long as the folder is ours, nobody can have put another file in its place.
  if (user.separate) await chown(passwordFile, user.uid, user.gid);
  if (user.separate) await chown(draft, user.uid, user.gid);
  const failures: string[] = [];
  for (const locale of localesFor(binaries.major)) {
    const options = [
      '--username',
      SUPERUSER,
      '--pwfile',
      passwordFile,
      '--auth',
      'scram-sha-256',
      '--encoding',
      'UTF8',
    ];
    const args = [
      '-D',
      join(draft, 'cluster'),
      ...options,
      '--data-checksums',
      ...(sync ? [] : ['--no-sync']),
      ...locale,
    ];
    const result = await runAs(user, join(binaries.folder, 'initdb'), args, initdbSecondsMax);
    if (result.ok) return;
    failures.push(result.stderr.trim());
    // Only a locale that this system lacks is worth another try.
    if (!result.stderr.includes('invalid locale')) break;
  }
  throw initdbFailed(failures.at(-1) ?? '');
}

// From 17 on PostgreSQL brings C.UTF-8 itself; before, the C library must have it, and where it doesn't, C sorts the same.
function localesFor(major: number): readonly (readonly string[])[] {
  const provider = major >= 17 ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'] : [];
  return ['C.UTF-8', 'C'].map((locale) => [...provider, `--locale=${locale}`]);
}

// As the database's uid: were we to walk a tree that it owns as root, a link swapped in would lead our deletion elsewhere.
async function removeDraft(draft: string, user: DatabaseUser): Promise<void> {
  if (user.separate && (await lstat(draft)).uid === user.uid) {
    await runAs(user, '/bin/sh', ['-c', 'rm -rf -- "$1"/* "$1"/.[!.]*', 'sh', draft], 60);
    await rmdir(draft).catch(() => undefined);
  } else {
    await rm(draft, { recursive: true, force: true }).catch(() => undefined);
  }
}

function initdbFailed(output: string): EmbeddedError {
  const unknownUser = output.includes('could not look up effective user ID');
  return new EmbeddedError(
    'initdb_failed',
    `PostgreSQL could not make a new cluster: ${output}`,
    unknownUser
      ? 'Give the uid that runs the server an entry in /etc/passwd (useradd, or USER in the image); PostgreSQL needs one.'
      : 'Mend what the message names (often a full disk or a missing permission) and start again; nothing half-made is left.',
  );
}
