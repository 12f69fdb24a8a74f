// Where the parts of the embedded database lie in the data directory, and who may enter which.
import { realpath } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { EmbeddedError } from './errors.ts';

/**
 * "Ours" is the uid of this process, "database" the uid PostgreSQL runs as. They differ only when we are root.
 *
 *   <dataDir>/              ours      0711 as root, else 0700, when we make it · an older one is only opened for searching
 *     database/             ours      0711 as root, else 0700
 *       private/            ours      0700  superuser password, lock, owner, database uid, start-up log
 *       config/             ours      0755  pg_hba.conf, postgresql.conf: the database reads, and can't rewrite, its own rules
 *       binaries/           ours      0755  private copies of the npm package
 *       cluster/            database  0700  the data (PGDATA)
 *       log/                database  0700
 *       run/                database  0700  the socket
 *       initdb-*            database  0700  a cluster in the making; becomes `cluster` by one rename
 *
 * PostgreSQL must pass through the first two to reach its own folders, so as root these carry the search bit for others and
 * nothing else. Whatever else lies in <dataDir> (key files, blobs) is protected by its own mode: 0600 and 0700, owned by us.
 * No folder that the database owns holds a name that we follow: we write beneath `cluster`, `log` and `run` never, and
 * read there only plain files without following links. As an ordinary user the two uids are one and this wall is absent.
 */
export type Layout = {
  readonly dataDir: string;
  readonly root: string;
  readonly privateFolder: string;
  readonly configFolder: string;
  readonly binariesFolder: string;
  readonly clusterFolder: string;
  readonly logFolder: string;
  readonly runFolder: string;
};

/** Where data goes when nothing is configured. /root is closed to every other uid, so root's data can't be in its home. */
export function defaultDataDir(account: { readonly euid: number; readonly home: string }): string {
  return account.euid === 0 ? '/var/lib/holdfast' : join(account.home, '.holdfast');
}

/** Throws data_dir_invalid for a path that PostgreSQL's line-based files could not carry. */
export function checkDataDirPath(dataDir: string): void {
  // A line break would shift the lines of postmaster.pid, which we trust to say whose process a pid is.
  if (isAbsolute(dataDir) && !/\p{Cc}/u.test(dataDir)) return;
  throw new EmbeddedError(
    'data_dir_invalid',
    `The data directory ${JSON.stringify(dataDir)} is not an absolute path of printable characters.`,
    'Set HOLDFAST_DATA_DIR to an absolute path without control characters.',
  );
}

/** The layout of a data directory that exists; links in its path are resolved once, here. */
export async function layoutOf(dataDir: string): Promise<Layout> {
  const real = await realpath(dataDir);
  const root = join(real, 'database');
  return {
    dataDir: real,
    root,
    privateFolder: join(root, 'private'),
    configFolder: join(root, 'config'),
    binariesFolder: join(root, 'binaries'),
    clusterFolder: join(root, 'cluster'),
    logFolder: join(root, 'log'),
    runFolder: join(root, 'run'),
  };
}
