// The gate lets good controls through, and stops each sort of control that could not be believed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resealEvidence, type Evidence } from './evidence.ts';
import { failureOf } from './findings.ts';
import { checkControl, checkControlUnder } from './gate.ts';
import { fact, good, isOne, judge, pair, setValue, small, two, type Change } from './small-control.test-support.ts';
import { controls } from './world.test-support.ts';

const either = small({
  title: 'A promise about each of two',
  fixtures: { good: [{ name: 'good', evidence: pair }], mutants: [{ ...two, apply: setValue(2, 'good token') }] },
});

for (const control of [...controls, small(), either]) {
  test(`the gate lets the good control ${control.id} (${control.title}) through`, () => {
    assert.deepEqual(checkControl(control), []);
  });
}

const bad: Readonly<Record<string, readonly [Change, RegExp]>> = {
  'that never passes': [
    { judge: (seen) => seen.slice(0, 1).map((each) => failureOf(each, { expected: 'a', observed: 'b' })) },
    /"good" comes to fail, not pass: b/,
  ],
  'that never fails': [{ judge: () => [] }, /mutant "two" comes to pass, not fail/],
  'whose mutant changes nothing': [
    { fixtures: { mutants: [{ ...two, apply: (each) => each }] } },
    /mutant "two" changes nothing/,
  ],
  'whose mutant writes the same again': [
    { fixtures: { mutants: [{ ...two, apply: setValue(1) }] } },
    /mutant "two" changes nothing/,
  ],
  'whose mutant only reorders': [
    {
      fixtures: { good: [{ name: 'good', evidence: pair }], mutants: [{ ...two, apply: (each) => each.toReversed() }] },
    },
    /mutant "two" changes nothing/,
  ],
  'whose mutant cannot be made': [
    {
      fixtures: {
        mutants: [
          {
            ...two,
            apply: () => {
              throw new Error('x');
            },
          },
        ],
      },
    },
    /mutant "two" cannot be made: Error: x/,
  ],
  'whose mutant comes from nowhere': [{ fixtures: { mutants: [{ ...two, from: 'gone' }] } }, /made from "gone"/],
  'that fails at another place': [
    { fixtures: { mutants: [{ ...two, hits: 'elsewhere' }] } },
    /fails at "value", not at "elsewhere"/,
  ],
  'that fails elsewhere and only doubts at the place': [
    {
      judge: (seen) =>
        judge(seen).flatMap((finding) => [
          { ...finding, at: 'elsewhere' },
          { ...finding, verdict: 'unknown' },
        ]),
    },
    /mutant "two" fails at "elsewhere", "value", not at "value"/,
  ],
  'that wants no evidence': [
    // A declaration would not let it be.
    { needs: [] as never, judge: () => [] },
    /"no evidence" comes to pass, not unknown/,
  ],
  'that does not apply whatever it reads': [
    {
      needs: [{ kind: 'a.port', vantage: ['inside'] }],
      applies: {
        needs: [{ kind: 'a.fact', vantage: ['inside'] }],
        decide: (seen) => ({ yes: false, because: 'x', evidence: seen.map(({ sha256 }) => sha256) }),
      },
      fixtures: { notApplicable: [{ name: 'elsewhere', evidence: [fact('that', 1)] }] },
    },
    /"elsewhere" with evidence that says nothing comes to not_applicable/,
  ],
  'that passes once three pieces are missing': [
    {
      judge: (seen) => judge(seen.length < 3 ? [] : seen),
      fixtures: {
        good: [{ name: 'good', evidence: ['a', 'b', 'c', 'd', 'e'].map((subject) => fact(subject, 1)) }],
        mutants: [{ ...two, apply: setValue(2, 'a') }],
      },
    },
    /"two" comes to pass when less evidence is brought/,
  ],
  'whose twin is caught where no mutant is': [
    { twins: [{ name: 'broken', hits: 'elsewhere', probe: () => Promise.resolve([]) }] },
    /twin "broken" is caught at "elsewhere"/,
  ],
  'that doubts where it should fail': [
    { judge: (seen) => judge(seen).map((finding) => ({ ...finding, verdict: 'unknown' })) },
    /mutant "two" comes to unknown, not fail/,
  ],
  'that is pleased with a fact that is gone': [
    {
      judge: (seen) =>
        seen
          .filter(({ data }) => JSON.stringify(data).includes('2'))
          .map((each) => failureOf(each, { expected: '1', observed: '2' })),
    },
    /"two" without the fact value of it comes to pass/,
  ],
  'that is pleased with nothing': [
    {
      judge: (seen) =>
        seen
          .filter(({ data }) => data !== null && !isOne({ ...fact('x', 1), data }))
          .map((each) => failureOf(each, { expected: '1', observed: '2' })),
    },
    /"good" with evidence that says nothing comes to pass/,
  ],
  'that fails on what it cannot read': [
    {
      judge: (seen) =>
        seen
          .filter(({ data }) => JSON.stringify(data) !== '{"value":1}')
          .map((each) => failureOf(each, { expected: '1', observed: '2' })),
    },
    /"good" with evidence that says nothing comes to fail/,
  ],
  'whose refusal counts without an acceptance': [
    {
      judge: (seen) => judge(seen.some(({ subject }) => subject === 'good token') ? seen : []),
      fixtures: {
        good: [{ name: 'good', evidence: pair }],
        mutants: [{ ...two, apply: setValue(2, 'bad token') }],
      },
    },
    /"two" comes to pass when less evidence is brought/,
  ],
  'whose blind evidence passes': [
    { fixtures: { blind: [{ name: 'blind', evidence: good }] } },
    /"blind" comes to pass, not unknown or error/,
  ],
  'whose blind evidence passes once there is less of it': [
    {
      judge: (seen) =>
        seen.length > 1
          ? [{ ...failureOf(fact('it', 1), { expected: 'a', observed: 'b' }), verdict: 'unknown', evidence: [] }]
          : judge(seen),
      fixtures: { blind: [{ name: 'blind', evidence: pair }] },
    },
    /"blind" comes to pass when less evidence is brought/,
  ],
  'that calls another notation another fact': [
    { fixtures: { same: [{ name: 'same', as: 'good', evidence: [fact('it', 2)] }] } },
    /"same" comes to fail, not pass/,
  ],
  'that calls the same notation another': [
    { fixtures: { same: [{ name: 'same', as: 'two', evidence: setValue(2)(good).map(resealEvidence) }] } },
    /"same" is "two" in the very same notation/,
  ],
  'that compares with nothing': [
    { fixtures: { same: [{ name: 'same', as: 'gone', evidence: good }] } },
    /the same as "gone"/,
  ],
  'that applies where it should not': [
    {
      applies: {
        needs: [{ kind: 'a.fact', vantage: ['inside'] }],
        decide: () => ({ yes: true, because: 'x', evidence: [] }),
      },
      fixtures: { notApplicable: [{ name: 'elsewhere', evidence: good }] },
    },
    /"elsewhere" comes to pass, not not_applicable/,
  ],
  'that never applies': [
    {
      applies: {
        needs: [{ kind: 'a.fact', vantage: ['inside'] }],
        decide: (seen) => ({ yes: false, because: 'x', evidence: seen.map(({ sha256 }) => sha256) }),
      },
      fixtures: { notApplicable: [{ name: 'elsewhere', evidence: [fact('that', 1)] }] },
    },
    /"good" comes to not_applicable, not pass/,
  ],
  'that changes its evidence': [
    {
      judge: (seen) => {
        for (const each of seen) Object.assign(each, { subject: 'x' });
        return judge(seen);
      },
    },
    /"good" comes to error, not pass/,
  ],
  'that hangs on the order of the evidence': [
    {
      judge: (seen) => judge(seen.slice(0, 1)),
      fixtures: { good: [{ name: 'good', evidence: pair }], mutants: [{ ...two, apply: setValue(2, 'good token') }] },
    },
    /the verdict on "two" hangs on the order/,
  ],
};

for (const [name, [change, fault]] of Object.entries(bad)) {
  test(`the gate stops a control ${name}`, () => {
    const faults = checkControl(small(change));
    assert.ok(
      faults.some((each) => fault.test(each)),
      faults.join('\n'),
    );
    assert.ok(faults.every((each) => each.startsWith('ZZ1: ')));
  });
}

test('the gate stops an engine that judges whatever evidence there is', () => {
  const faults = checkControlUnder({
    control: either,
    evaluate: (control, evidence) => {
      const found = (evidence as readonly Evidence[]).filter(({ data }) => JSON.stringify(data) === '{"value":2}');
      const findings = control.judge(found);
      return { verdict: findings.length === 0 ? 'pass' : 'fail', findings };
    },
  });
  for (const fault of [
    '"no evidence" comes to pass, not unknown',
    '"good" with truncated evidence comes to pass',
    '"good" with evidence of another kind comes to pass',
    '"good" with evidence seen from outside comes to pass',
    '"good" with evidence that is too old comes to pass',
    '"good" with evidence that does not match its hash comes to pass',
    '"good" with no record of the probe comes to pass',
    '"good" with a probe that failed comes to pass',
    '"two" passes once evidence is taken away',
    '"two" scores higher without evidence',
  ]) {
    assert.ok(faults.includes(`ZZ1: ${fault}`), `${fault}\n${faults.join('\n')}`);
  }
});

test('controls with more evidence than can be combined are tried with one and two pieces missing', () => {
  const many = Array.from({ length: 12 }, (_, index) => fact(`subject ${index}`, 1));
  const counting = small({
    needs: [{ kind: 'a.fact', vantage: ['inside'], min: 10 }],
    judge: (seen) => judge(seen.length < 11 ? [] : seen),
    fixtures: { good: [{ name: 'good', evidence: many }], mutants: [{ ...two, apply: setValue(2, 'subject 3') }] },
  });
  const faults = checkControl(counting);
  assert.ok(
    faults.some((fault) => /"two" comes to pass when less evidence is brought/.test(fault)),
    faults.join('\n'),
  );
});
