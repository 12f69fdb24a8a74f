// AK2, judged: whom a key of the organization acts for, from which page one works, and whether its use is told.
import type { Finding } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { factsOf } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import { ATTEMPT } from '#verification/asking.ts';
import { type Families, judgeFamilies } from '#verification/families.ts';

export const PLACES = {
  people: 'a key that acts for people',
  scopes: 'scopes of a key that acts for people',
  pages: 'a key that stands in a page',
  given: 'what a key in a page is given',
  use: 'use of a key',
} as const;

export const FAMILIES: Families = {
  [PLACES.people]: {
    accepted: 200,
    refusals: [403],
    expected: '403',
    good: ['for a member in its list'],
    bad: ['for nobody', 'for somebody of another organization', 'by a key that acts for nobody', 'beside a session'],
  },
  [PLACES.scopes]: {
    accepted: 200,
    refusals: [403],
    expected: '403',
    good: ['what its scopes name'],
    bad: ['what they do not name'],
  },
  [PLACES.pages]: {
    accepted: 200,
    refusals: [403],
    expected: '403',
    good: ['from its page'],
    bad: ['from no page', 'from another page', 'from a page whose name begins like it', 'a call of a model'],
  },
  [PLACES.given]: {
    accepted: 201,
    refusals: [422],
    expected: '422',
    good: ['the list of models'],
    bad: ['calls of models', 'the log'],
  },
};

const DAYS = 30;

export function judgeKinds(evidence: readonly Evidence[]): readonly Finding[] {
  const uses = evidence.filter(({ kind, at }) => kind === ATTEMPT && at === PLACES.use);
  return [...judgeFamilies(evidence, FAMILIES), ...(uses.length === 0 ? [missing] : uses.flatMap(judgeUse))];
}

const missing: Finding = {
  verdict: 'unknown',
  subject: 'use of keys',
  at: PLACES.use,
  expected: 'evidence',
  observed: 'none',
  evidence: [],
};

/** What is called with the key: twice in turn, and once what it may not. */
export const CALLED = '200 200 403';
export const PROGRAMS = ['curl', 'python-requests'];

const COUNTS: readonly (readonly [fact: string, count: number])[] = [
  ['days', DAYS],
  ['calls', 3],
  ['failures', 1],
  ['addresses', PROGRAMS.length],
];

/** Flags of what was called with by two programs and never ends, and of what has an end and was never called with. */
const FLAGS: readonly (readonly [fact: string, flag: string, isExpected: boolean, fault: string])[] = [
  ['flagsOfEndless', 'no_expiry', true, 'a key without end that is not flagged'],
  ['flagsOfEndless', 'several_clients', true, 'a key of two programs that is not flagged'],
  ['flagsOfEndless', 'never_used', false, 'a key that was used and is flagged as never used'],
  ['flagsOfOther', 'never_used', true, 'a key that was never used and is not flagged'],
  ['flagsOfOther', 'no_expiry', false, 'a key with an end that is flagged as having none'],
  ['flagsOfOther', 'several_clients', false, 'a key of nobody that is flagged as one of several'],
];

/** A server that flags everything tells nothing, and one that records nothing has nothing to tell. */
function judgeUse(evidence: Evidence): readonly Finding[] {
  const facts = factsOf(evidence);
  const [status, called] = [facts.number('status'), facts.text('called')];
  if (status !== 200 || called !== CALLED) {
    const observed = `${String(status)}, after calls with ${called}`;
    return [{ ...failureOf(evidence, { expected: `200, after ${CALLED}`, observed }), verdict: 'unknown' }];
  }
  const faults = [
    ...FLAGS.flatMap(([fact, flag, isExpected, fault]) =>
      facts.texts(fact).includes(flag) === isExpected ? [] : [fault],
    ),
    ...(facts.flag('isUseTold') ? [] : ['no last use of a key that was just used']),
    ...(facts.flag('isUnusedTold') ? [] : ['a last use of a key that was never used']),
    ...COUNTS.flatMap(([name, count]) => {
      const told = facts.findNumber(name);
      return told === count ? [] : [`${name}: ${String(told ?? 'none')} of ${String(count)}`];
    }),
    ...(facts.texts('clients').join() === PROGRAMS.join() ? [] : [`programs: ${facts.texts('clients').join()}`]),
  ];
  const expected = 'each use with time, address, program and errors, and what deserves a look';
  return faults.map((observed) => failureOf(evidence, { expected, observed }));
}
