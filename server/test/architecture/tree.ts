// Reads the source tree once into the facts that the architecture rules judge.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceFile } from 'typescript/unstable/ast';
import { listFiles } from '../../../tools/lib/list-files.ts';
import { parseTypeScript } from '../../../tools/lib/parse-typescript.ts';
import { type JsonObject, parseJsonObject } from '../../../tools/lib/read-json.ts';
import { importsOf, type Import } from './imports.ts';

export type TextFile = { readonly path: string; readonly text: string };

export type Source = TextFile & {
  readonly lines: readonly string[];
  readonly syntax: SourceFile;
  readonly imports: readonly Import[];
  /** A test or what only tests use: it never ships. */
  readonly isTest: boolean;
};

export type Manifest = TextFile & { readonly json: JsonObject };

export type Tree = {
  /** Every TypeScript source of ours, tests and tools too, generated and fixture files not. */
  readonly sources: readonly Source[];
  /** Scripts in the product's folders that are not TypeScript, so no rule can read them. */
  readonly unreadable: readonly string[];
  readonly migrations: readonly TextFile[];
  readonly manifests: readonly Manifest[];
};

const FOLDERS = ['bench', 'controls', 'protocol', 'sdk', 'server', 'tools', 'verify'];
const FIXTURES = 'server/test/fixtures/';
const MIGRATIONS = 'server/src/db/migrations';
const OTHER_SCRIPT = /\.(?:[cm]?js|jsx|tsx|[cm]ts|d\.ts)$/;

/** The sources below a root folder; throws when one has a syntax error. */
export function readTree(root: string): Tree {
  const read = (path: string): TextFile => ({ path, text: readFileSync(join(root, path), 'utf8') });
  const paths = FOLDERS.flatMap((folder) => listFiles(root, folder, isSource));
  const isManifest = (path: string) => path.endsWith('/package.json') && !path.startsWith(FIXTURES);
  const manifests = FOLDERS.flatMap((folder) => listFiles(root, folder, isManifest));
  return treeOf({
    sources: paths.map(read),
    unreadable: PRODUCT_FOLDERS.flatMap((folder) => listFiles(root, folder, (path) => OTHER_SCRIPT.test(path))),
    migrations: listFiles(root, MIGRATIONS, (path) => path.endsWith('.sql')).map(read),
    manifests: [...rootManifest(root), ...manifests].map(read),
  });
}

/** The same facts from texts in memory. */
export function treeOf(files: {
  readonly sources: readonly TextFile[];
  readonly unreadable?: readonly string[];
  readonly migrations?: readonly TextFile[];
  readonly manifests?: readonly TextFile[];
}): Tree {
  const parsed = parseTypeScript(new Map(files.sources.map(({ path, text }) => [path, text])));
  return {
    sources: files.sources.map((file) => {
      const syntax = parsed.get(file.path);
      if (syntax === undefined) throw new Error(`${file.path} was not parsed`);
      const lines = file.text.replace(/\r?\n$/, '').split(/\r?\n/);
      return { ...file, lines, syntax, imports: importsOf(syntax), isTest: isTestPath(file.path) };
    }),
    unreadable: files.unreadable ?? [],
    migrations: files.migrations ?? [],
    manifests: (files.manifests ?? []).map((file) => ({ ...file, json: parseJsonObject(file.text, file.path) })),
  };
}

const PRODUCT_FOLDERS: readonly string[] = ['server/src', 'protocol/src', 'controls/src'];

/** Whether a file is part of what ships (its tests lie in the same folders). */
export function isProduct(path: string): boolean {
  return PRODUCT_FOLDERS.some((folder) => path.startsWith(`${folder}/`));
}

/** Tests, and what only tests may import. */
export function isTestPath(path: string): boolean {
  return /\.(?:test|test-support)\.ts$|^(?:server|tools)\/test\/|^bench\//.test(path);
}

function isSource(path: string): boolean {
  return path.endsWith('.ts') && !path.endsWith('.d.ts') && !path.startsWith(FIXTURES);
}

function rootManifest(root: string): readonly string[] {
  return listFiles(root, '', (path) => path === 'package.json');
}
