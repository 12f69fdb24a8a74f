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

/** A key without end is flagged, one with an end is not: a server that flags everything tells nothing. */
function judgeUse(evidence: Evidence): readonly Finding[] {
  const facts = factsOf(evidence);
  const status = facts.number('status');
  if (status !== 200)
    return [{ ...failureOf(evidence, { expected: '200', observed: String(status) }), verdict: 'unknown' }];
  const faults = [
    ...(facts.texts('flagsOfEndless').includes('no_expiry') ? [] : ['a key without end that is not flagged']),
    ...(facts.texts('flagsOfOther').includes('no_expiry') ? ['a key with an end that is flagged as having none'] : []),
    ...(facts.number('days') === DAYS ? [] : [`${facts.number('days')} days`]),
    ...(facts.flag('tellsPlaces') ? [] : ['no word of addresses, programs and models']),
  ];
  return faults.map((observed) =>
    failureOf(evidence, { expected: 'use by day and place, and what deserves a look', observed }),
  );
}
