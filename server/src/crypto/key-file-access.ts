// Opens and creates files that only this user may touch, checking the open descriptor and never the name.
import { constants, type Stats } from 'node:fs';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type KeyFileFault, type KeyFileReason, refuseKeyFile } from './key-file-faults.ts';

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;
const contentBytesMax = 16 * 1024;
const groupAndOthers = 0o077;
const groupAndOthersWrite = 0o022;

/**
 * The content of a private file: a regular file of ours with one name, mode 0600 or less, at most 16 KiB, in a directory
 * that nobody else can write to. With no bits for the group an access list grants nothing either: its mask is those bits.
 */
export async function readPrivateFile(
  path: string,
): Promise<{ readonly ok: true; readonly content: Buffer } | KeyFileFault> {
  const userId = process.geteuid?.();
  if (userId === undefined) return refuseKeyFile('unsupported_platform', path);
  const directoryFault = await checkDirectory(path, userId);
  // A missing directory is a missing file to whoever reads.
  if (directoryFault?.reason === 'directory_missing') return refuseKeyFile('missing', path);
  if (directoryFault !== undefined) return directoryFault;
  try {
    // Without O_NONBLOCK, opening a pipe would wait for a writer forever.
    await using file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const reason = judgeFile(await file.stat(), userId);
    if (reason !== undefined) return refuseKeyFile(reason, path);
    const content = await readAtMost(file, contentBytesMax);
    return content === undefined ? refuseKeyFile('too_large', path) : { ok: true, content };
  } catch (error) {
    return refuseKeyFile(
      reasonOf(error, { ENOENT: 'missing', ELOOP: 'symbolic_link', ENXIO: 'not_a_regular_file' }),
      path,
    );
  }
}

/**
 * Creates a file with mode 0600 and returns once content and name are on disk. Refuses whatever is at the path already,
 * and a directory in which the file wouldn't be private. What a failed write leaves is removed.
 */
export async function createPrivateFile(
  path: string,
  content: Uint8Array,
): Promise<{ readonly ok: true } | KeyFileFault> {
  const userId = process.geteuid?.();
  if (userId === undefined) return refuseKeyFile('unsupported_platform', path);
  const directoryFault = await checkDirectory(path, userId);
  if (directoryFault !== undefined) return directoryFault;
  let file: FileHandle;
  try {
    file = await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  } catch (error) {
    return refuseKeyFile(reasonOf(error, { EEXIST: 'exists' }, 'unwritable'), path);
  }
  try {
    await using owned = file;
    await owned.writeFile(content);
    await owned.sync();
    await syncDirectory(dirname(path));
    return { ok: true };
  } catch {
    await unlink(path);
    return refuseKeyFile('unwritable', path);
  }
}

/** Removes a file this process just created, and returns once its absence is on disk. */
export async function removeFile(path: string): Promise<void> {
  await unlink(path);
  await syncDirectory(dirname(path));
}

async function checkDirectory(path: string, userId: number): Promise<KeyFileFault | undefined> {
  const directory = dirname(path);
  try {
    await using handle = await open(directory, O_RDONLY | O_DIRECTORY);
    const stats = await handle.stat();
    if (stats.uid !== 0 && stats.uid !== userId) return refuseKeyFile('directory_foreign_owner', directory);
    if ((stats.mode & groupAndOthersWrite) !== 0) return refuseKeyFile('directory_writable', directory);
    return undefined;
  } catch (error) {
    return refuseKeyFile(reasonOf(error, { ENOENT: 'directory_missing', ENOTDIR: 'directory_missing' }), directory);
  }
}

function judgeFile(stats: Stats, userId: number): KeyFileReason | undefined {
  if (!stats.isFile()) return 'not_a_regular_file';
  if (stats.uid !== userId) return 'foreign_owner';
  if (stats.nlink !== 1) return 'hard_linked';
  return (stats.mode & groupAndOthers) === 0 ? undefined : 'open_mode';
}

/** All bytes, or undefined if there are more; the size is counted, since a file may grow while it is read. */
async function readAtMost(file: FileHandle, bytesMax: number): Promise<Buffer | undefined> {
  const buffer = Buffer.alloc(bytesMax + 1);
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length);
    if (bytesRead === 0) return buffer.subarray(0, length);
    length += bytesRead;
  }
  buffer.fill(0);
  return undefined;
}

async function syncDirectory(directory: string): Promise<void> {
  await using handle = await open(directory, O_RDONLY | O_DIRECTORY);
  await handle.sync();
}

function reasonOf(
  error: unknown,
  reasons: Readonly<Record<string, KeyFileReason>>,
  otherwise: KeyFileReason = 'unreadable',
): KeyFileReason {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return reasons[code] ?? otherwise;
}
