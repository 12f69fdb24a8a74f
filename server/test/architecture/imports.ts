// What a source file imports, in every form the language has: static, re-export, type-only, type query and dynamic.
import { type ImportClause, type Node, type SourceFile, SyntaxKind } from 'typescript/unstable/ast';
import {
  isCallExpression,
  isExportDeclaration,
  isExternalModuleReference,
  isImportDeclaration,
  isImportTypeNode,
  isLiteralTypeNode,
  isNamedExports,
  isNamedImports,
  isStringLiteralLikeNode,
} from 'typescript/unstable/ast/is';
import { lineOf, nodesOf } from './syntax.ts';

export type Import = {
  /** What stands between the quotes; undefined when it is computed, so that nobody can know it. */
  readonly specifier: string | undefined;
  readonly line: number;
  /** Erased before the program runs. `import { type T }` is not: the module is still loaded. */
  readonly isTypeOnly: boolean;
  /** The values taken by name; '*' when the whole module is within reach. */
  readonly names: readonly string[] | '*';
};

/** Every import of a file, in the order in which they stand. */
export function importsOf(file: SourceFile): readonly Import[] {
  return nodesOf(file).flatMap((node) => {
    const found = staticImport(node) ?? dynamicImport(node) ?? typeImport(node);
    return found === undefined ? [] : [found];
  });
}

function staticImport(node: Node): Import | undefined {
  if (isImportDeclaration(node)) {
    const clause = node.importClause;
    const isTypeOnly = clause?.phaseModifier === SyntaxKind.TypeKeyword;
    return found(node, node.moduleSpecifier, isTypeOnly, clause === undefined ? [] : importedNames(clause));
  }
  if (isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
    const names =
      node.exportClause !== undefined && isNamedExports(node.exportClause)
        ? node.exportClause.elements
            .filter((element) => !element.isTypeOnly)
            .map((element) => (element.propertyName ?? element.name).text)
        : '*';
    return found(node, node.moduleSpecifier, node.isTypeOnly, names);
  }
  return undefined;
}

function importedNames(clause: ImportClause): readonly string[] | '*' {
  if (clause.name !== undefined) return '*';
  if (clause.namedBindings === undefined || !isNamedImports(clause.namedBindings)) return '*';
  return clause.namedBindings.elements
    .filter((element) => !element.isTypeOnly)
    .map((element) => (element.propertyName ?? element.name).text);
}

function dynamicImport(node: Node): Import | undefined {
  if (isExternalModuleReference(node)) return found(node, node.expression, false, '*');
  if (!isCallExpression(node) || node.expression.kind !== SyntaxKind.ImportKeyword) return undefined;
  return found(node, node.arguments[0], false, '*');
}

function typeImport(node: Node): Import | undefined {
  if (!isImportTypeNode(node)) return undefined;
  return found(node, isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, true, []);
}

function found(node: Node, specifier: Node | undefined, isTypeOnly: boolean, names: readonly string[] | '*'): Import {
  const text = specifier !== undefined && isStringLiteralLikeNode(specifier) ? specifier.text : undefined;
  return { specifier: text, line: lineOf(node), isTypeOnly, names };
}
