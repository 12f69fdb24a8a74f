// Chooses a folder for the socket that only the database's uid enters and whose path fits a socket address.
import { lchown, lstat, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256Hex } from '#crypto/hash.ts';
import { EmbeddedError, findErrorCode } from './errors.ts';
import { ensureFolder } from './files.ts';
import { PORT } from './settings.ts';
import { findBarrier } from './traverse.ts';
import type { DatabaseUser } from './user.ts';

// sun_path holds 108 bytes on Linux and 104 on macOS, the closing zero included.
const PATH_BYTES_MAX = process.platform === 'linux' ? 107 : 103;

/** True when the socket's full path fits into a socket address. */
export function fitsSocket(folder: string): boolean {
  return Buffer.byteLength(join(folder, `.s.PGSQL.${PORT}`)) <= PATH_BYTES_MAX;
}

export type SocketFolderRequest = {
  /** The folder inside the data directory, taken when its path is short enough. */
  readonly preferred: string;
  readonly dataDir: string;
  readonly user: DatabaseUser;
  readonly euid: number;
  /** Where a hashed folder may be made instead, in order of preference; by default what the system offers. */
  readonly runtimeFolders?: readonly string[];
};

/** Throws socket_path_too_long when nothing fits, socket_folder_unsafe when somebody else's folder is in the way. */
export async function prepareSocketFolder(request: SocketFolderRequest): Promise<string> {
  const { user, euid } = request;
  if (fitsSocket(request.preferred)) {
    await ensureFolder(request.preferred, { uid: user.uid, gid: user.gid, mode: 0o700 }, euid);
    return request.preferred;
  }
  const name = `holdfast-${sha256Hex(request.dataDir).slice(0, 16)}`;
  for (const parent of request.runtimeFolders ?? runtimeFoldersOf(euid)) {
    const folder = join(parent, name);
    if (fitsSocket(folder) && (await isSafeParent(parent, request))) return makeHashedFolder(folder, user, euid);
  }
  throw new EmbeddedError(
    'socket_path_too_long',
    `The path ${request.preferred} is too long for a socket (${PATH_BYTES_MAX} bytes), and no runtime folder can be used instead.`,
    'Choose a data directory with a shorter path (HOLDFAST_DATA_DIR).',
  );
}

function runtimeFoldersOf(euid: number): readonly string[] {
  return [euid === 0 ? '/run' : `/run/user/${euid}`, tmpdir(), '/tmp'];
}

// Whoever may rename entries of the parent could put a socket of their own in our place: its owner must be root or us, and
// where others may write, the sticky bit must protect entries.
async function isSafeParent(parent: string, { user, euid }: SocketFolderRequest): Promise<boolean> {
  const found = await lstat(parent).catch(() => undefined);
  if (found === undefined || !found.isDirectory() || (found.uid !== 0 && found.uid !== euid)) return false;
  const protects = (found.mode & 0o022) === 0 || (found.mode & 0o1000) !== 0;
  return protects && (await findBarrier(parent, user)) === undefined;
}

async function makeHashedFolder(folder: string, user: DatabaseUser, euid: number): Promise<string> {
  try {
    await mkdir(folder, { mode: 0o700 });
    if (user.separate) await lchown(folder, user.uid, user.gid);
  } catch (error) {
    if (findErrorCode(error) !== 'EEXIST') throw error;
  }
  const found = await lstat(folder);
  const isOurs = found.uid === user.uid || found.uid === euid;
  if (!found.isDirectory() || !isOurs || (found.mode & 0o777) !== 0o700) {
    throw new EmbeddedError(
      'socket_folder_unsafe',
      `${folder} was made by somebody else (uid ${found.uid}, mode ${(found.mode & 0o777).toString(8)}); a socket there could be theirs.`,
      `Find out who made it and remove it, or choose a data directory with a shorter path (HOLDFAST_DATA_DIR).`,
    );
  }
  // Ours, not yet handed over: a crash came between the two steps above.
  if (found.uid !== user.uid) await lchown(folder, user.uid, user.gid);
  return folder;
}
