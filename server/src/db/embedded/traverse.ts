// Checks that another uid can reach a folder, component by component, before PostgreSQL fails with a riddle.
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EmbeddedError } from './errors.ts';
import type { DatabaseUser } from './user.ts';

type Entry = { readonly uid: number; readonly gid: number; readonly mode: number };

/** The search permission of a folder for a uid without supplementary groups (POSIX: the first class that matches decides). */
export function canSearch(entry: Entry, user: { readonly uid: number; readonly gid: number }): boolean {
  if (entry.uid === user.uid) return (entry.mode & 0o100) !== 0;
  if (entry.gid === user.gid) return (entry.mode & 0o010) !== 0;
  return (entry.mode & 0o001) !== 0;
}

/** The first folder, from the root on, that keeps the database's uid out of `path` (a resolved path); undefined when none does. */
export async function findBarrier(path: string, user: DatabaseUser): Promise<string | undefined> {
  if (!user.separate) return undefined;
  for (const folder of ancestorsOf(path)) {
    if (!canSearch(await stat(folder), user)) return folder;
  }
  return undefined;
}

/** Throws data_dir_not_traversable naming the folder that is closed to the database's uid. */
export async function checkReachable(path: string, user: DatabaseUser): Promise<void> {
  const barrier = await findBarrier(path, user);
  if (barrier === undefined) return;
  throw new EmbeddedError(
    'data_dir_not_traversable',
    `PostgreSQL runs as ${user.name} (uid ${user.uid}), which can't pass through ${barrier} to reach ${path}.`,
    `Choose a data directory outside ${barrier} with HOLDFAST_DATA_DIR (root's default is /var/lib/holdfast), or run chmod o+x ${barrier}.`,
  );
}

function ancestorsOf(path: string): readonly string[] {
  const parent = dirname(path);
  return parent === path ? [path] : [...ancestorsOf(parent), path];
}
