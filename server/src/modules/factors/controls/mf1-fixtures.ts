// Evidence for MF1 as it must be, as it must never be, and as it says too little.
import type { Fixtures } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { alterAt, fixtureEvidence, mutantsFrom } from '@holdfast/controls/fixtures.ts';
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import { blindOf, goodTries, mutantsOf } from '#verification/families.ts';
import { FAMILIES, KINDS, OFFERED, PLACES } from './mf1-judge.ts';

type Facts = Readonly<Record<string, JsonValue>>;

const GOOD = 'factors that work once';
const piece = (kind: string, at: string, data: Facts): Evidence =>
  fixtureEvidence({ kind, subject: at, at, data, vantage: 'inside', ttlSeconds: 3_600 });
const good: readonly Evidence[] = [
  ...goodTries(FAMILIES),
  piece(KINDS.offered, PLACES.offered, { ids: OFFERED }),
  piece(KINDS.policy, PLACES.policy, { isExposed: true, required: 'admins' }),
  piece(KINDS.kept, PLACES.kept, { isStored: true, readable: [] }),
  piece(KINDS.rows, PLACES.rows, { secrets: 4, unsealed: 0, codes: 30, unhashed: 0 }),
];
const mutant = mutantsFrom(GOOD);

export const fixtures: Fixtures = {
  good: [{ name: GOOD, evidence: good }],
  mutants: [
    ...mutantsOf(FAMILIES, GOOD),
    ...OFFERED.map((name) => mutant(`no ${name}`, PLACES.offered, { ids: OFFERED.filter((id) => id !== name) })),
    mutant('exposed, and nobody is asked', PLACES.policy, { required: 'none' }),
    mutant('exposed, and it says nothing', PLACES.policy, { required: null }),
    mutant('a word that is none', PLACES.policy, { isExposed: false, required: 'some' }),
    mutant('the secret is readable', PLACES.kept, { readable: ['the secret of the app'] }),
    mutant('codes are readable', PLACES.kept, { readable: ['a recovery code'] }),
    mutant('a secret as it is', PLACES.rows, { unsealed: 1 }),
    mutant('a code as it is', PLACES.rows, { unhashed: 1 }),
  ],
  notApplicable: [],
  blind: [
    ...blindOf(FAMILIES, good),
    { name: 'nothing was stored', evidence: alterAt(PLACES.kept, { isStored: false })(good) },
    { name: 'no secret anywhere', evidence: alterAt(PLACES.rows, { secrets: 0 })(good) },
    { name: 'no code anywhere', evidence: alterAt(PLACES.rows, { codes: 0 })(good) },
    { name: 'nobody asked for the policy', evidence: good.filter(({ kind }) => kind !== KINDS.policy) },
  ],
  same: [
    { name: 'everybody is asked', as: GOOD, evidence: alterAt(PLACES.policy, { required: 'all' })(good) },
    {
      name: 'on this machine alone nobody needs to be',
      as: GOOD,
      evidence: alterAt(PLACES.policy, { isExposed: false, required: 'none' })(good),
    },
  ],
};
