// Evidence for SE3 as it must be, as it must never be, and as it says too little.
import type { Fixtures, Mutant } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { alterFacts, fixtureEvidence } from '@holdfast/controls/fixtures.ts';
import { blindOf, goodTries, mutantsOf } from '#verification/families.ts';
import { FAMILIES, PLACES, TRIGGER_NAMES, TRIGGERS } from './se3-judge.ts';

const GOOD = 'what ends, ends at once';
const triggers = (firing: readonly string[]): Evidence =>
  fixtureEvidence({
    kind: TRIGGERS,
    subject: 'the catalog',
    at: PLACES.triggers,
    data: { firing },
    vantage: 'inside',
    ttlSeconds: 300,
  });
const good: readonly Evidence[] = [...goodTries(FAMILIES), triggers(TRIGGER_NAMES)];
const without = (name: string): Mutant => ({
  name: `without ${name}`,
  from: GOOD,
  apply: (evidence) =>
    alterFacts(evidence, ({ kind }) => kind === TRIGGERS, { firing: TRIGGER_NAMES.filter((each) => each !== name) }),
  hits: PLACES.triggers,
});

export const fixtures: Fixtures = {
  good: [{ name: GOOD, evidence: good }],
  mutants: [
    ...mutantsOf(FAMILIES, GOOD),
    ...TRIGGER_NAMES.map(without),
    {
      name: 'no trigger at all',
      from: GOOD,
      apply: (evidence) => alterFacts(evidence, ({ kind }) => kind === TRIGGERS, { firing: [] }),
      hits: PLACES.triggers,
    },
  ],
  notApplicable: [],
  blind: [
    ...blindOf(FAMILIES, good),
    { name: 'nobody looked at the catalog', evidence: good.filter(({ kind }) => kind !== TRIGGERS) },
  ],
  same: [
    {
      name: 'triggers in another order',
      as: GOOD,
      evidence: [...goodTries(FAMILIES), triggers(TRIGGER_NAMES.toReversed())],
    },
  ],
};
