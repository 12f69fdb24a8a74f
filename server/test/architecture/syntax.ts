// Small questions about a syntax tree that several rules ask.
import { type Node, type SourceFile, SyntaxKind } from 'typescript/unstable/ast';
import {
  isBindingElement,
  isElementAccessExpression,
  isIdentifier,
  isObjectBindingPattern,
  isPropertyAccessExpression,
  isStringLiteralLikeNode,
  isVariableDeclaration,
} from 'typescript/unstable/ast/is';

const walked = new WeakMap<Node, readonly Node[]>();

/** Every node of a tree, parents before children. A tree is walked once, however many rules ask. */
export function nodesOf(root: Node): readonly Node[] {
  const known = walked.get(root);
  if (known !== undefined) return known;
  const nodes: Node[] = [];
  const waiting: Node[] = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    nodes.push(node);
    const children: Node[] = [];
    node.forEachChild((child) => {
      children.push(child);
    });
    waiting.push(...children.toReversed());
  }
  walked.set(root, nodes);
  return nodes;
}

/** 1-based line on which a node begins, comments before it not counted. */
export function lineOf(node: Node): number {
  const file: SourceFile = node.getSourceFile();
  return file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
}

/** `object.name` and `object['name']` as their parts; undefined for anything else. */
export function memberOf(node: Node): { readonly object: Node; readonly name: string } | undefined {
  if (isPropertyAccessExpression(node)) return { object: node.expression, name: node.name.text };
  if (isElementAccessExpression(node) && isStringLiteralLikeNode(node.argumentExpression)) {
    return { object: node.expression, name: node.argumentExpression.text };
  }
  return undefined;
}

/**
 * Uses of a global by its own name, as `globalThis.name`, or taken out of `globalThis` by destructuring.
 * A local of the same name counts too: a reader could not tell the two apart.
 */
export function globalUses(file: SourceFile, names: ReadonlySet<string>): readonly Node[] {
  return nodesOf(file).filter((node) => {
    if (isIdentifier(node)) return names.has(node.text) && isValueUse(node);
    const member = memberOf(node);
    if (member !== undefined) return names.has(member.name) && isNamed(member.object, GLOBAL_OBJECTS);
    return takesFrom(node, GLOBAL_OBJECTS).some((name) => names.has(name));
  });
}

/** Reads of `object.name` for an object called by a given name, in every way that can be written. */
export function memberUses(file: SourceFile, object: string, names: ReadonlySet<string>): readonly Node[] {
  const objects = new Set([object]);
  return nodesOf(file).filter((node) => {
    const member = memberOf(node);
    if (member !== undefined) return names.has(member.name) && isNamed(member.object, objects);
    return takesFrom(node, objects).some((name) => names.has(name));
  });
}

const GLOBAL_OBJECTS: ReadonlySet<string> = new Set(['globalThis', 'global']);

/** Whether an expression is a plain name of the set, or that name on the global object. */
export function isNamed(node: Node, names: ReadonlySet<string>): boolean {
  if (isIdentifier(node)) return names.has(node.text);
  const member = memberOf(node);
  return member !== undefined && names.has(member.name) && isNamed(member.object, GLOBAL_OBJECTS);
}

/** The names that `const { a, b: c } = object` takes out of one of the objects. */
function takesFrom(node: Node, objects: ReadonlySet<string>): readonly string[] {
  if (!isVariableDeclaration(node) || node.initializer === undefined) return [];
  if (!isObjectBindingPattern(node.name) || !isNamed(node.initializer, objects)) return [];
  return node.name.elements.filter(isBindingElement).flatMap(({ propertyName, name }) => {
    const taken = propertyName ?? name;
    return taken === undefined ? [] : [taken.getText()];
  });
}

/** Parents under which an identifier is a name being given, a member, or a type, and not a use of a value. */
const NO_USE: ReadonlySet<SyntaxKind> = new Set([
  SyntaxKind.PropertySignature,
  SyntaxKind.MethodSignature,
  SyntaxKind.MethodDeclaration,
  SyntaxKind.FunctionDeclaration,
  SyntaxKind.ClassDeclaration,
  SyntaxKind.GetAccessor,
  SyntaxKind.SetAccessor,
  SyntaxKind.TypeReference,
  SyntaxKind.TypeQuery,
  SyntaxKind.TypePredicate,
  SyntaxKind.TypeParameter,
  SyntaxKind.TypeAliasDeclaration,
  SyntaxKind.InterfaceDeclaration,
  SyntaxKind.QualifiedName,
  SyntaxKind.ImportSpecifier,
  SyntaxKind.ImportClause,
  SyntaxKind.NamespaceImport,
  SyntaxKind.NamedTupleMember,
  SyntaxKind.LabeledStatement,
]);

/** Parents of which only the name is no use; their other children are expressions. */
const NAMES_FIRST: ReadonlySet<SyntaxKind> = new Set([
  SyntaxKind.PropertyAssignment,
  SyntaxKind.PropertyDeclaration,
  SyntaxKind.VariableDeclaration,
  SyntaxKind.Parameter,
  SyntaxKind.BindingElement,
]);

function isValueUse(node: Node): boolean {
  const { parent } = node;
  if (NO_USE.has(parent.kind)) return false;
  if (isPropertyAccessExpression(parent)) return parent.expression === node;
  if (NAMES_FIRST.has(parent.kind)) return 'initializer' in parent && parent.initializer === node;
  return true;
}

/** Whether an expression is the tag that makes a template SQL. */
export function isSqlTag(node: Node): boolean {
  return isIdentifier(node) && node.text === 'sql';
}
