// Evidence for RB3 as it must be, as it must never be, and as it says too little.
import type { Fixtures, Mutant } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { alterFacts, fixtureEvidence } from '@holdfast/controls/fixtures.ts';
import { blindOf, goodTries, mutantsOf } from '#verification/families.ts';
import { FAMILIES, GUARDED, MANAGE, PLACES, REGISTRY } from './rb3-judge.ts';

type Operation = { readonly id: string; readonly permissions: readonly string[] };

const GOOD = 'one right that owners hold';
const right: readonly Operation[] = GUARDED.map((id) => ({ id, permissions: [MANAGE] }));
const good: readonly Evidence[] = [
  ...goodTries(FAMILIES),
  fixtureEvidence({
    kind: REGISTRY,
    subject: 'operations',
    at: PLACES.operations,
    data: { operations: right },
    vantage: 'inside',
    ttlSeconds: 3_600,
  }),
];
const declared =
  (operations: readonly Operation[]) =>
  (evidence: readonly Evidence[]): readonly Evidence[] =>
    alterFacts(evidence, ({ kind }) => kind === REGISTRY, { operations });
const mutant = (name: string, permissions: readonly string[]): Mutant => ({
  name,
  from: GOOD,
  apply: declared([...right.slice(1), { id: GUARDED[0] ?? '', permissions }]),
  hits: PLACES.operations,
});

export const fixtures: Fixtures = {
  good: [{ name: GOOD, evidence: good }],
  mutants: [
    ...mutantsOf(FAMILIES, GOOD),
    mutant('an operation with a right of its own', ['network_rules:update']),
    mutant('an operation with a second way', [MANAGE, 'organization:update']),
    mutant('an operation that asks for nothing', []),
    {
      name: 'a new operation that was forgotten',
      from: GOOD,
      apply: declared([...right, { id: 'sso.update', permissions: ['organization:update'] }]),
      hits: PLACES.operations,
    },
  ],
  notApplicable: [],
  blind: [
    ...blindOf(FAMILIES, good),
    { name: 'operations were not looked at', evidence: good.filter(({ kind }) => kind !== REGISTRY) },
    { name: 'an operation that is not there', evidence: declared(right.slice(1))(good) },
    { name: 'no operation', evidence: declared([])(good) },
  ],
  same: [
    {
      name: 'another order, and more of them',
      as: GOOD,
      // Asked about two things, it is the same right.
      evidence: declared([{ id: 'sso.update', permissions: [MANAGE, MANAGE] }, ...right.toReversed()])(good),
    },
  ],
};
