// Where PostgreSQL servers are looked for on this machine, and which of those found is taken.
import { access, constants, glob, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { EmbeddedError } from './errors.ts';
import { runAs } from './run-as.ts';
import type { DatabaseUser } from './user.ts';

/** The oldest major version that the schema works on. */
export const MAJOR_MIN = 15;

/** `auto`: the system's, else the npm package. A path names the folder with `postgres` and `initdb`, or its parent. */
export type BinariesChoice = 'auto' | 'system' | `system:${number}` | 'package' | `/${string}`;

/** Reads a choice from configuration; undefined when it is none of the forms. */
export function findBinariesChoice(text: string): BinariesChoice | undefined {
  if (text === 'auto' || text === 'system' || text === 'package') return text;
  const major = /^system:(\d{1,3})$/.exec(text)?.[1];
  if (major !== undefined) return `system:${Number(major)}`;
  // The type says no more than what isAbsolute has checked on the systems we run on.
  return isAbsolute(text) ? (text as `/${string}`) : undefined;
}

const INSTALLED = [
  '/usr/lib/postgresql/*/bin',
  '/usr/pgsql-*/bin',
  '/usr/libexec/postgresql*',
  '/usr/local/pgsql/bin',
  '/opt/homebrew/opt/postgresql@*/bin',
  '/usr/local/opt/postgresql@*/bin',
  '/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin',
  '/Applications/Postgres.app/Contents/Versions/*/bin',
];

/** The folders (links resolved, each once) that hold both programs: known places, the search path, pg_config's answer. */
export async function listSystemFolders(searchPath: string, user: DatabaseUser): Promise<readonly string[]> {
  // A relative entry would depend on the working directory, and so on whoever chose it.
  const onPath = searchPath.split(':').filter((folder) => isAbsolute(folder));
  const folders = [...(await Array.fromAsync(glob(INSTALLED))), ...onPath, ...(await askPgConfig(onPath, user))];
  const resolved = await Promise.all(folders.map(findServerFolder));
  return [...new Set(resolved.filter((folder) => folder !== undefined))].toSorted();
}

/** The resolved folder of `postgres` when `initdb` lies beside it; undefined otherwise. */
export async function findServerFolder(folder: string): Promise<string | undefined> {
  try {
    const server = await realpath(join(folder, 'postgres'));
    await access(server, constants.X_OK);
    await access(join(dirname(server), 'initdb'), constants.X_OK);
    return basename(server) === 'postgres' ? dirname(server) : undefined;
  } catch {
    return undefined;
  }
}

export type ServerVersion = { readonly version: string; readonly major: number };

/** Reads `postgres --version`: "postgres (PostgreSQL) 15.18 (Debian …)". Undefined for betas, whose files no release reads. */
export function findVersion(output: string): ServerVersion | undefined {
  const version = /^postgres \(PostgreSQL\) (\d+\.\d+)(?=\s|$)/.exec(output)?.[1];
  return version === undefined ? undefined : { version, major: Number.parseInt(version, 10) };
}

/**
 * The candidate to use: one of the wanted major when the data or the choice demands it, else the newest from MAJOR_MIN on;
 * the first of equals, so that the order of the list decides. Undefined when none fits.
 */
export function findBest<T extends ServerVersion>(
  candidates: readonly T[],
  wantedMajor: number | undefined,
): T | undefined {
  return candidates
    .filter(({ major }) => major >= MAJOR_MIN && (wantedMajor === undefined || major === wantedMajor))
    .toSorted((a, b) => b.version.localeCompare(a.version, 'en', { numeric: true }))[0];
}

/** Nothing that fits: says what was looked at and why each was passed over. */
export function noBinaries(wantedMajor: number | undefined, forData: boolean, seen: readonly string[]): EmbeddedError {
  const found = seen.length === 0 ? 'none was found' : `found: ${seen.join('; ')}`;
  if (forData) {
    return new EmbeddedError(
      'major_mismatch',
      `The data was written by PostgreSQL ${wantedMajor}, which no other major version can open; ${found}.`,
      `Install PostgreSQL ${wantedMajor} and start again; to change the major, carry the data over with: holdfast data move.`,
    );
  }
  const wanted = wantedMajor === undefined ? `PostgreSQL ${MAJOR_MIN} or newer` : `PostgreSQL ${wantedMajor}`;
  return new EmbeddedError(
    'binaries_missing',
    `The embedded database needs ${wanted}; ${found}.`,
    `Install it with the system's package manager, run npm install without --omit=optional, or set DATABASE_URL to a server of your own.`,
  );
}

async function askPgConfig(folders: readonly string[], user: DatabaseUser): Promise<readonly string[]> {
  const programs = [...folders, '/usr/bin', '/usr/local/bin'].map((folder) => join(folder, 'pg_config'));
  for (const program of programs) {
    const isUsable = await access(program, constants.X_OK).then(
      () => true,
      () => false,
    );
    // Whatever lies on the search path is tried as the database's uid, never as root.
    if (isUsable)
      return [(await runAs(user, program, ['--bindir'], 10)).stdout.trim()].filter((folder) => isAbsolute(folder));
  }
  return [];
}
