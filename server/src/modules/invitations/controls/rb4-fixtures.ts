// Evidence for RB4 as it must be, as it must never be, and as it says too little.
import type { Fixtures } from '@holdfast/controls/control.ts';
import { blindOf, goodTries, mutantsOf } from '#verification/families.ts';
import { FAMILIES } from './rb4-judge.ts';

const GOOD = 'invitations that give what their inviter has, to whom they are for';
const good = goodTries(FAMILIES);

export const fixtures: Fixtures = {
  good: [{ name: GOOD, evidence: good }],
  mutants: mutantsOf(FAMILIES, GOOD),
  notApplicable: [],
  blind: blindOf(FAMILIES, good),
  same: [],
};
