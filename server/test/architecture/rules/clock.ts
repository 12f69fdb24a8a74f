// Time comes from one clock per transaction, so that a decision and its record carry the same instant.
import type { Node } from 'typescript/unstable/ast';
import { isCallExpression, isNewExpression } from 'typescript/unstable/ast/is';
import { sourceRule } from '../rule.ts';
import { layerOf } from '../layers.ts';
import { isNamed, lineOf, memberOf, memberUses, nodesOf } from '../syntax.ts';
import { isProduct, type Source } from '../tree.ts';
import { namedImports } from './homes.ts';

const DATE = new Set(['Date']);
const NOW = new Set(['now']);
const PERFORMANCE = new Set(['now', 'timeOrigin']);
const PROCESS = new Set(['hrtime', 'uptime']);
const TEMPORAL = new Set(['Now']);

export const timeComesFromAClock = sourceRule({
  id: 'time-comes-from-a-clock',
  reason: 'time is read in files named clock.ts and in telemetry; elsewhere it is handed in, so that tests can set it',
  applies: (source) => isProduct(source.path) && !source.isTest && !isClock(source),
  violations: (source) => [
    ...nodesOf(source.syntax)
      .filter(makesDateOfNow)
      .map((node) => ({ line: lineOf(node), what: 'makes a Date of now' })),
    ...uses(source, 'Date', NOW),
    ...uses(source, 'performance', PERFORMANCE),
    ...uses(source, 'process', PROCESS),
    ...uses(source, 'Temporal', TEMPORAL),
    ...namedImports(source, 'process', PROCESS),
  ],
});

function isClock({ path }: Source): boolean {
  return path.endsWith('/clock.ts') || layerOf(path) === 'telemetry' || path.endsWith('.bench.ts');
}

/** `new Date()` and `Date()`; a Date made of a value is no reading of time. */
function makesDateOfNow(node: Node): boolean {
  if (isNewExpression(node)) return isNamed(node.expression, DATE) && (node.arguments?.length ?? 0) === 0;
  return isCallExpression(node) && isNamed(node.expression, DATE);
}

function uses(source: Source, object: string, names: ReadonlySet<string>) {
  return memberUses(source.syntax, object, names).map((node) => ({
    line: lineOf(node),
    what: `reads ${object}.${memberOf(node)?.name ?? [...names].join(' or ')}`,
  }));
}
