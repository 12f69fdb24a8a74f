// Evidence for AK2 as it must be, as it must never be, and as it says too little.
import type { Fixtures, Mutant } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { alterFacts } from '@holdfast/controls/fixtures.ts';
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import { attemptFixture } from '#verification/asking.ts';
import { blindOf, goodTries, mutantsOf } from '#verification/families.ts';
import { CALLED, FAMILIES, PLACES, PROGRAMS } from './ak2-judge.ts';

const GOOD = 'keys as they must be';
const use = {
  status: 200,
  called: CALLED,
  flagsOfEndless: ['several_clients', 'no_expiry'],
  flagsOfOther: ['never_used'],
  days: 30,
  isUseTold: true,
  isUnusedTold: true,
  calls: 3,
  failures: 1,
  clients: PROGRAMS,
  addresses: 2,
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
    mutant('a key without end that nobody flags', { flagsOfEndless: ['several_clients'] }),
    mutant('flags on every key', { flagsOfOther: ['never_used', 'no_expiry'] }),
    mutant('a day too few', { days: 29 }),
    mutant('two programs that nobody flags', { flagsOfEndless: ['no_expiry'] }),
    mutant('a key that counts as never used', { flagsOfEndless: ['several_clients', 'no_expiry', 'never_used'] }),
    mutant('a key that was never used, and nobody says so', { flagsOfOther: [] }),
    mutant('no last use', { isUseTold: false }),
    mutant('a last use of what was never used', { isUnusedTold: false }),
    mutant('no calls', { calls: 0 }),
    mutant('a call too few', { calls: 2 }),
    mutant('calls that are not told', { calls: null }),
    mutant('no errors', { failures: 0 }),
    mutant('errors that are not told', { failures: null }),
    mutant('every call an error', { failures: 3 }),
    mutant('no programs', { clients: [] }),
    mutant('one program of two', { clients: ['curl'] }),
    mutant('no addresses', { addresses: 0 }),
  ],
  notApplicable: [],
  blind: [
    ...blindOf(FAMILIES, good),
    { name: 'use was not looked at', evidence: good.filter(({ at }) => at !== PLACES.use) },
    { name: 'use cannot be read', evidence: alter({ status: 503 })(good) },
    { name: 'nothing was called', evidence: alter({ called: '' })(good) },
    { name: 'calls that break', evidence: alter({ called: '500 500 500' })(good) },
  ],
  same: [
    {
      name: 'more flags',
      as: GOOD,
      evidence: alter({ flagsOfEndless: ['no_expiry', 'several_clients', 'idle'] })(good),
    },
  ],
};
