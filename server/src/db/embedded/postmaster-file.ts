// Reads postmaster.pid, the note that a running PostgreSQL keeps in its data, and clears one that names a stranger.
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { findErrorCode } from './errors.ts';
import { findPlainText } from './files.ts';
import { PORT } from './settings.ts';

export type PostmasterNote = { readonly pid: number; readonly socketFolder: string | undefined };

/** Who holds, or last held, the data; undefined after a clean stop. The folder is unknown while the server is starting. */
export async function findPostmasterNote(clusterFolder: string): Promise<PostmasterNote | undefined> {
  // PostgreSQL, pidfile.h: line 1 is the pid, line 5 the first socket folder.
  const lines = ((await findPlainText(join(clusterFolder, 'postmaster.pid'))) ?? '').split('\n');
  const pid = /^[1-9]\d{0,9}$/.test(lines[0] ?? '') ? Number(lines[0]) : 0;
  return pid > 1 ? { pid, socketFolder: lines[4] || undefined } : undefined;
}

/**
 * Removes the notes of a dead postmaster whose pid belongs to another program by now: PostgreSQL only asks whether the pid
 * is alive, and would refuse for ever. Call it only once no process of the cluster is left.
 */
export async function clearPostmasterFiles(clusterFolder: string, socketFolder: string): Promise<void> {
  for (const path of [join(clusterFolder, 'postmaster.pid'), join(socketFolder, `.s.PGSQL.${PORT}.lock`)]) {
    await unlink(path).catch((error: unknown) => {
      if (findErrorCode(error) !== 'ENOENT') throw error;
    });
  }
}
