// Holds the rules against a tree and the exceptions against the rules; whatever is not exactly as declared is a fault.
import type { Exception } from './exceptions.ts';
import { describe, type Rule, type Violation } from './rule.ts';
import type { Tree } from './tree.ts';

/** Every way in which the tree, the rules and the exceptions disagree, one line each. */
export function judge(tree: Tree, rules: readonly Rule[], exceptions: readonly Exception[]): readonly string[] {
  const known = new Set(rules.map(({ id }) => id));
  const unknown = exceptions.filter(({ rule }) => !known.has(rule));
  return [
    ...unknown.map(({ rule, path }) => `the exception for ${path} names no rule: ${rule}`),
    ...rules.flatMap((rule) => judgeRule(tree, rule, exceptions)),
  ];
}

function judgeRule(tree: Tree, rule: Rule, exceptions: readonly Exception[]): readonly string[] {
  const { checked, violations } = rule.check(tree);
  const granted = exceptions.filter((exception) => exception.rule === rule.id);
  const blind = checked === 0 ? [`[${rule.id}] looked at nothing, so it proves nothing`] : [];
  const stale = granted.filter(({ path, times }) => violations.filter((each) => each.path === path).length !== times);
  return [
    ...blind,
    ...stale.map(
      ({ path, times }) => `[${rule.id}] ${path} is excepted ${String(times)} time(s), which it is not any more`,
    ),
    ...violations.filter((each) => !isGranted(each, granted)).map((each) => describe(rule, each)),
  ];
}

function isGranted(violation: Violation, granted: readonly Exception[]): boolean {
  return granted.some(({ path }) => path === violation.path);
}
