// Evidence for ID1 as it must be, as it must never be, and as it says too little.
import type { Fixtures } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { alterAt, fixtureEvidence } from '@holdfast/controls/fixtures.ts';
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import { blindOf, goodTries, mutantsOf } from '#verification/families.ts';
import { FAMILIES, FIELD, PLACE, STORED, STORED_PLACE } from './id1-judge.ts';

const GOOD = 'weak ones refused, stored ones slow';
const fields = (FAMILIES[PLACE]?.bad ?? []).map((name) => ({ name, pointer: FIELD }));
const tries = goodTries(FAMILIES, { [PLACE]: { fields } });
const rows = (data: Readonly<Record<string, JsonValue>>): Evidence =>
  fixtureEvidence({
    kind: STORED,
    subject: 'stored passwords',
    at: STORED_PLACE,
    data: { stored: 3, weak: 0, ...data },
    volatile: ['stored'],
    vantage: 'inside',
    ttlSeconds: 300,
  });
const good: readonly Evidence[] = [...tries, rows({})];

export const fixtures: Fixtures = {
  good: [{ name: GOOD, evidence: good }],
  mutants: [
    ...mutantsOf(FAMILIES, GOOD),
    {
      name: 'one fast hash among many',
      from: GOOD,
      apply: alterAt(STORED_PLACE, { stored: 400, weak: 1 }),
      hits: STORED_PLACE,
    },
    { name: 'a count that is none', from: GOOD, apply: alterAt(STORED_PLACE, { weak: -1 }), hits: STORED_PLACE },
  ],
  notApplicable: [],
  blind: [
    ...blindOf(FAMILIES, good),
    { name: 'no password is stored', evidence: alterAt(STORED_PLACE, { stored: 0 })(good) },
    {
      name: 'refused for another field',
      evidence: alterAt(PLACE, { fields: fields.map(({ name }) => ({ name, pointer: '/body/currentPassword' })) })(
        good,
      ),
    },
    { name: 'nobody looked at what is stored', evidence: tries },
  ],
  same: [{ name: 'more people', as: GOOD, evidence: alterAt(STORED_PLACE, { stored: 40 })(good) }],
};
