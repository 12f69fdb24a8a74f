// Evidence for SE5 as it must be, as it must never be, and as it says too little.
import type { Fixtures, Mutant } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { alterAt, fixtureEvidence } from '@holdfast/controls/fixtures.ts';
import { blindOf, goodTries, mutantsOf } from '#verification/families.ts';
import { FAMILIES, PLACES, REGISTRY } from './se5-judge.ts';

const GOOD = 'asked again';
const CHALLENGE =
  'Bearer realm="holdfast", error="insufficient_user_authentication", acr_values="password", max_age="900"';
const good: readonly Evidence[] = [
  fixtureEvidence({
    kind: REGISTRY,
    subject: 'operations',
    at: PLACES.declared,
    data: { asking: ['api_key.create', 'organization.update'], silent: ['session.delete', 'session.prove'] },
    vantage: 'inside',
    ttlSeconds: 3_600,
  }),
  ...goodTries(FAMILIES, { [PLACES.tried]: { challenges: [CHALLENGE] } }),
];
const declared = (name: string, ...silent: readonly string[]): Mutant => ({
  name,
  from: GOOD,
  apply: alterAt(PLACES.declared, { silent }),
  hits: PLACES.declared,
});
const challenged = (name: string, text: string): Mutant => ({
  name,
  from: GOOD,
  apply: alterAt(PLACES.tried, { challenges: [text] }),
  hits: PLACES.challenge,
});

export const fixtures: Fixtures = {
  good: [{ name: GOOD, evidence: good }],
  mutants: [
    ...mutantsOf(FAMILIES, GOOD),
    declared('a role that changes without it', 'member.change_role'),
    declared('keys that are made without it', 'session.delete', 'api_key.create'),
    declared('an id that only begins like one of the list', 'session.delete_everything'),
    challenged('a refusal as for nobody', 'Bearer realm="holdfast", error="invalid_token"'),
    challenged('an hour', CHALLENGE.replace('900', '3600')),
    challenged('no word of how old', CHALLENGE.replace(', max_age="900"', '')),
    challenged('no header', 'no such header'),
  ],
  notApplicable: [],
  blind: [
    ...blindOf(FAMILIES, good),
    { name: 'nothing asks', evidence: alterAt(PLACES.declared, { asking: [] })(good) },
    { name: 'nobody read the registry', evidence: good.filter(({ kind }) => kind !== REGISTRY) },
  ],
  same: [
    {
      name: 'a shorter time',
      as: GOOD,
      evidence: alterAt(PLACES.tried, { challenges: [CHALLENGE.replace('900', '300')] })(good),
    },
  ],
};
