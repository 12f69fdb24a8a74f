// Evidence for ID6 as it must be, as it must never be, and as it says too little.
import type { Fixtures } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { alterFacts, fixtureEvidence } from '@holdfast/controls/fixtures.ts';
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import { blindOf, goodTries, mutantsOf } from '#verification/families.ts';
import { FAMILIES, KINDS, PLACES } from './id6-judge.ts';

type Facts = Readonly<Record<string, JsonValue>>;

const GOOD = 'everybody powerful has a factor';
const exposure = (exposed: boolean): Evidence =>
  fixtureEvidence({
    kind: KINDS.exposure,
    subject: 'the configuration',
    at: PLACES.exposure,
    data: { exposed },
    vantage: 'host',
    ttlSeconds: 3_600,
  });
const people = (data: Facts): Evidence =>
  fixtureEvidence({
    kind: KINDS.people,
    subject: 'people',
    at: PLACES.people,
    data,
    vantage: 'inside',
    ttlSeconds: 300,
  });
const good: readonly Evidence[] = [exposure(true), ...goodTries(FAMILIES), people({ powerful: 3, withoutFactor: 0 })];
const alter =
  (facts: Facts) =>
  (evidence: readonly Evidence[]): readonly Evidence[] =>
    alterFacts(evidence, ({ kind }) => kind === KINDS.people, facts);

export const fixtures: Fixtures = {
  good: [{ name: GOOD, evidence: good }],
  mutants: [
    ...mutantsOf(FAMILIES, GOOD),
    { name: 'one without', from: GOOD, apply: alter({ withoutFactor: 1 }), hits: PLACES.people },
    { name: 'all without', from: GOOD, apply: alter({ withoutFactor: 3 }), hits: PLACES.people },
    { name: 'a number that is none', from: GOOD, apply: alter({ withoutFactor: -1 }), hits: PLACES.people },
  ],
  notApplicable: [
    { name: 'on this machine alone', evidence: [exposure(false)] },
    {
      name: 'on this machine alone, whoever has what',
      evidence: [exposure(false), people({ powerful: 1, withoutFactor: 1 })],
    },
  ],
  blind: [
    ...blindOf(FAMILIES, good),
    { name: 'nobody is there yet', evidence: alter({ powerful: 0 })(good) },
    { name: 'nobody knows who reaches it', evidence: good.filter(({ kind }) => kind !== KINDS.exposure) },
    { name: 'nobody counted', evidence: good.filter(({ kind }) => kind !== KINDS.people) },
  ],
  same: [{ name: 'more people', as: GOOD, evidence: alter({ powerful: 30 })(good) }],
};
