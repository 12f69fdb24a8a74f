// Evidence for RB2 as it must be, as it must never be, and as it says too little.
import type { Fixtures, Mutant } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { alterFacts, fixtureEvidence } from '@holdfast/controls/fixtures.ts';
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import { KINDS, PLACES } from './rb2-judge.ts';

type Facts = Readonly<Record<string, JsonValue>>;

const GOOD = 'two owners of each';
const exposure = (exposed: boolean): Evidence =>
  fixtureEvidence({
    kind: KINDS.exposure,
    subject: 'the configuration',
    at: PLACES.exposure,
    data: { exposed },
    vantage: 'host',
    ttlSeconds: 3_600,
  });
const owners = (data: Facts): Evidence =>
  fixtureEvidence({
    kind: KINDS.owners,
    subject: 'organizations of people',
    at: PLACES.owners,
    data,
    vantage: 'inside',
    ttlSeconds: 300,
  });
const right = { organizations: 2, withNone: 0, withOne: 0, isKept: true };
const good: readonly Evidence[] = [exposure(true), owners(right)];
const alter =
  (facts: Facts) =>
  (evidence: readonly Evidence[]): readonly Evidence[] =>
    alterFacts(evidence, ({ kind }) => kind === KINDS.owners, facts);
const mutant = (name: string, facts: Facts, hits: string = PLACES.owners): Mutant => ({
  name,
  from: GOOD,
  apply: alter(facts),
  hits,
});

export const fixtures: Fixtures = {
  good: [{ name: GOOD, evidence: good }],
  mutants: [
    mutant('one with a single owner', { withOne: 1 }),
    mutant('one without any', { withNone: 1 }),
    mutant('numbers that are none', { withOne: -1 }),
    mutant('nothing keeps the last', { isKept: false }, PLACES.kept),
  ],
  notApplicable: [
    { name: 'on this machine alone', evidence: [exposure(false)] },
    { name: 'on this machine alone, with one owner', evidence: [exposure(false), owners({ ...right, withOne: 2 })] },
  ],
  blind: [
    { name: 'no organization yet', evidence: alter({ organizations: 0 })(good) },
    { name: 'nobody knows who reaches it', evidence: good.filter(({ kind }) => kind !== KINDS.exposure) },
    { name: 'nobody counted', evidence: good.filter(({ kind }) => kind !== KINDS.owners) },
  ],
  same: [{ name: 'more organizations', as: GOOD, evidence: alter({ organizations: 40 })(good) }],
};
