// Evidence for AK2 as it must be, as it must never be, and as it says too little.
import type { Fixtures, Mutant } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { alterFacts } from '@holdfast/controls/fixtures.ts';
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import { attemptFixture } from '#verification/asking.ts';
import { blindOf, goodTries, mutantsOf } from '#verification/families.ts';
import { FAMILIES, PLACES } from './ak2-judge.ts';

const GOOD = 'keys as they must be';
const use = {
  status: 200,
  flagsOfEndless: ['never_used', 'no_expiry'],
  flagsOfOther: ['never_used'],
  days: 30,
  tellsPlaces: true,
};
const good: readonly Evidence[] = [
  ...goodTries(FAMILIES),
  attemptFixture({ subject: PLACES.use, at: PLACES.use, facts: use }),
];
const alter =
  (facts: Readonly<Record<string, JsonValue>>) =>
  (evidence: readonly Evidence[]): readonly Evidence[] =>
    alterFacts(evidence, (each) => each.at === PLACES.use, facts);
const mutant = (name: string, facts: Readonly<Record<string, JsonValue>>): Mutant => ({
  name,
  from: GOOD,
  apply: alter(facts),
  hits: PLACES.use,
});

export const fixtures: Fixtures = {
  good: [{ name: GOOD, evidence: good }],
  mutants: [
    ...mutantsOf(FAMILIES, GOOD),
    mutant('a key without end that nobody flags', { flagsOfEndless: ['never_used'] }),
    mutant('flags on every key', { flagsOfOther: ['never_used', 'no_expiry'] }),
    mutant('a day too few', { days: 29 }),
    mutant('sums alone', { tellsPlaces: false }),
  ],
  notApplicable: [],
  blind: [
    ...blindOf(FAMILIES, good),
    { name: 'use was not looked at', evidence: good.filter(({ at }) => at !== PLACES.use) },
    { name: 'use cannot be read', evidence: alter({ status: 503 })(good) },
  ],
  same: [
    { name: 'more flags', as: GOOD, evidence: alter({ flagsOfEndless: ['no_expiry', 'never_used', 'idle'] })(good) },
  ],
};
