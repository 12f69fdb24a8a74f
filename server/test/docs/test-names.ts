// Which tests a test file has, by their names in its syntax tree; a comment or a text that looks like a test is none.
import type { Node, SourceFile } from 'typescript/unstable/ast';
import {
  isCallExpression,
  isIdentifier,
  isPropertyAccessExpression,
  isStringLiteralLikeNode,
  isTemplateExpression,
} from 'typescript/unstable/ast/is';
import { nodesOf } from '../architecture/syntax.ts';

const TEST_FUNCTIONS: ReadonlySet<string> = new Set(['test', 'it']);

/** Whether a file has a test of this name. A computed part of a name stands for any text that `isWritten` somewhere near. */
export function hasTest(file: SourceFile, name: string, isWritten: (text: string) => boolean): boolean {
  return nodesOf(file).some((node) => {
    if (!isCallExpression(node) || !TEST_FUNCTIONS.has(calledName(node.expression))) return false;
    const [first] = node.arguments;
    return first !== undefined && isNamed(first, name, isWritten);
  });
}

function calledName(callee: Node): string {
  if (isIdentifier(callee)) return callee.text;
  return isPropertyAccessExpression(callee) ? callee.name.text : '';
}

function isNamed(argument: Node, name: string, isWritten: (text: string) => boolean): boolean {
  if (isStringLiteralLikeNode(argument)) return argument.text === name;
  if (!isTemplateExpression(argument)) return false;
  const parts = [argument.head.text, ...argument.templateSpans.map(({ literal }) => literal.text)];
  const match = new RegExp(`^${parts.map((part) => RegExp.escape(part)).join('(.+)')}$`, 's').exec(name);
  return match !== null && match.slice(1).every(isWritten);
}
