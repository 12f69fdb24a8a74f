// Evidence for BG1 as it must be, as it must never be, and as it says too little.
import type { Fixtures } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { alterAt, fixtureEvidence, mutantsFrom } from '@holdfast/controls/fixtures.ts';
import { attemptFixture } from '#verification/asking.ts';
import { blindOf, goodTries, mutantsOf } from '#verification/families.ts';
import { FAMILIES, PLACES, USES } from './bg1-judge.ts';
import type { Uses } from './emergency-queries.ts';

export const NO_USES: Uses = {
  lateSessions: 0,
  unreviewed: 0,
  oldestUnreviewedDays: 0,
  unsealed: 0,
  usedAgain: 0,
  alone: 0,
  untold: 0,
  givenUp: 0,
  overdue: 0,
};

const GOOD = 'two parts, an hour, and every use followed up';
const good: readonly Evidence[] = [
  ...goodTries(FAMILIES),
  attemptFixture({ subject: PLACES.length, at: PLACES.length, facts: { minutes: 60 } }),
  fixtureEvidence({
    kind: USES,
    subject: PLACES.uses,
    at: PLACES.uses,
    data: NO_USES,
    vantage: 'inside',
    ttlSeconds: 3_600,
  }),
];
const mutant = mutantsFrom(GOOD);

export const fixtures: Fixtures = {
  good: [{ name: GOOD, evidence: good }],
  mutants: [
    ...mutantsOf(FAMILIES, GOOD),
    mutant('a session of a day', PLACES.length, { minutes: 1_440 }),
    mutant('a session of an hour and three minutes', PLACES.length, { minutes: 63 }),
    mutant('a stored session that lives longer', PLACES.uses, { lateSessions: 1 }),
    mutant('a use without a review', PLACES.uses, { unreviewed: 1, oldestUnreviewedDays: 0 }),
    mutant('a use without a review for a week', PLACES.uses, { unreviewed: 1, oldestUnreviewedDays: 8 }),
    mutant('a spent credential', PLACES.uses, { unsealed: 1 }),
    mutant('used as a matter of routine', PLACES.uses, { usedAgain: 1 }),
    mutant('an opening that a webhook was not told of', PLACES.uses, { untold: 1 }),
    mutant('an alarm that was given up', PLACES.uses, { givenUp: 1 }),
    mutant('a seal that is overdue', PLACES.uses, { overdue: 1 }),
  ],
  notApplicable: [],
  blind: [
    ...blindOf(FAMILIES, good),
    { name: 'no end was told', evidence: alterAt(PLACES.length, { minutes: 0 })(good) },
    { name: 'nobody looked how long it is', evidence: good.filter(({ at }) => at !== PLACES.length) },
    { name: 'nobody looked at uses', evidence: good.filter(({ at }) => at !== PLACES.uses) },
  ],
  same: [{ name: 'the operator alone, followed up', as: GOOD, evidence: alterAt(PLACES.uses, { alone: 1 })(good) }],
};
