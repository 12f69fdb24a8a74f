// Evidence for TR9 as it must be, as it must never be, and as it says too little.
import type { Fixtures } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { alterAt, mutantsFrom } from '@holdfast/controls/fixtures.ts';
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import { attemptFixture } from '#verification/asking.ts';
import { blindOf, goodTries, mutantsOf } from '#verification/families.ts';
import { FAMILIES, PLACES } from './tr9-judge.ts';

type Facts = Readonly<Record<string, JsonValue>>;

const GOOD = 'rules that let in what they name';
const HOST_ONLY = { isHostOnly: true, hasDomain: false };
const seen = (at: string, facts: Facts): Evidence => attemptFixture({ subject: at, at, facts });
const good: readonly Evidence[] = [
  ...goodTries(FAMILIES),
  seen(PLACES.beside, { status: 200 }),
  seen(PLACES.cookies, { cookies: [HOST_ONLY, HOST_ONLY] }),
];
const mutant = mutantsFrom(GOOD);

export const fixtures: Fixtures = {
  good: [{ name: GOOD, evidence: good }],
  mutants: [
    ...mutantsOf(FAMILIES, GOOD),
    mutant('a console rule that closes models', PLACES.beside, { status: 403 }),
    mutant('a cookie for the domain', PLACES.cookies, { cookies: [HOST_ONLY, { isHostOnly: true, hasDomain: true }] }),
    mutant('a cookie that a sibling can set', PLACES.cookies, { cookies: [{ isHostOnly: false, hasDomain: false }] }),
  ],
  notApplicable: [],
  blind: [
    ...blindOf(FAMILIES, good),
    { name: 'models were not asked', evidence: good.filter(({ at }) => at !== PLACES.beside) },
    { name: 'models that are broken', evidence: alterAt(PLACES.beside, { status: 503 })(good) },
    { name: 'too many calls of models', evidence: alterAt(PLACES.beside, { status: 429 })(good) },
    { name: 'no cookie', evidence: alterAt(PLACES.cookies, { cookies: [] })(good) },
    { name: 'cookies were not looked at', evidence: good.filter(({ at }) => at !== PLACES.cookies) },
  ],
  same: [{ name: 'one cookie', as: GOOD, evidence: alterAt(PLACES.cookies, { cookies: [HOST_ONLY] })(good) }],
};
