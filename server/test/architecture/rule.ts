// What a rule over the source tree is, and the two shapes in which most of them are written.
import type { Source, Tree } from './tree.ts';

export type Violation = { readonly path: string; readonly line: number; readonly what: string };

export type Findings = {
  /** How many things the rule looked at; a rule that saw nothing has proved nothing. */
  readonly checked: number;
  readonly violations: readonly Violation[];
};

export type Rule = {
  /** Kebab-case; also the name of the folder with the fixture that must break this rule and no other. */
  readonly id: string;
  readonly reason: string;
  readonly check: (tree: Tree) => Findings;
};

/** A rule that judges one source at a time, among those that `applies` picks. */
export function sourceRule(rule: {
  readonly id: string;
  readonly reason: string;
  readonly applies: (source: Source) => boolean;
  readonly violations: (source: Source, tree: Tree) => readonly Omit<Violation, 'path'>[];
}): Rule {
  return {
    id: rule.id,
    reason: rule.reason,
    check: (tree) => {
      const sources = tree.sources.filter(rule.applies);
      const violations = sources.flatMap((source) =>
        rule.violations(source, tree).map((violation) => ({ path: source.path, ...violation })),
      );
      return { checked: sources.length, violations };
    },
  };
}

/** A violation as one line that an editor can jump to. */
export function describe(rule: Rule, violation: Violation): string {
  return `${violation.path}:${String(violation.line)} [${rule.id}] ${violation.what}`;
}
