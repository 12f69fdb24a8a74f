// Evidence for RB8 as it must be, as it must never be, and as it says too little.
import type { Fixtures, Mutant } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { alterAt, mutantsFrom } from '@holdfast/controls/fixtures.ts';
import { blindOf, goodTries, mutantsOf } from '#verification/families.ts';
import { ENDED, FAMILIES, PLACES } from './rb8-judge.ts';

const GOOD = 'all of it, in one step';
const told = (at: string) => ({ isTold: true, told: ENDED[at] ?? 0 });
const good: readonly Evidence[] = goodTries(FAMILIES, {
  [PLACES.password]: told(PLACES.password),
  [PLACES.factor]: told(PLACES.factor),
  [PLACES.leaver]: told(PLACES.leaver),
});
const mutantOf = mutantsFrom(GOOD);
// Whatever is wrong with what the log says is caught where the log is looked at.
const mutant = (name: string, at: string, facts: Parameters<typeof mutantOf>[2]): Mutant =>
  mutantOf(name, at, facts, PLACES.event);

export const fixtures: Fixtures = {
  good: [{ name: GOOD, evidence: good }],
  mutants: [
    ...mutantsOf(FAMILIES, GOOD),
    mutant('an event that says nothing', PLACES.password, { told: null }),
    mutant('a reply that says nothing of a leaver', PLACES.leaver, { told: null }),
    mutant('a reply that forgets the key of a leaver', PLACES.leaver, { told: 1 }),
    mutant('an event that says none', PLACES.factor, { told: 0 }),
    mutant('an event that says too few', PLACES.password, { told: 1 }),
    mutant('an event that says too many', PLACES.factor, { told: 3 }),
  ],
  notApplicable: [],
  blind: [
    ...blindOf(FAMILIES, good),
    { name: 'the log is behind', evidence: alterAt(PLACES.password, { isTold: false, told: null })(good) },
  ],
  same: [],
};
