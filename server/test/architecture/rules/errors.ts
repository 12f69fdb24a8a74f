// A module fails with declared errors alone, so that the list of errors in the reference is complete.
import {
  isCallExpression,
  isClassDeclaration,
  isHeritageClause,
  isNewExpression,
  isPropertyAssignment,
  isVariableDeclaration,
} from 'typescript/unstable/ast/is';
import type { Node } from 'typescript/unstable/ast';
import { sourceRule } from '../rule.ts';
import { moduleOf } from '../layers.ts';
import { isNamed, lineOf, nodesOf } from '../syntax.ts';

const ERRORS = new Set([
  'Error',
  'TypeError',
  'RangeError',
  'SyntaxError',
  'ReferenceError',
  'EvalError',
  'URIError',
  'AggregateError',
  'SuppressedError',
]);

export const modulesDeclareTheirErrors = sourceRule({
  id: 'modules-declare-their-errors',
  reason: 'an error made by hand has no code, no status and no public text; defineErrors gives it all three',
  applies: (source) => moduleOf(source.path) !== undefined && !source.isTest,
  violations: (source) =>
    nodesOf(source.syntax)
      .filter((node) => makesError(node) || extendsError(node))
      .map((node) => ({ line: lineOf(node), what: 'makes an error that defineErrors does not know' })),
});

function makesError(node: Node): boolean {
  return (isNewExpression(node) || isCallExpression(node)) && isNamed(node.expression, ERRORS) && !isCause(node);
}

/** The cause of a declared error is for the log, and leaves with nobody. */
function isCause({ parent }: Node): boolean {
  return (isPropertyAssignment(parent) || isVariableDeclaration(parent)) && parent.name.getText() === 'cause';
}

function extendsError(node: Node): boolean {
  if (!isClassDeclaration(node)) return false;
  const parents = node.heritageClauses?.filter(isHeritageClause).flatMap((clause) => [...clause.types]) ?? [];
  return parents.some((parent) => isNamed(parent.expression, ERRORS));
}
