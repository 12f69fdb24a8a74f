// Evidence for RB8 as it must be, as it must never be, and as it says too little.
import type { Fixtures, Mutant } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { alterAt, mutantsFrom } from '@holdfast/controls/fixtures.ts';
import { blindOf, goodTries, mutantsOf } from '#verification/families.ts';
import { ENDED, FAMILIES, PLACES } from './rb8-judge.ts';

const GOOD = 'all of it, in one step';
const told = (at: string) => ({ isTold: true, told: ENDED[at] ?? null });
const good: readonly Evidence[] = goodTries(
  FAMILIES,
  Object.fromEntries(
    Object.keys(ENDED).map((at) => [at, { ...told(at), ...(at === PLACES.handedOver ? { handedOver: 200 } : {}) }]),
  ),
);
/** What is told of a leaver, without one of the numbers. */
const without = (name: string): string =>
  (ENDED[PLACES.leaver] ?? '')
    .split(', ')
    .filter((each) => !each.startsWith(name))
    .join(', ');
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
    ...['apiKeys', 'grants', 'organizationKeys', 'projects', 'roles', 'sessions', 'teams'].map((name) =>
      mutant(`a reply that forgets ${name} of a leaver`, PLACES.leaver, { told: without(name) }),
    ),
    mutant('a reply that forgets what was handed over', PLACES.handedOver, { told: 'apiKeys 1' }),
    mutantOf('a key that ends although it was handed over', PLACES.handedOver, { handedOver: 401 }, PLACES.handedOver),
    mutant('a reply that says what stays', PLACES.mover, { told: 'apiKeys 1, sessions 1' }),
    mutant('an event that says none', PLACES.factor, { told: '' }),
    mutant('an event that says too few', PLACES.password, { told: 'sessions 1' }),
    mutant('an event that says too many', PLACES.factor, { told: 'sessions 3' }),
  ],
  notApplicable: [],
  blind: [
    ...blindOf(FAMILIES, good),
    { name: 'a key that cannot be asked', evidence: alterAt(PLACES.handedOver, { handedOver: 503 })(good) },
    { name: 'the log is behind', evidence: alterAt(PLACES.password, { isTold: false, told: null })(good) },
  ],
  same: [],
};
