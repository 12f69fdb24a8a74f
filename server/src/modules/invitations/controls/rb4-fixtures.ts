// Evidence for RB4 as it must be, as it must never be, and as it says too little.
import type { Fixtures } from '@holdfast/controls/control.ts';
import { alterAt, mutantsFrom } from '@holdfast/controls/fixtures.ts';
import { blindOf, goodTries, mutantsOf } from '#verification/families.ts';
import { FAMILIES, PLACES, RENEWED_DAYS } from './rb4-judge.ts';

const GOOD = 'invitations that give what their inviter has, to whom they are for';
const good = goodTries(FAMILIES, { [PLACES.renewing]: { renewed: 200, days: RENEWED_DAYS } });
const mutant = mutantsFrom(GOOD);

export const fixtures: Fixtures = {
  good: [{ name: GOOD, evidence: good }],
  mutants: [
    ...mutantsOf(FAMILIES, GOOD),
    mutant('an invitation that nobody can send again', PLACES.renewing, { renewed: 404 }),
    mutant('an invitation that ends when it did before', PLACES.renewing, { days: 0 }),
    mutant('an invitation for a year', PLACES.renewing, { days: 365 }),
    mutant('an invitation without an end', PLACES.renewing, { days: null }),
  ],
  notApplicable: [],
  blind: [
    ...blindOf(FAMILIES, good),
    { name: 'sending again breaks', evidence: alterAt(PLACES.renewing, { renewed: 503 })(good) },
    { name: 'too much was sent', evidence: alterAt(PLACES.renewing, { renewed: 429 })(good) },
  ],
  same: [],
};
