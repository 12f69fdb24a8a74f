// Checks that package-lock.json pins, proves and completes what is installed: exact versions, hashes, no addresses, no surprises.
import { join } from 'node:path';
import { reportFaults } from './lib/faults.ts';
import { findLocked, type LockedPackage, type PackageLock, readPackageLock } from './lib/package-lock.ts';
import { isJsonObject, parseJsonObject, readJsonObject, stringsAt } from './lib/read-json.ts';
import { repositoryRoot } from './lib/repository.ts';
import { runCommand } from './lib/run-command.ts';
import { satisfies } from './lib/version-range.ts';
import { INSTALL_SCRIPTS, KNOWN_GAPS } from './lock-policy.ts';

const EXACT = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;
const INTEGRITY = /^sha512-[A-Za-z0-9+/]{86}==$/;
const NODE_PACKAGE = /^node-(?:bin-)?(?:linux|darwin|win)-(?:x64|arm64)$/;
const FIELDS = ['dependencies', 'devDependencies', 'optionalDependencies'] as const;
/** Parts of a package's name that say it is for a platform the product is made for. */
const OUR_PLATFORM = /(?:linux-(?:x64|arm64)(?:-gnu)?|darwin-(?:x64|arm64)|(?:win32|windows)-x64(?:-msvc)?)$/;

/** Every way in which the lock file of a repository is not what it must be, npm's own opinion aside. */
export function lockFaults(root: string): readonly string[] {
  const lock = readPackageLock(root);
  const downloaded = lock.packages.filter(({ isLocal }) => !isLocal);
  return [
    ...(lock.lockfileVersion === 3 ? [] : [`lockfileVersion is ${String(lock.lockfileVersion)}, not 3`]),
    ...downloaded.flatMap(entryFaults),
    ...manifestFaults(root, lock),
    ...nodeFaults(downloaded),
    ...scriptFaults(downloaded),
    ...platformFaults(lock),
  ];
}

function entryFaults({ path, version, integrity, resolved }: LockedPackage): readonly string[] {
  return [
    ...(EXACT.test(version ?? '') ? [] : [`${path}: version "${version ?? ''}" is not exact`]),
    ...(INTEGRITY.test(integrity ?? '') ? [] : [`${path}: has no SHA-512 integrity`]),
    ...(resolved === undefined ? [] : [`${path}: names an address to download from`]),
  ];
}

/** The lock file and the manifests of the repository and its workspaces ask for the same, and get exactly that. */
function manifestFaults(root: string, lock: PackageLock): readonly string[] {
  const locals = lock.packages.filter(({ path, isLocal }) => isLocal && !path.includes('node_modules/'));
  return locals.flatMap((local) => {
    const manifest = readJsonObject(join(root, local.path, 'package.json'));
    return FIELDS.flatMap((field) => {
      const asked = stringsAt(manifest, field);
      const names = new Set([...Object.keys(asked), ...Object.keys(local[field])]);
      return [...names].flatMap((name) =>
        pinFaults(lock, local, { name, asked: asked[name], noted: local[field][name] }),
      );
    });
  });
}

type Pin = { readonly name: string; readonly asked: string | undefined; readonly noted: string | undefined };

function pinFaults(lock: PackageLock, local: LockedPackage, { name, asked, noted }: Pin): readonly string[] {
  const manifest = join(local.path, 'package.json');
  if (asked !== noted)
    return [`${manifest} asks for ${name} ${asked ?? 'no more'}, the lock file for ${noted ?? 'nothing'}`];
  if (asked === undefined || !EXACT.test(asked)) return [`${manifest}: ${name} is not pinned exactly`];
  const locked = findLocked(lock, local, name);
  if (locked === undefined) return [`${manifest}: ${name} is not locked`];
  if (locked.isLocal) return [];
  return locked.version === asked
    ? []
    : [`${manifest} pins ${name} ${asked}, the lock file has ${locked.version ?? '?'}`];
}

/** One Node for every platform, which every package says it runs on. */
function nodeFaults(downloaded: readonly LockedPackage[]): readonly string[] {
  const platforms = downloaded.filter(({ name }) => NODE_PACKAGE.test(name));
  const versions = [...new Set(platforms.map(({ version }) => version))];
  const [node] = versions;
  if (node === undefined) return ['no Node platform package is locked'];
  if (versions.length > 1) return [`the Node platform packages differ: ${versions.join(', ')}`];
  return downloaded.flatMap(({ path, engineNode }) => {
    if (engineNode === undefined || satisfies(node, engineNode)) return [];
    return [`${path} does not run on Node ${node}: it wants ${engineNode}`];
  });
}

function scriptFaults(downloaded: readonly LockedPackage[]): readonly string[] {
  const running = downloaded.filter(({ hasInstallScript }) => hasInstallScript).map(({ name }) => name);
  return [
    ...running.filter((name) => !INSTALL_SCRIPTS.has(name)).map((name) => `${name} runs a script when it is installed`),
    ...[...INSTALL_SCRIPTS.keys()]
      .filter((name) => !running.includes(name))
      .map((name) => `${name} is excepted for nothing`),
  ];
}

/** An optional package that is missing here is missing on the machines it was made for, without a word. */
function platformFaults(lock: PackageLock): readonly string[] {
  const missing = lock.packages.flatMap((entry) =>
    Object.keys(entry.optionalDependencies)
      .filter((name) => OUR_PLATFORM.test(name) && findLocked(lock, entry, name) === undefined)
      .map((name) => ({ by: entry.name, name })),
  );
  const stale = [...KNOWN_GAPS.keys()].filter((name) => !missing.some((gap) => gap.name === name));
  return [
    ...missing
      .filter(({ name }) => !KNOWN_GAPS.has(name))
      .map(({ by, name }) => `${by} lacks ${name} in the lock file`),
    ...stale.map((name) => `${name} is a known gap that is none any more`),
  ];
}

/** npm's own word on whether the locked packages satisfy each other. */
export function treeFaults(root: string): readonly string[] {
  const listing = runCommand('npm', ['ls', '--all', '--package-lock-only', '--json'], { cwd: root });
  const tree = parseJsonObject(listing.stdout, 'what npm ls printed');
  const problems = Array.isArray(tree['problems']) ? tree['problems'].map(String) : [];
  if (!isJsonObject(tree['dependencies'])) return ['npm ls lists nothing'];
  return listing.status === 0 || problems.length > 0 ? problems : [`npm ls ended with ${String(listing.status)}`];
}

if (import.meta.main) {
  const faults = [...lockFaults(repositoryRoot), ...treeFaults(repositoryRoot)];
  const gaps = KNOWN_GAPS.size === 0 ? '' : `, ${String(KNOWN_GAPS.size)} known gaps on other platforms`;
  reportFaults('lock file', faults, `pinned, hashed and complete${gaps}`);
}
