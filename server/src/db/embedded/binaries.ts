// Finds the PostgreSQL programs that will run the data, tried out as the uid that will run them.
import { join } from 'node:path';
import {
  type BinariesChoice,
  findBest,
  findServerFolder,
  findVersion,
  listSystemFolders,
  noBinaries,
  type ServerVersion,
} from './candidates.ts';
import { EmbeddedError } from './errors.ts';
import { findPackageFolder, preparePackage } from './package-copy.ts';
import { runAs } from './run-as.ts';
import type { DatabaseUser } from './user.ts';

/** `folder` holds `postgres` and `initdb`. */
export type Binaries = ServerVersion & { readonly folder: string; readonly source: 'system' | 'package' | 'directory' };

export type BinariesSearch = {
  readonly choice: BinariesChoice;
  /** The major of existing data; undefined for a new data directory. */
  readonly dataMajor: number | undefined;
  readonly user: DatabaseUser;
  /** Folders separated by colons, as in PATH. */
  readonly searchPath: string;
  /** Where a private copy of the npm package may be made. */
  readonly copiesFolder: string;
};

type Probe = { readonly found: Binaries | undefined; readonly seen: string };

/** Throws binaries_missing, or major_mismatch when there is data that nothing found here can open. */
export async function getBinaries(search: BinariesSearch): Promise<Binaries> {
  const chosenMajor = /^system:(\d+)$/.exec(search.choice)?.[1];
  const wantedMajor = search.dataMajor ?? (chosenMajor === undefined ? undefined : Number(chosenMajor));
  const seen: string[] = [];
  for (const source of sourcesOf(search)) {
    const probes = await source();
    seen.push(...probes.map((probe) => probe.seen));
    const fitting = probes.flatMap(({ found }) => (found === undefined ? [] : [found]));
    const allowed = fitting.filter(({ major }) => chosenMajor === undefined || major === Number(chosenMajor));
    const best = findBest(allowed, wantedMajor);
    if (best !== undefined) return best;
  }
  throw noBinaries(wantedMajor, search.dataMajor !== undefined, seen);
}

// In order of preference; a later one is only looked at when no earlier one fits, since the package may have to be copied.
function sourcesOf(search: BinariesSearch): readonly (() => Promise<readonly Probe[]>)[] {
  const system = async (): Promise<readonly Probe[]> => {
    const folders = await listSystemFolders(search.searchPath, search.user);
    return Promise.all(folders.map((folder) => probe(folder, 'system', search.user)));
  };
  if (search.choice === 'auto') return [system, () => probePackage(search)];
  if (search.choice === 'package') return [() => probePackage(search)];
  if (search.choice === 'system' || search.choice.startsWith('system:')) return [system];
  return [() => probeDirectory(search.choice, search.user)];
}

async function probe(folder: string, source: Binaries['source'], user: DatabaseUser): Promise<Probe> {
  const answer = await runAs(user, join(folder, 'postgres'), ['--version'], 10);
  const version = findVersion(answer.stdout);
  if (!answer.ok || version === undefined) {
    const why = answer.ok
      ? `is no release (${answer.stdout.trim()})`
      : `does not run as ${user.name}: ${answer.stderr.trim()}`;
    return { found: undefined, seen: `${folder} ${why}` };
  }
  return { found: { ...version, folder, source }, seen: `${version.version} in ${folder}` };
}

async function probePackage(search: BinariesSearch): Promise<readonly Probe[]> {
  const folder = findPackageFolder();
  if (folder === undefined) return [];
  const inPlace = { packageFolder: folder, copiesFolder: search.copiesFolder };
  const bin = await preparePackage({
    ...inPlace,
    runs: async (path) => (await probe(path, 'package', search.user)).found !== undefined,
  });
  return [await probe(bin, 'package', search.user)];
}

async function probeDirectory(directory: string, user: DatabaseUser): Promise<readonly Probe[]> {
  const folder = (await findServerFolder(directory)) ?? (await findServerFolder(join(directory, 'bin')));
  if (folder !== undefined) return [await probe(folder, 'directory', user)];
  throw new EmbeddedError(
    'binaries_invalid',
    `There is no executable postgres with initdb beside it in ${directory}.`,
    'Name the folder that holds both programs, as pg_config --bindir prints it.',
  );
}
