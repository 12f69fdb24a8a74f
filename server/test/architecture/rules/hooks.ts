// Hooks of tests stand in a suite: all tests run in one process, where a hook outside of one belongs to every file.
import type { CallExpression, ImportClause, Node, SourceFile } from 'typescript/unstable/ast';
import {
  isCallExpression,
  isFunctionLikeDeclaration,
  isIdentifier,
  isImportDeclaration,
  isNamedImports,
  isStringLiteralLikeNode,
} from 'typescript/unstable/ast/is';
import { sourceRule } from '../rule.ts';
import { lineOf, memberOf, nodesOf } from '../syntax.ts';

const RUNNERS: ReadonlySet<string> = new Set(['node:test', 'test']);
const HOOKS: ReadonlySet<string> = new Set(['before', 'after', 'beforeEach', 'afterEach']);
const SUITES: ReadonlySet<string> = new Set(['describe', 'suite']);
/** Stands for the runner as a whole: its default export, or all of it under one name. */
const RUNNER = '*';

export const hooksStandInSuites = sourceRule({
  id: 'hooks-stand-in-suites',
  reason: 'a hook outside of a suite runs for every file of the process, and when it fails, so does every test',
  applies: (source) => source.imports.some(({ specifier }) => RUNNERS.has(specifier ?? '')),
  violations: ({ syntax }) => {
    const names = runnerNames(syntax);
    return nodesOf(syntax).flatMap((node) => {
      const hook = isCallExpression(node) ? calledOf(node, names) : undefined;
      if (hook === undefined || !HOOKS.has(hook) || isInSuite(node, names)) return [];
      return [{ line: lineOf(node), what: `calls ${hook} outside of a suite` }];
    });
  },
});

/** What a file calls the runner's functions: its own name for each → the runner's name. */
function runnerNames(file: SourceFile): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const node of nodesOf(file)) {
    if (!isImportDeclaration(node) || node.importClause === undefined) continue;
    if (!isStringLiteralLikeNode(node.moduleSpecifier) || !RUNNERS.has(node.moduleSpecifier.text)) continue;
    for (const [own, name] of namesOf(node.importClause)) names.set(own, name);
  }
  return names;
}

function namesOf({ name, namedBindings }: ImportClause): readonly (readonly [string, string])[] {
  const whole: readonly (readonly [string, string])[] = name === undefined ? [] : [[name.text, RUNNER]];
  if (namedBindings === undefined) return whole;
  if (!isNamedImports(namedBindings)) return [...whole, [namedBindings.name.text, RUNNER]];
  const named = namedBindings.elements.map((element) => {
    const imported = (element.propertyName ?? element.name).text;
    // `test` has every other function of the runner as a member, and so has `default`.
    return [element.name.text, imported === 'test' || imported === 'default' ? RUNNER : imported] as const;
  });
  return [...whole, ...named];
}

/** The runner's name of the function that is called, however the file came by it; undefined for any other function. */
function calledOf({ expression }: CallExpression, names: ReadonlyMap<string, string>): string | undefined {
  if (isIdentifier(expression)) return names.get(expression.text);
  const member = memberOf(expression);
  if (member === undefined) return undefined;
  if (!isIdentifier(member.object)) return isRunnerItself(member.object, names) ? member.name : undefined;
  const object = names.get(member.object.text);
  if (object === RUNNER) return member.name;
  // `describe.only` is `describe`; a hook has no members.
  return object !== undefined && SUITES.has(object) ? object : undefined;
}

/** `runner.test` and `runner.default` are the runner again. */
function isRunnerItself(node: Node, names: ReadonlyMap<string, string>): boolean {
  const member = memberOf(node);
  if (member === undefined || !isIdentifier(member.object)) return false;
  return names.get(member.object.text) === RUNNER && (member.name === 'test' || member.name === 'default');
}

/** Whether the innermost function around a call, loops and conditions aside, is the body of a suite. */
function isInSuite(call: Node, names: ReadonlyMap<string, string>): boolean {
  let body: Node = call;
  while (body.parent !== undefined && !isFunctionLikeDeclaration(body)) body = body.parent;
  const outer = body.parent;
  if (outer === undefined || !isCallExpression(outer) || outer.expression === body) return false;
  return SUITES.has(calledOf(outer, names) ?? '');
}
