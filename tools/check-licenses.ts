// Checks the license of everything that reaches an installation, on every platform, and of what binary packages carry inside.
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { reportFaults } from './lib/faults.ts';
import { listInstalled } from './lib/installed-packages.ts';
import { listFiles } from './lib/list-files.ts';
import { type LockedPackage, readPackageLock } from './lib/package-lock.ts';
import { readJsonObject, stringAt } from './lib/read-json.ts';
import { repositoryRoot } from './lib/repository.ts';
import { isAllowedLicense } from './lib/spdx.ts';
import { ALLOWED_LICENSES, type CarriedLibrary, CARRIERS, READ_LICENSES } from './license-policy.ts';

const ALLOWED: ReadonlySet<string> = new Set(ALLOWED_LICENSES.keys());

export type LicenseReport = { readonly checked: number; readonly faults: readonly string[] };

/** Every package in production with a license that is unknown, not allowed, or told differently in two places. */
export function checkLicenses(root: string): LicenseReport {
  const lock = readPackageLock(root);
  const production = lock.packages.filter((entry) => !entry.isDevelopment && !isLink(entry));
  const known = new Set(lock.packages.map(({ path }) => path));
  const strangers = listInstalled(root).filter((path) => !known.has(path));
  const unused = [...READ_LICENSES.keys()].filter((key) => !production.some((entry) => keyOf(entry) === key));
  return {
    checked: production.length,
    faults: [
      ...production.flatMap((entry) => licenseFaults(root, entry)),
      ...production.flatMap((entry) => carriedFaults(root, entry)),
      ...strangers.map((path) => `${path} is installed but not in the lock file`),
      ...unused.map((key) => `the license read for ${key} is of no use any more`),
    ],
  };
}

/** A link to a workspace stands for the workspace, which is in the lock file itself. */
function isLink({ path, isLocal }: LockedPackage): boolean {
  return isLocal && path.includes('node_modules/');
}

function keyOf({ name, version }: LockedPackage): string {
  return `${name}@${version ?? '?'}`;
}

function licenseFaults(root: string, entry: LockedPackage): readonly string[] {
  const key = keyOf(entry);
  const license = READ_LICENSES.get(key)?.license ?? entry.license;
  if (license === undefined) return [`${key} names no license`];
  const installed = readInstalled(root, entry);
  return [
    ...(isAllowedLicense(license, ALLOWED) ? [] : [`${key} has the license "${license}", which is not allowed`]),
    ...(installed === undefined || installed.version === entry.version
      ? []
      : [`${key} is installed as version ${installed.version ?? '?'}`]),
    ...(installed === undefined || installed.license === entry.license
      ? []
      : [`${key}: the lock file says ${entry.license ?? 'nothing'}, the package ${installed.license ?? 'nothing'}`]),
  ];
}

/** What an installed package says of itself; undefined when it is for another platform and not here. */
function readInstalled(root: string, { path }: LockedPackage) {
  const manifest = join(root, path, 'package.json');
  if (!existsSync(manifest)) return undefined;
  const json = readJsonObject(manifest);
  return { version: stringAt(json, 'version'), license: stringAt(json, 'license') };
}

function carriedFaults(root: string, entry: LockedPackage): readonly string[] {
  if (!existsSync(join(root, entry.path))) return [];
  return CARRIERS.filter(({ packages }) => packages.test(entry.name)).flatMap(({ folder, libraries }) => {
    const files = listFiles(join(root, entry.path), folder, (path) => isSharedLibrary(path, folder));
    const strangers = files.filter((path) => !libraries.some((library) => isPartOf(path, library)));
    return [
      ...strangers.map((path) => `${keyOf(entry)} carries ${path}, which nobody has looked at`),
      ...libraries.flatMap((library) => libraryFaults(root, entry, { library, files })),
    ];
  });
}

function libraryFaults(
  root: string,
  entry: LockedPackage,
  { library, files }: { readonly library: CarriedLibrary; readonly files: readonly string[] },
): readonly string[] {
  const { name, version, license, proof } = library;
  const own = files.filter((path) => isPartOf(path, library));
  const isProved = own.some(
    (path) => path.includes(proof) || readFileSync(join(root, entry.path, path)).includes(proof),
  );
  return [
    ...(isProved ? [] : [`${keyOf(entry)} does not carry ${name} ${version}, as noted`]),
    ...(isAllowedLicense(license, ALLOWED) ? [] : [`${keyOf(entry)} carries ${name} under ${license}`]),
  ];
}

/** Libraries lie in the folder itself; what lies deeper are the package's own modules. */
function isSharedLibrary(path: string, folder: string): boolean {
  return path === `${folder}/${basename(path)}` && /\.(?:so|dylib|dll)(?:\.|$)/.test(path);
}

function isPartOf(path: string, { files }: CarriedLibrary): boolean {
  return files.test(basename(path).replace(/(?:\.\d+)*\.(?:so|dylib|dll)(?:\..*)?$/, ''));
}

if (import.meta.main) {
  const { checked, faults } = checkLicenses(repositoryRoot);
  reportFaults('licenses', faults, `${String(checked)} packages in production, all under allowed licenses`);
}
