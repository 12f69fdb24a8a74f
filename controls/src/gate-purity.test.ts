// The gate notices judges that take more into account than their evidence: the time, chance, what they said before.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { factsOf } from './facts.ts';
import { fixtureEvidence } from './fixtures.ts';
import { checkControl } from './gate.ts';
import { judge, small, two, type Change } from './small-control.test-support.ts';

const clock = fixtureEvidence({
  kind: 'a.fact',
  subject: 'it',
  at: 'value',
  data: { value: 1, now: 1 },
  vantage: 'inside',
  ttlSeconds: 60,
  volatile: ['now'],
});
const impure: Readonly<Record<string, readonly [Change, RegExp]>> = {
  'that reads the clock': [
    { judge: (seen) => (Date.now() < 0 ? [] : judge(seen)) },
    /reads a clock or a random number/,
  ],
  'that reads the clock by a date': [
    { judge: (seen) => (new Date().getTime() < -1 ? [] : judge(seen)) },
    /reads a clock/,
  ],
  'that reads the clock of performance': [
    { judge: (seen) => (performance.now() < -1 ? [] : judge(seen)) },
    /reads a clock/,
  ],
  'that throws dice': [{ judge: (seen) => (Math.random() > 1 ? [] : judge(seen)) }, /reads a clock or a random number/],
};

for (const [name, [change, fault]] of Object.entries(impure)) {
  test(`the gate stops a control ${name}`, () => {
    const faults = checkControl(small(change));
    assert.ok(
      faults.some((each) => fault.test(each)),
      faults.join('\n'),
    );
  });
}

test('the gate stops a judge that says two things about one fact', () => {
  let times = 0;
  const moody = small({
    judge: (seen) => {
      times += 1;
      return times % 2 === 0 ? judge(seen) : judge(seen).map((finding) => ({ ...finding, observed: 'a mood' }));
    },
  });
  assert.ok(checkControl(moody).some((fault) => /the judge says two things about "two"/.test(fault)));
});

test('a judge may read the time that stands in its evidence', () => {
  const reading = small({
    judge: (seen) => judge(seen.filter((each) => new Date(factsOf(each).number('now')).getTime() === 1)),
    fixtures: {
      good: [{ name: 'good', evidence: [clock] }],
      mutants: [{ ...two, apply: (seen) => seen.map((each) => ({ ...each, data: { value: 2, now: 1 } })) }],
    },
  });
  assert.deepEqual(checkControl(reading), []);
});

test('the gate puts every clock back', () => {
  const { Date: realDate, performance: realPerformance } = globalThis;
  const realRandom = Math.random;
  const throwing = small({
    judge: () => {
      throw new Error('x');
    },
  });
  assert.ok(checkControl(throwing).length > 0);
  assert.ok(globalThis.Date === realDate && globalThis.performance === realPerformance && Math.random === realRandom);
});
