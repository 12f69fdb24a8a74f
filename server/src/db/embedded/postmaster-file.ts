// Reads postmaster.pid, the note that a running PostgreSQL keeps in its data, and clears notes that mislead it.
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { findPlainText } from './files.ts';
import { exists, isDeserted } from './processes.ts';
import { PORT } from './settings.ts';

export type PostmasterNote = { readonly pid: number; readonly socketFolder: string | undefined };

/** Who holds, or last held, the data; undefined after a clean stop. The folder is unknown while the server is starting. */
export async function findPostmasterNote(clusterFolder: string): Promise<PostmasterNote | undefined> {
  return findNote(join(clusterFolder, 'postmaster.pid'));
}

async function findNote(path: string): Promise<PostmasterNote | undefined> {
  // PostgreSQL, pidfile.h: line 1 is the pid, line 5 the first socket folder. The socket's lock has the same lines.
  const lines = ((await findPlainText(path)) ?? '').split('\n');
  const pid = /^[1-9]\d{0,9}$/.test(lines[0] ?? '') ? Number(lines[0]) : 0;
  return pid > 1 ? { pid, socketFolder: lines[4] || undefined } : undefined;
}

/**
 * Removes the notes of a dead postmaster whose pid still answers to a signal, because another program has it by now or
 * because it is a zombie that nobody reaps: PostgreSQL asks no more than that and would refuse for ever. Only once no
 * process of the cluster is left; all other notes are PostgreSQL's to judge.
 */
export async function clearMisleadingNotes(clusterFolder: string, socketFolder: string): Promise<void> {
  for (const path of [join(clusterFolder, 'postmaster.pid'), join(socketFolder, `.s.PGSQL.${PORT}.lock`)]) {
    const note = await findNote(path);
    if (note !== undefined && exists(note.pid) && isDeserted(clusterFolder)) await unlink(path);
  }
}
