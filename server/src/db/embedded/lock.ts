// One server for each data directory: a lock held by the kernel for as long as this process lives, however it ends.
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { EmbeddedError } from './errors.ts';
import { writeFileDurably } from './files.ts';
import { isAlive } from './processes.ts';

export type DataDirLock = { readonly release: () => Promise<void> };

const BUSY = 5;

// A lock nobody refers to any more would be collected, and with it given free while its holder lives.
const held = new Set<DatabaseSync>();

/**
 * Takes the lock or throws already_running naming the pid of the holder. The lock is the record lock of an empty SQLite
 * file: the one way to a kernel lock that Node has built in. It needs no clean-up after kill -9, knows no pid that could
 * be reused, and holds between containers that share the directory. POSIX drops such a lock when ANY descriptor of the
 * file is closed by the process: nobody else may open the file `lock`, which is why the holder's pid lies beside it.
 */
export async function lockDataDir(privateFolder: string): Promise<DataDirLock> {
  const ownerFile = join(privateFolder, 'owner.json');
  const database = openExclusively(join(privateFolder, 'lock'));
  if (database === undefined) throw alreadyRunning(privateFolder, await findOwner(ownerFile));
  held.add(database);
  const lock: DataDirLock = {
    release: async () => {
      if (!held.delete(database)) return;
      // First the pid, then the lock: the next owner's file must not be the one removed.
      await rm(ownerFile, { force: true }).finally(() => database.close());
    },
  };
  try {
    await writeFileDurably(ownerFile, `${JSON.stringify({ pid: process.pid })}\n`);
  } catch (error) {
    await lock.release();
    throw error;
  }
  return lock;
}

function openExclusively(path: string): DatabaseSync | undefined {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec('pragma journal_mode = off; pragma locking_mode = exclusive; begin exclusive');
    return database;
  } catch (error) {
    database.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === BUSY) return undefined;
    throw new EmbeddedError(
      'lock_unavailable',
      `The data directory can't be locked (${path}).`,
      'Use a local file system that offers file locks; if the file was damaged, remove it while no server runs.',
      { cause: error },
    );
  }
}

// The holder writes its pid right after taking the lock, so for a moment the file may be missing or name a dead process.
async function findOwner(ownerFile: string): Promise<number | undefined> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const text = await readFile(ownerFile, 'utf8').catch(() => '');
    const pid = Number(/^\{"pid":(\d+)\}\n$/.exec(text)?.[1] ?? Number.NaN);
    if (Number.isSafeInteger(pid) && isAlive(pid)) return pid;
    await wait(50);
  }
  return undefined;
}

function alreadyRunning(privateFolder: string, pid: number | undefined): EmbeddedError {
  const holder = pid === undefined ? 'another process, perhaps in another container,' : `process ${pid}`;
  return new EmbeddedError(
    'already_running',
    `The data directory is in use: ${holder} holds ${join(privateFolder, 'lock')}.`,
    pid === undefined
      ? 'Stop the other server, or choose another data directory with HOLDFAST_DATA_DIR.'
      : `Stop it (kill ${pid}), or choose another data directory with HOLDFAST_DATA_DIR.`,
  );
}
