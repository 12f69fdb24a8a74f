// Reads package-lock.json into the few facts the supply-chain checks judge.
import { join } from 'node:path';
import { isJsonObject, type JsonObject, objectAt, readJsonObject, stringAt, stringsAt } from './read-json.ts';

export type LockedPackage = {
  /** Where it is installed, for example `node_modules/pg`; '' is the repository itself. */
  readonly path: string;
  readonly name: string;
  readonly version: string | undefined;
  readonly integrity: string | undefined;
  readonly resolved: string | undefined;
  readonly license: string | undefined;
  /** A folder of this repository, or the link to one; never downloaded. */
  readonly isLocal: boolean;
  /** Needed only to develop; absent from every installation in production. */
  readonly isDevelopment: boolean;
  readonly hasInstallScript: boolean;
  readonly engineNode: string | undefined;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
};

export type PackageLock = { readonly lockfileVersion: unknown; readonly packages: readonly LockedPackage[] };

/** The lock file of a repository; throws when it is missing, malformed, or empty. */
export function readPackageLock(root: string): PackageLock {
  const lock = readJsonObject(join(root, 'package-lock.json'));
  const packages = Object.entries(objectAt(lock, 'packages')).map(([path, entry]) => {
    if (!isJsonObject(entry)) throw new Error(`package-lock.json: "${path}" is not an object`);
    return lockedPackage(path, entry);
  });
  if (packages.length < 2) throw new Error('package-lock.json locks no packages');
  return { lockfileVersion: lock['lockfileVersion'], packages };
}

function lockedPackage(path: string, entry: JsonObject): LockedPackage {
  return {
    path,
    name: stringAt(entry, 'name') ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
    version: stringAt(entry, 'version'),
    integrity: stringAt(entry, 'integrity'),
    resolved: stringAt(entry, 'resolved'),
    license: stringAt(entry, 'license'),
    isLocal: entry['link'] === true || !path.includes('node_modules/'),
    isDevelopment: entry['dev'] === true,
    hasInstallScript: entry['hasInstallScript'] === true,
    // Old packages write their engines as a list of words; only an object can name a range for Node.
    engineNode: isJsonObject(entry['engines']) ? stringAt(entry['engines'], 'node') : undefined,
    dependencies: stringsAt(entry, 'dependencies'),
    devDependencies: stringsAt(entry, 'devDependencies'),
    optionalDependencies: stringsAt(entry, 'optionalDependencies'),
  };
}

/** The locked package that `from` gets when it asks for `name`: the nearest one up the folders, as Node looks it up. */
export function findLocked(lock: PackageLock, from: LockedPackage, name: string): LockedPackage | undefined {
  const byPath = new Map(lock.packages.map((entry) => [entry.path, entry]));
  for (let folder = from.path; ; folder = folder.slice(0, Math.max(folder.lastIndexOf('/'), 0))) {
    const found = byPath.get(folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`);
    if (found !== undefined || folder === '') return found;
  }
}
