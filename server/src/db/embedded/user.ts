// Which uid PostgreSQL runs as: our own, or an unprivileged one when we are root, chosen once for each data directory.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedError, findErrorCode } from './errors.ts';
import { writeFileDurably } from './files.ts';

/** `separate`: we are root and the database runs as somebody else. */
export type DatabaseUser = {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly separate: boolean;
};
export type Account = { readonly name: string; readonly uid: number; readonly gid: number };

// One made for this first; `nobody` last, because other services may share it and then could read the data.
const NAMES = ['holdfast', 'postgres', '_postgres', 'nobody'];
const UID_MAX = 2 ** 31 - 1;

/** The accounts in the text of an /etc/passwd; lines of another shape are passed over. */
export function parseAccounts(text: string): readonly Account[] {
  return text.split('\n').flatMap((line) => {
    const match = /^([^:#\s]+):[^:]*:(\d+):(\d+):/.exec(line);
    return match === null ? [] : [{ name: match[1] ?? '', uid: Number(match[2]), gid: Number(match[3]) }];
  });
}

/** The first of our names that exists and is unprivileged. */
export function findUnprivileged(accounts: readonly Account[]): Account | undefined {
  const usable = accounts.filter(({ uid, gid }) => uid > 0 && uid <= UID_MAX && gid > 0 && gid <= UID_MAX);
  return NAMES.map((name) => usable.find((account) => account.name === name)).find((account) => account !== undefined);
}

/**
 * Who runs the database for this process. As root the choice recorded in the data directory stands, whatever accounts
 * were added since. Throws user_unknown when there is no usable account: initdb refuses a uid without one.
 */
export async function chooseDatabaseUser(
  process: { readonly euid: number; readonly egid: number },
  privateFolder: string,
): Promise<DatabaseUser> {
  const accounts = parseAccounts((await findText('/etc/passwd')) ?? '');
  if (process.euid !== 0) {
    const name = accounts.find((account) => account.uid === process.euid)?.name ?? `uid ${process.euid}`;
    return { name, uid: process.euid, gid: process.egid, separate: false };
  }
  const recorded = await findRecorded(privateFolder);
  const account = recorded ?? findUnprivileged(accounts);
  if (account !== undefined && accounts.some(({ uid }) => uid === account.uid)) return { ...account, separate: true };
  throw new EmbeddedError(
    'user_unknown',
    recorded === undefined
      ? 'PostgreSQL refuses to run as root, and there is no account to run it as.'
      : `The database of this data directory runs as ${recorded.name} (uid ${recorded.uid}), an account that no longer exists.`,
    recorded === undefined
      ? 'Create one (useradd --system holdfast), or start the server as an ordinary user.'
      : `Create it again with uid ${recorded.uid} and gid ${recorded.gid}.`,
  );
}

/** Records the choice, before anything belongs to that uid. */
export async function recordDatabaseUser(user: DatabaseUser, privateFolder: string): Promise<void> {
  if (!user.separate || (await findRecorded(privateFolder)) !== undefined) return;
  const { name, uid, gid } = user;
  await writeFileDurably(recordPath(privateFolder), `${JSON.stringify({ name, uid, gid })}\n`);
}

async function findRecorded(privateFolder: string): Promise<Account | undefined> {
  const text = await findText(recordPath(privateFolder));
  if (text === undefined) return undefined;
  const match = /^\{"name":"([^"\\]+)","uid":([1-9]\d{0,9}),"gid":([1-9]\d{0,9})\}\n$/.exec(text);
  if (match !== null) return { name: match[1] ?? '', uid: Number(match[2]), gid: Number(match[3]) };
  throw new EmbeddedError(
    'data_dir_invalid',
    `${recordPath(privateFolder)} does not say which uid owns the database.`,
    'Restore it from a backup: {"name":"…","uid":…,"gid":…} of the owner of the folder "cluster" beside it.',
  );
}

async function findText(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    if (findErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  });
}

function recordPath(privateFolder: string): string {
  return join(privateFolder, 'database-user.json');
}
