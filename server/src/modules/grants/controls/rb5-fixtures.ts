// Evidence for RB5 as it must be, as it must never be, and as it says too little.
import type { Fixtures } from '@holdfast/controls/control.ts';
import { blindOf, changeTries, goodTries, mutantsOf } from '#verification/families.ts';
import { FAMILIES, PLACES } from './rb5-judge.ts';

const GOOD = 'grants that give what they say';
const good = goodTries(FAMILIES);

export const fixtures: Fixtures = {
  good: [{ name: GOOD, evidence: good }],
  mutants: [
    ...mutantsOf(FAMILIES, GOOD),
    {
      name: 'a refusal that tells that it is there',
      from: GOOD,
      apply: changeTries(FAMILIES, PLACES.reading, { 'by a member': 403 }),
      hits: PLACES.reading,
    },
  ],
  notApplicable: [],
  blind: [...blindOf(FAMILIES, good)],
  same: [],
};
