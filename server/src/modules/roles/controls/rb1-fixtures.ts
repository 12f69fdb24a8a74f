// Evidence for RB1 as it must be, as it must never be, and as it says too little.
import type { Fixtures } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { alterFacts, fixtureEvidence } from '@holdfast/controls/fixtures.ts';
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import { blindOf, goodTries, mutantsOf } from '#verification/families.ts';
import { BEYOND_MIN, CATALOG, FAMILIES, HOST, PLACES, SWEEP } from './rb1-judge.ts';

type Tried = { readonly id: string; readonly viewer: number; readonly owner: number };
const swept: readonly Tried[] = Array.from({ length: BEYOND_MIN }, (_, at) => ({
  id: `thing_${String(at)}.list`,
  viewer: 403,
  owner: 200,
}));
const host = [{ id: 'thing.clear', owner: 403 }];
const catalog = { operations: 190, open: [] };
const piece = (kind: string, at: string, data: Readonly<Record<string, JsonValue>>): Evidence =>
  fixtureEvidence({ kind, subject: at, at, data, vantage: 'inside', ttlSeconds: 3_600 });

const GOOD = 'roles that give what they say';
const good: readonly Evidence[] = [
  ...goodTries(FAMILIES),
  piece(SWEEP, PLACES.beyond, { operations: swept }),
  piece(HOST, PLACES.host, { operations: host, own: 200 }),
  piece(CATALOG, PLACES.catalog, catalog),
];

type Change = (evidence: readonly Evidence[]) => readonly Evidence[];
const sweeping = (operations: readonly Tried[]): Change => alter(SWEEP, { operations });
const first = (changed: Partial<Tried>): Change =>
  sweeping([{ id: 'a.list', viewer: 403, owner: 200, ...changed }, ...swept.slice(1)]);
const alter =
  (kind: string, facts: Readonly<Record<string, JsonValue>>): Change =>
  (evidence) =>
    alterFacts(evidence, (each) => each.kind === kind, facts);

export const fixtures: Fixtures = {
  good: [
    { name: GOOD, evidence: good },
    { name: 'something that is not there yet', evidence: first({ owner: 404 })(good) },
  ],
  mutants: [
    ...mutantsOf(FAMILIES, GOOD),
    { name: 'a viewer who is shown one thing more', from: GOOD, apply: first({ viewer: 200 }), hits: PLACES.beyond },
    { name: 'a viewer who is told that there is none', from: GOOD, apply: first({ viewer: 404 }), hits: PLACES.beyond },
    {
      name: 'an operation that asks for nothing',
      from: GOOD,
      apply: alter(CATALOG, { open: ['organization.delete'] }),
      hits: PLACES.catalog,
    },
    ...[200, 400, 404, 422].map((owner) => ({
      name: `an owner who is let in where no role is (${String(owner)})`,
      from: GOOD,
      apply: alter(HOST, { operations: [...host, { id: 'log.cut', owner }] }),
      hits: PLACES.host,
    })),
  ],
  notApplicable: [],
  blind: [
    ...blindOf(FAMILIES, good),
    { name: 'nothing was swept', evidence: good.filter(({ kind }) => kind !== SWEEP) },
    { name: 'hardly anything was swept', evidence: sweeping(swept.slice(1))(good) },
    { name: 'an owner who is refused too', evidence: first({ owner: 403 })(good) },
    { name: 'a server that breaks for viewers', evidence: first({ viewer: 500 })(good) },
    { name: 'too many calls of a viewer', evidence: first({ viewer: 429 })(good) },
    { name: 'a session that has ended', evidence: first({ viewer: 401 })(good) },
    { name: 'operations were not looked at', evidence: good.filter(({ kind }) => kind !== CATALOG) },
    { name: 'no operation', evidence: alter(CATALOG, { operations: 0 })(good) },
    { name: 'what no role holds was not looked at', evidence: good.filter(({ kind }) => kind !== HOST) },
    { name: 'nothing that no role holds', evidence: alter(HOST, { operations: [] })(good) },
    { name: 'an owner who gets in nowhere', evidence: alter(HOST, { own: 403 })(good) },
  ],
  same: [{ name: 'another order', as: GOOD, evidence: sweeping(swept.toReversed())(good) }],
};
