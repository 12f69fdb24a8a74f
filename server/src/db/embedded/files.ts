// Folders with an exact owner and mode, durable small files, and reading without following links.
import { constants } from 'node:fs';
import { chmod, lchown, lstat, mkdir, open, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EmbeddedError, findErrorCode } from './errors.ts';

const TAIL_BYTES = 65_536;

export type FolderRule = { readonly uid: number; readonly gid: number; readonly mode: number };

/**
 * Makes a folder, or brings an existing one to the wanted mode. Throws data_dir_not_ours when something else stands there
 * or another uid owns it. A folder of ours that should be the database's was left by a crash between two steps: handed over.
 */
export async function ensureFolder(path: string, rule: FolderRule, euid: number): Promise<void> {
  await mkdir(path, { mode: 0o700 }).catch((error: unknown) => {
    if (findErrorCode(error) !== 'EEXIST') throw error;
  });
  const found = await lstat(path);
  const handOver = found.uid === euid && rule.uid !== euid;
  if (!found.isDirectory() || (found.uid !== rule.uid && !handOver)) {
    throw new EmbeddedError(
      'data_dir_not_ours',
      `${path} should be a folder of uid ${rule.uid}, but is ${found.isDirectory() ? 'a folder' : 'something else'} of uid ${found.uid}.`,
      `Run the server as the user that made this data directory, or choose another one with HOLDFAST_DATA_DIR.`,
    );
  }
  if (handOver || (euid === 0 && found.gid !== rule.gid)) await lchown(path, rule.uid, rule.gid);
  if ((found.mode & 0o7777) !== rule.mode) await chmod(path, rule.mode);
}

/**
 * Makes the data directory, or checks the one that is there: ours, and writable by nobody else. It may be a folder that
 * the operator shares with others, so nothing is taken away from it; `searchable` adds the search bit for others.
 */
export async function ensureDataDir(path: string, euid: number, searchable: boolean): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o755 });
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const fix =
      'Choose a data directory that this user can make with HOLDFAST_DATA_DIR, or make it and give it to this user.';
    throw new EmbeddedError('data_dir_invalid', `The data directory ${path} can't be made.`, fix, { cause });
  }
  const found = await stat(path);
  if (found.uid !== euid || (found.mode & 0o022) !== 0) {
    throw new EmbeddedError(
      'data_dir_not_ours',
      found.uid === euid
        ? `Others may write into the data directory ${path} (mode ${(found.mode & 0o7777).toString(8)}).`
        : `The data directory ${path} belongs to uid ${found.uid}, and this process runs as uid ${euid}.`,
      found.uid === euid
        ? `Run chmod go-w ${path}, or name a folder inside it with HOLDFAST_DATA_DIR.`
        : 'Run the server as that user, or choose another data directory with HOLDFAST_DATA_DIR.',
    );
  }
  if (searchable && (found.mode & 0o001) === 0) await chmod(path, (found.mode & 0o7777) | 0o011);
}

/** Replaces a file as a whole (0600 unless told): after a crash or power loss there is the old text or the new one. */
export async function writeFileDurably(path: string, text: string, mode = 0o600): Promise<void> {
  const draft = `${path}.new`;
  const file = await open(draft, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.chmod(mode);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  await syncFolder(dirname(path));
}

/** Makes renames inside a folder durable. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/**
 * The text of a plain file in a folder that another uid may own: links aren't followed, pipes aren't waited for, no more
 * than the last 64 KiB are read. Undefined when there is no such file; throws data_dir_not_ours when it is anything but a plain file.
 */
export async function findPlainText(path: string): Promise<string | undefined> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    (error: unknown) => {
      if (findErrorCode(error) === 'ENOENT') return undefined;
      if (findErrorCode(error) === 'ELOOP') throw notPlain(path);
      throw error;
    },
  );
  if (file === undefined) return undefined;
  try {
    const found = await file.stat();
    if (!found.isFile()) throw notPlain(path);
    const start = Math.max(0, found.size - TAIL_BYTES);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(TAIL_BYTES), 0, TAIL_BYTES, start);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

function notPlain(path: string): EmbeddedError {
  return new EmbeddedError(
    'data_dir_not_ours',
    `${path} is not a plain file, although PostgreSQL only ever writes one there.`,
    'Find out who replaced it before starting; restore the data directory from a backup when in doubt.',
  );
}
