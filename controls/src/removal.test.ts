// No verdict and no score gets better when evidence is taken away, whatever the judge makes of what is left.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { AnyControl } from './control.ts';
import { evaluate } from './evaluate.ts';
import type { Evidence } from './evidence.ts';
import { failureOf } from './findings.ts';
import { scoreControls } from './score.ts';
import { at, controlOf, fact, record } from './small-control.test-support.ts';
import { severities, type Severity } from './verdict.ts';

test('for any judge and any evidence: taking evidence away turns nothing into a pass and never raises the score', () => {
  const evidence = fc.uniqueArray(fc.record({ subject: fc.constantFrom('a', 'b', 'c', 'd'), value: fc.nat(3) }), {
    selector: ({ subject, value }) => `${subject}${value}`,
    minLength: 1,
    maxLength: 5,
  });
  const entry = fc.record({
    evidence,
    severity: fc.constantFrom(...severities),
    salt: fc.nat(),
    applies: fc.boolean(),
  });
  const keep = fc.infiniteStream(fc.boolean());
  fc.assert(
    fc.property(fc.array(entry, { minLength: 1, maxLength: 4 }), keep, (entries, kept) => {
      const cases = entries.map((each) => {
        const seen = each.evidence.map(({ subject, value }) => fact(subject, value));
        return { control: arbitraryControl(each), whole: [...seen, record(seen)] };
      });
      const verdictsOf = (select: (all: readonly Evidence[]) => readonly Evidence[]) =>
        cases.map(({ control, whole }) => ({
          severity: control.severity,
          verdict: evaluate(control, select(whole), at).verdict,
        }));
      const before = verdictsOf((all) => all);
      const after = verdictsOf((all) => all.filter(() => kept.next().value === true));
      for (const [index, { verdict }] of after.entries()) {
        assert.ok(verdict !== 'pass' || before[index]?.verdict === 'pass');
      }
      assert.ok(scoreControls(after).score <= scoreControls(before).score);
      assert.ok(scoreControls(after).coverage <= scoreControls(before).coverage);
    }),
  );
});

/** A judge without sense: what it says hangs on which evidence there is, so less evidence may well please it more. */
function arbitraryControl({
  severity,
  salt,
  applies,
}: {
  severity: Severity;
  salt: number;
  applies: boolean;
}): AnyControl {
  const mood = (seen: readonly Evidence[]): number =>
    seen.reduce((sum, each) => sum + parseInt(each.sha256.slice(0, 6), 16), salt);
  return controlOf(
    {
      judge: (seen) =>
        seen.slice(0, mood(seen) % 3 === 0 ? 1 : 0).map((each) => failureOf(each, { expected: 'a', observed: 'b' })),
      ...(applies
        ? {
            applies: {
              needs: [{ kind: 'a.fact', vantage: ['inside'] }],
              decide: (seen) => ({
                yes: mood(seen) % 2 === 0,
                because: 'so',
                evidence: seen.map(({ sha256 }) => sha256),
              }),
            },
          }
        : {}),
    },
    severity,
  );
}
