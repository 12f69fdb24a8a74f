// Judges four calls: a change, the same again, another one under the same key, and the first one under another key. Pure.
import type { Finding } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { factsOf } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import { type Attempt, judgePair, outcomeOfStatus } from '@holdfast/controls/paired.ts';

export const SUBJECTS = {
  first: 'a change',
  again: 'the same key, the same body',
  changed: 'the same key, another body',
  second: 'another key, the same body',
} as const;

export function judgeIdempotency(evidence: readonly Evidence[]): readonly Finding[] {
  const of = (subject: string): readonly Evidence[] => evidence.filter((each) => each.subject === subject);
  return [
    ...judgePair({
      good: [...of(SUBJECTS.first), ...of(SUBJECTS.second)].map(attemptOf),
      bad: of(SUBJECTS.changed).map(attemptOf),
      expected: '409',
    }),
    ...of(SUBJECTS.again).flatMap(judgeAgain),
    ...of(SUBJECTS.changed).flatMap((each) => demandObjects(each, 0)),
    ...of(SUBJECTS.second).flatMap(judgeSecond),
    // Two keys made two; one more would be the second trip of the first.
    ...of(SUBJECTS.first).flatMap((each) => demandObjects(each, 2)),
  ];
}

function attemptOf(evidence: Evidence): Attempt {
  const status = factsOf(evidence).number('status');
  return { evidence, outcome: outcomeOfStatus(status, [409]), shown: `${status}` };
}

function judgeAgain(each: Evidence): readonly Finding[] {
  const facts = factsOf(each);
  const status = facts.number('status');
  if (outcomeOfStatus(status, []) === 'accepted' && facts.flag('isSameAnswer') && facts.flag('isSameObject')) return [];
  const observed = facts.flag('isSameObject') ? `${status}, another answer` : `${status}, another object`;
  return [failureOf(each, { at: 'replay', expected: 'the first answer, word for word', observed })];
}

function judgeSecond(each: Evidence): readonly Finding[] {
  if (!factsOf(each).flag('isSameObject')) return [];
  return [
    failureOf(each, { at: 'objects', expected: 'an object of its own', observed: 'the object of the first key' }),
  ];
}

function demandObjects(each: Evidence, wanted: number): readonly Finding[] {
  const objects = factsOf(each).number('objects');
  if (objects === wanted) return [];
  return [failureOf(each, { at: 'objects', expected: `${wanted} objects`, observed: `${objects}` })];
}
