// What the files of the product say of its supply chain: lock file, manifests, installed packages, bill of materials, CI.
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { makeBill, productionOf, refOf } from './bill-of-materials.ts';
import { listInstalled, type LockedPackage, type LockFile, readIfThere, readManifest } from './lock-file.ts';

export type Facts = Readonly<Record<string, JsonValue>>;

const EXACT = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/;
const INTEGRITY = /^sha512-[A-Za-z0-9+/]{86}==$/;
const REGISTRY = 'https://registry.npmjs.org/';
const SHOWN_MAX = 20;

/** Offenders: how many, and the first of them. */
function offenders(names: readonly string[]): Facts {
  return { count: names.length, first: names.slice(0, SHOWN_MAX) };
}

export function factsOfLock({ version, packages }: LockFile): Facts {
  const downloaded = packages.filter(({ isLocal }) => !isLocal);
  const pathsOf = (is: (each: LockedPackage) => boolean) => offenders(downloaded.filter(is).map(({ path }) => path));
  return {
    lockfileVersion: typeof version === 'number' ? version : null,
    packages: downloaded.length,
    withoutIntegrity: pathsOf(({ integrity }) => !INTEGRITY.test(integrity ?? '')),
    inexact: pathsOf((each) => !EXACT.test(each.version ?? '')),
    // A lock file that names no address leaves it to the registry that is configured; what it names must be one.
    elsewhere: pathsOf(({ resolved }) => resolved !== undefined && !resolved.startsWith(REGISTRY)),
  };
}

/** Every manifest of the product asks for exact versions, and the lock file has them. */
export async function factsOfManifests(home: string, lock: LockFile): Promise<Facts> {
  const locals = lock.packages.filter(({ path, isLocal }) => isLocal && !path.includes('node_modules/'));
  const byPath = new Map(lock.packages.map((each) => [each.path, each]));
  const [unpinned, unlocked, absent]: [string[], string[], string[]] = [[], [], []];
  let dependencies = 0;
  for (const local of locals) {
    const manifest = await readManifest(join(home, local.path));
    const file = join(local.path, 'package.json');
    if (manifest === undefined) absent.push(file);
    for (const [name, asked] of Object.entries(manifest?.asks ?? {})) {
      dependencies += 1;
      const what = `${file}: ${name} ${asked}`;
      const found = lockedFor(byPath, local.path, name);
      if (!EXACT.test(asked)) unpinned.push(what);
      else if (found === undefined || local.asks[name] !== asked) unlocked.push(what);
      else if (!found.isLocal && found.version !== asked)
        unlocked.push(`${what}, locked ${found.version ?? 'nothing'}`);
    }
  }
  return {
    manifests: locals.length,
    dependencies,
    unpinned: offenders(unpinned),
    unlocked: offenders(unlocked),
    absent: offenders(absent),
  };
}

/** The nearest one up the folders, as Node looks it up. */
function lockedFor(byPath: ReadonlyMap<string, LockedPackage>, from: string, name: string): LockedPackage | undefined {
  const own = from === '' ? undefined : byPath.get(`${from}/node_modules/${name}`);
  return own ?? byPath.get(`node_modules/${name}`);
}

/** What is installed is what is locked, and nothing beside it. */
export async function factsOfInstalled(home: string, lock: LockFile): Promise<Facts> {
  const locked = new Map(lock.packages.map((each) => [each.path, each]));
  const workspaces = lock.packages.flatMap(({ path, isLocal }) =>
    isLocal && path !== '' && !path.includes('node_modules/') ? [`${path}/node_modules`] : [],
  );
  const lists = await Promise.all(['node_modules', ...workspaces].map((folder) => listInstalled(home, folder)));
  const installed = lists.flat();
  const there = new Set(installed.map(({ path }) => path));
  const downloaded = installed.filter(({ path }) => locked.get(path)?.isLocal === false);
  const different = await Promise.all(
    downloaded.map(async ({ path, isLink }) => {
      const wanted = locked.get(path)?.version;
      const version = (await readManifest(join(home, path)))?.version;
      if (isLink) return [`${path} is a link`];
      return version === wanted ? [] : [`${path} ${version ?? 'unreadable'}, locked ${wanted ?? 'nothing'}`];
    }),
  );
  const missing = lock.packages.filter(({ path, isLocal, isOptional }) => !isLocal && !isOptional && !there.has(path));
  return {
    compared: downloaded.length,
    different: offenders(different.flat()),
    missing: offenders(missing.map(({ path }) => path)),
    extraneous: offenders(installed.flatMap(({ path }) => (locked.has(path) ? [] : [path]))),
  };
}

export function factsOfBill(lock: LockFile): Facts {
  const { bomFormat, specVersion, components } = makeBill(lock);
  const refs = new Set(components.map((each) => each['bom-ref']));
  const refsOf = (are: readonly { readonly 'bom-ref': string }[]) => offenders(are.map((each) => each['bom-ref']));
  return {
    format: `${bomFormat} ${specVersion}`,
    components: components.length,
    locked: new Set(productionOf(lock).map(refOf)).size,
    missing: offenders(
      productionOf(lock)
        .map(refOf)
        .filter((ref) => !refs.has(ref)),
    ),
    withoutHash: refsOf(components.filter(({ hashes }) => hashes.length === 0)),
    withoutLicense: refsOf(components.filter(({ licenses }) => licenses.length === 0)),
  };
}

const WORKFLOWS = '.github/workflows';
const CI_FILES = ['.ci/run', '.gitlab-ci.yml', 'Jenkinsfile'];
const AUDIT = /\bnpm (?:run (?:-\S+ )*audit:dependencies|audit)\b(?! signatures)/;
const BILL = /\bnpm (?:run (?:-\S+ )*sbom|sbom)\b/;
const IGNORED = /\|\|\s*(?:true|:|exit 0|echo)\b|;\s*true\b|\|\|\s*:\s*$/;

/** Undefined where the product is without the files of its CI, as an installed one can be. */
export async function factsOfCi(home: string): Promise<Facts | undefined> {
  const workflows = await readdir(join(home, WORKFLOWS)).catch(() => []);
  const names = [...CI_FILES, ...workflows.map((name) => `${WORKFLOWS}/${name}`)];
  const texts = await Promise.all(names.map((name) => readIfThere(join(home, name))));
  const scripts = (await readManifest(home))?.scripts ?? {};
  const files = names.flatMap((name, index) => {
    const text = texts[index];
    return text === undefined ? [] : [factsOfCiFile(name, text, scripts)];
  });
  return files.length === 0 ? undefined : { files };
}

function factsOfCiFile(file: string, text: string, scripts: Readonly<Record<string, string>>): Facts {
  const lines = text.split('\n').filter((line) => !/^\s*(?:#|\/\/)/.test(line));
  const works = (line: string, is: RegExp): boolean => is.test(line) && !IGNORED.test(line) && isDefined(line, scripts);
  const ignoresFailures = /\bcontinue-on-error:\s*true\b|\ballow_failure:\s*true\b/.test(text);
  const isShell = text.startsWith('#!');
  return {
    file,
    audits: lines.filter((line) => works(line, AUDIT)).length,
    bills: lines.filter((line) => works(line, BILL)).length,
    stopsAtFailure: !ignoresFailures && (!isShell || lines.some((line) => /^\s*set\s+-\w*e/.test(line))),
  };
}

/** A script that no manifest has is a step that does nothing but fail, or nothing at all under `--if-present`. */
function isDefined(line: string, scripts: Readonly<Record<string, string>>): boolean {
  const name = /\bnpm run (?:-\S+ )*([\w:-]+)/.exec(line)?.[1];
  return name === undefined || (name in scripts && !line.includes('--if-present'));
}
