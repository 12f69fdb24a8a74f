// Reads package-lock.json and the manifests beside it: what was chosen, what proves it, and what is really installed.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export type LockedPackage = {
  /** Where it is installed, such as `node_modules/pg`; '' is the product itself. */
  readonly path: string;
  readonly name: string;
  readonly version: string | undefined;
  readonly integrity: string | undefined;
  readonly resolved: string | undefined;
  readonly license: string | undefined;
  /** A folder of the product, or the link to one; never downloaded. */
  readonly isLocal: boolean;
  readonly isDevelopment: boolean;
  /** May be absent: for another platform, or for development. */
  readonly isOptional: boolean;
  /** By name, what it asks for: of every field. */
  readonly asks: Readonly<Record<string, string>>;
};

export type LockFile = { readonly version: unknown; readonly packages: readonly LockedPackage[] };

type Json = Readonly<Record<string, unknown>>;

/** Undefined where there is none. Throws for one that is malformed. */
export async function readLockFile(home: string): Promise<LockFile | undefined> {
  const text = await readIfThere(join(home, 'package-lock.json'));
  if (text === undefined) return undefined;
  const lock = objectOf(JSON.parse(text));
  const packages = Object.entries(objectOf(lock['packages'])).map(([path, entry]) =>
    lockedPackage(path, objectOf(entry)),
  );
  return { version: lock['lockfileVersion'], packages };
}

function lockedPackage(path: string, entry: Json): LockedPackage {
  const isTrue = (name: string): boolean => entry[name] === true;
  return {
    path,
    name: textAt(entry, 'name') ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
    version: textAt(entry, 'version'),
    integrity: textAt(entry, 'integrity'),
    resolved: textAt(entry, 'resolved'),
    license: textAt(entry, 'license'),
    isLocal: isTrue('link') || !path.includes('node_modules/'),
    isDevelopment: isTrue('dev'),
    isOptional: isTrue('optional') || isTrue('dev') || isTrue('devOptional') || isTrue('peer'),
    asks: asksOf(entry),
  };
}

export type Manifest = {
  readonly version: string | undefined;
  readonly asks: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
};

/** Undefined where there is none. Throws for one that is malformed. */
export async function readManifest(folder: string): Promise<Manifest | undefined> {
  const text = await readIfThere(join(folder, 'package.json'));
  if (text === undefined) return undefined;
  const manifest = objectOf(JSON.parse(text));
  return { version: textAt(manifest, 'version'), asks: asksOf(manifest), scripts: textsAt(manifest, 'scripts') };
}

const FIELDS = ['peerDependencies', 'optionalDependencies', 'devDependencies', 'dependencies'] as const;

function asksOf(manifest: Json): Readonly<Record<string, string>> {
  return Object.assign({}, ...FIELDS.map((field) => textsAt(manifest, field))) as Record<string, string>;
}

export type Installed = { readonly path: string; readonly isLink: boolean };

/** Every package that is there, nested ones too, whatever the lock file says. */
export async function listInstalled(home: string, folder = 'node_modules'): Promise<readonly Installed[]> {
  const entries = await readdir(join(home, folder), { withFileTypes: true }).catch((error: unknown) => {
    if (isAbsent(error)) return [];
    throw error;
  });
  const lists = await Promise.all(
    entries.map(async (entry): Promise<readonly Installed[]> => {
      const path = `${folder}/${entry.name}`;
      if (entry.name.startsWith('.')) return [];
      if (entry.isSymbolicLink()) return [{ path, isLink: true }];
      if (!entry.isDirectory()) return [];
      if (entry.name.startsWith('@')) return listInstalled(home, path);
      return [{ path, isLink: false }, ...(await listInstalled(home, `${path}/node_modules`))];
    }),
  );
  return lists.flat();
}

/** Undefined for a file that is not there; every other failure is one. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function textAt(value: Json, name: string): string | undefined {
  const found = value[name];
  return typeof found === 'string' ? found : undefined;
}

function textsAt(value: Json, name: string): Readonly<Record<string, string>> {
  const entries = Object.entries(objectOf(value[name]));
  return Object.fromEntries(entries.flatMap(([key, text]) => (typeof text === 'string' ? [[key, text]] : [])));
}
