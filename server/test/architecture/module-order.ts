// The order of the modules, read from the list in modules.ts: a module may use those that stand before it.
import type { Node } from 'typescript/unstable/ast';
import {
  isArrayLiteralExpression,
  isIdentifier,
  isImportDeclaration,
  isNamedImports,
  isNamespaceImport,
  isPropertyAccessExpression,
  isStringLiteralLikeNode,
} from 'typescript/unstable/ast/is';
import { moduleOf } from './layers.ts';
import { resolveImport } from './resolve.ts';
import { nodesOf } from './syntax.ts';
import type { Source, Tree } from './tree.ts';

export const MODULE_LIST = 'server/src/modules.ts';

/** Names of the modules in the order of the list; undefined when there is no list. */
export function moduleOrder(tree: Tree): readonly string[] | undefined {
  const list = tree.sources.find(({ path }) => path === MODULE_LIST);
  if (list === undefined) return undefined;
  const modules = importedModules(list);
  const named = nodesOf(list.syntax)
    .filter(isArrayLiteralExpression)
    .flatMap((array) => [...array.elements]);
  return named.flatMap((element) => {
    const name = rootName(element);
    const module = name === undefined ? undefined : modules.get(name);
    return module === undefined ? [] : [module];
  });
}

/** `organizations` and `organizations.module` both stand for what was imported as `organizations`. */
function rootName(node: Node): string | undefined {
  if (isIdentifier(node)) return node.text;
  return isPropertyAccessExpression(node) ? rootName(node.expression) : undefined;
}

/** Local name → module, for everything that modules.ts imports from a module. */
function importedModules(list: Source): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const node of nodesOf(list.syntax)) {
    if (!isImportDeclaration(node) || !isStringLiteralLikeNode(node.moduleSpecifier)) continue;
    const target = resolveImport(list.path, node.moduleSpecifier.text);
    const module = target.kind === 'file' ? moduleOf(target.path) : undefined;
    if (module === undefined) continue;
    for (const name of localNames(node.importClause)) found.set(name, module);
  }
  return found;
}

function localNames(clause: Node | undefined): readonly string[] {
  if (clause === undefined) return [];
  const names: string[] = [];
  for (const node of nodesOf(clause)) {
    if (isNamespaceImport(node)) names.push(node.name.text);
    if (isNamedImports(node)) names.push(...node.elements.map((element) => element.name.text));
  }
  return names;
}
