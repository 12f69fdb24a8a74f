// Where an import leads: a file of ours, a package, a part of Node, or nowhere that can be known.
import { isBuiltin } from 'node:module';
import { join, posix } from 'node:path';
import { repositoryRoot } from '../../../tools/lib/repository.ts';
import { readJsonObject, stringsAt } from '../../../tools/lib/read-json.ts';

export type Target =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'builtin'; readonly name: string }
  | { readonly kind: 'package'; readonly name: string }
  | { readonly kind: 'nowhere' };

type Alias = { readonly before: string; readonly after: string; readonly to: string };

// Taken from the manifests that Node and tsc obey, so that the rules cannot disagree with them.
const ALIASES: readonly Alias[] = [
  ...readAliases('server', 'imports', (key) => key),
  ...readAliases('protocol', 'exports', (key) => `@holdfast/protocol${key.slice(1)}`),
  ...readAliases('controls', 'exports', (key) => `@holdfast/controls${key.slice(1)}`),
];

/** Resolves a specifier written in the file at `from`, both relative to the repository's root. */
export function resolveImport(from: string, specifier: string): Target {
  if (specifier.startsWith('.')) return { kind: 'file', path: posix.join(posix.dirname(from), specifier) };
  const alias = ALIASES.find(({ before, after }) => specifier.startsWith(before) && specifier.endsWith(after));
  if (alias !== undefined) {
    const middle = specifier.slice(alias.before.length, specifier.length - alias.after.length);
    return { kind: 'file', path: alias.to.replace('*', middle) };
  }
  if (specifier.startsWith('#') || specifier.startsWith('/') || specifier.includes(':')) {
    return isBuiltin(specifier) ? builtin(specifier) : { kind: 'nowhere' };
  }
  if (isBuiltin(specifier)) return builtin(specifier);
  const [first = '', second = ''] = specifier.split('/');
  return { kind: 'package', name: first.startsWith('@') ? `${first}/${second}` : first };
}

/** Whether a file lies in a folder that an alias leads into, so that there is no need to climb to it. */
export function hasAlias(path: string): boolean {
  return ALIASES.some(({ to }) =>
    path.startsWith(to.includes('*') ? to.slice(0, to.indexOf('*')) : `${posix.dirname(to)}/`),
  );
}

function builtin(specifier: string): Target {
  return { kind: 'builtin', name: specifier.replace(/^node:/, '') };
}

function readAliases(workspace: string, field: string, nameOf: (key: string) => string): readonly Alias[] {
  const entries = Object.entries(stringsAt(readJsonObject(join(repositoryRoot, workspace, 'package.json')), field));
  return entries.map(([key, target]) => {
    const [before = '', after = ''] = nameOf(key).split('*');
    return { before, after, to: posix.join(workspace, target) };
  });
}
