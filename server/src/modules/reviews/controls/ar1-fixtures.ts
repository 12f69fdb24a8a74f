// Evidence for AR1 as it must be, as it must never be, and as it says too little.
import type { Fixtures } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { alterAt, fixtureEvidence, mutantsFrom } from '@holdfast/controls/fixtures.ts';
import { blindOf, goodTries, mutantsOf } from '#verification/families.ts';
import { FAMILIES, OWED, PLACES } from './ar1-judge.ts';
import type { Owed } from './review-probe-queries.ts';

export const NOTHING_OWED: Owed = { organizations: 3, overdue: 0, unclosed: 0, worstDaysLate: 0 };

const GOOD = 'reviews that end access, and none that is late';
const good: readonly Evidence[] = [
  ...goodTries(FAMILIES),
  fixtureEvidence({
    kind: OWED,
    subject: PLACES.owed,
    at: PLACES.owed,
    data: NOTHING_OWED,
    vantage: 'inside',
    ttlSeconds: 3_600,
  }),
];
const mutant = mutantsFrom(GOOD);

export const fixtures: Fixtures = {
  good: [{ name: GOOD, evidence: good }],
  mutants: [
    ...mutantsOf(FAMILIES, GOOD),
    mutant('an organization that never reviewed', PLACES.owed, { overdue: 1, worstDaysLate: 200 }),
    mutant('a review that is late by a day', PLACES.owed, { overdue: 1, worstDaysLate: 1 }),
    mutant('a review that does not close', PLACES.owed, { unclosed: 1 }),
  ],
  notApplicable: [],
  blind: [
    ...blindOf(FAMILIES, good),
    { name: 'nobody looked at what is owed', evidence: good.filter(({ at }) => at !== PLACES.owed) },
  ],
  same: [{ name: 'one organization', as: GOOD, evidence: alterAt(PLACES.owed, { organizations: 1 })(good) }],
};
