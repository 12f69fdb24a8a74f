// The gate lets good controls through, and stops each sort of control that could not be believed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyControl, Finding } from './control.ts';
import { resealEvidence, type Evidence } from './evidence.ts';
import { factsOf } from './facts.ts';
import { failureOf } from './findings.ts';
import { fixtureEvidence } from './fixtures.ts';
import { checkControl } from './gate.ts';
import { controlOf, fact } from './small-control.test-support.ts';
import { controls } from './world.test-support.ts';

const isOne = (each: Evidence): boolean => factsOf(each).number('value') === 1;
const judge = (seen: readonly Evidence[]): readonly Finding[] =>
  seen.filter((each) => !isOne(each)).map((each) => failureOf(each, { expected: '1', observed: 'another' }));
const setValue =
  (value: number, subject = 'it') =>
  (evidence: readonly Evidence[]): readonly Evidence[] =>
    evidence.map((each) => (each.subject === subject ? { ...each, data: { value } } : each));
const two = { name: 'two', from: 'good', apply: setValue(2), hits: 'value' };

type Change = Partial<Omit<AnyControl, 'fixtures'>> & { readonly fixtures?: Partial<AnyControl['fixtures']> };

function small(change: Change = {}): AnyControl {
  const base = controlOf({ judge });
  return { ...base, ...change, fixtures: { ...base.fixtures, mutants: [two], ...change.fixtures } };
}

for (const control of [...controls, small()]) {
  test(`the gate lets the good control ${control.id} ${control.title} through`, () => {
    assert.deepEqual(checkControl(control), []);
  });
}

const good = [fact('it', 1)];
const pair = [fact('good token', 1), fact('bad token', 1)];
const clock = fixtureEvidence({
  kind: 'a.fact',
  subject: 'it',
  at: 'value',
  data: { value: 1, now: 1 },
  vantage: 'inside',
  ttlSeconds: 60,
  volatile: ['now'],
});
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
  const before = [globalThis.Date, globalThis.performance, Math.random];
  checkControl(small({ judge: () => Promise.reject(new Error('x')) as never }));
  assert.deepEqual([globalThis.Date, globalThis.performance, Math.random], before);
  assert.ok(Date.now() > 0);
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
