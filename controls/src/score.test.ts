// Score, coverage and grade: what is not proven does not count.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { scoreControls, type Scored } from './score.ts';
import { severities, verdicts, type Severity, type Verdict } from './verdict.ts';

function scoreOf(...controls: readonly (readonly [Severity, Verdict])[]) {
  return scoreControls(controls.map(([severity, verdict]) => ({ severity, verdict })));
}

test('a pass counts by its weight, everything else not at all', () => {
  for (const verdict of ['fail', 'unknown', 'error', 'manual'] as const) {
    assert.equal(scoreOf(['medium', 'pass'], ['medium', verdict]).score, 50, verdict);
    assert.equal(scoreOf(['high', 'pass'], ['low', verdict]).score, 83.3, verdict);
  }
});

test('what does not apply is left out; where nothing applies, nothing is proven', () => {
  assert.equal(scoreOf(['low', 'pass'], ['critical', 'not_applicable']).score, 100);
  assert.deepEqual(scoreOf(['critical', 'not_applicable']), { score: 0, coverage: 0, grade: 'F' });
  assert.deepEqual(scoreOf(), { score: 0, coverage: 0, grade: 'F' });
});

test('coverage is what was decided', () => {
  assert.equal(scoreOf(['low', 'pass'], ['low', 'fail']).coverage, 100);
  for (const verdict of ['unknown', 'error', 'manual'] as const) {
    assert.equal(scoreOf(['low', 'pass'], ['low', verdict]).coverage, 50, verdict);
  }
});

test('100 is everything: rounding goes down', () => {
  const many = Array.from({ length: 300 }, () => ['critical', 'pass'] as const);
  assert.deepEqual(scoreOf(...many, ['low', 'unknown']), { score: 99.9, coverage: 99.9, grade: 'A' });
});

test('grades follow the score', () => {
  const gradeOf = (passed: number): string =>
    scoreOf(...Array.from({ length: 100 }, (_, index) => ['low', index < passed ? 'pass' : 'fail'] as const)).grade;
  assert.deepEqual([90, 89, 80, 79, 70, 69, 60, 59, 50, 49].map(gradeOf).join(''), 'ABBCCDDEEF');
});

test('one critical failure is an F, one critical doubt at best a C, however good the rest', () => {
  const rest = Array.from({ length: 200 }, () => ['high', 'pass'] as const);
  assert.equal(scoreOf(...rest).grade, 'A');
  assert.equal(scoreOf(...rest, ['critical', 'fail']).grade, 'F');
  for (const verdict of ['unknown', 'error', 'manual'] as const) {
    assert.equal(scoreOf(...rest, ['critical', verdict]).grade, 'C', verdict);
  }
  assert.equal(scoreOf(['low', 'fail'], ['low', 'fail'], ['critical', 'unknown']).grade, 'F', 'a cap lifts nothing');
});

test('a waiver raises no score, and lifts the cap of a critical failure to a C', () => {
  const rest = Array.from({ length: 200 }, (): Scored => ({ severity: 'high', verdict: 'pass' }));
  const bare = scoreControls([...rest, { severity: 'critical', verdict: 'fail' }]);
  const waived = scoreControls([...rest, { severity: 'critical', verdict: 'fail', isWaived: true }]);
  assert.equal(waived.score, bare.score);
  assert.deepEqual([bare.grade, waived.grade], ['F', 'C']);
});

test('turning any verdict into unknown or error never raises the score', () => {
  const control = fc.record({ severity: fc.constantFrom(...severities), verdict: fc.constantFrom(...verdicts) });
  fc.assert(
    fc.property(
      fc.array(control),
      fc.array(fc.boolean()),
      fc.constantFrom('unknown', 'error'),
      (controls, lost, blind) => {
        const after = controls.map((each, index) => (lost[index] === true ? { ...each, verdict: blind } : each));
        assert.ok(scoreControls(after).score <= scoreControls(controls).score);
      },
    ),
  );
});
