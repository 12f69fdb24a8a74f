// Evidence for SE4 as it must be, as it must never be, and as it says too little.
import type { Fixtures } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { alterAt, fixtureEvidence, mutantsFrom } from '@holdfast/controls/fixtures.ts';
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import { attemptFixture } from '#verification/asking.ts';
import { blindOf, goodTries, mutantsOf } from '#verification/families.ts';
import { FAMILIES, PLACES, ROWS, SHOWN } from './se4-judge.ts';

type Facts = Readonly<Record<string, JsonValue>>;

const GOOD = 'lists that show and end';
const seen = (at: string, facts: Facts): Evidence => attemptFixture({ subject: at, at, facts });
const good: readonly Evidence[] = [
  ...goodTries(FAMILIES),
  seen(PLACES.own, { status: 200, found: 1, shown: SHOWN }),
  seen(PLACES.members, { status: 200, found: 1, shown: SHOWN }),
  seen(PLACES.count, { before: 10, after: 10 }),
  fixtureEvidence({
    kind: ROWS,
    subject: 'stored sessions',
    at: PLACES.rows,
    data: { mostOfOne: 10 },
    volatile: ['mostOfOne'],
    vantage: 'inside',
    ttlSeconds: 3_600,
  }),
];
const mutant = mutantsFrom(GOOD);
const without = (name: string): readonly string[] => SHOWN.filter((each) => each !== name);

export const fixtures: Fixtures = {
  good: [{ name: GOOD, evidence: good }],
  mutants: [
    ...mutantsOf(FAMILIES, GOOD),
    ...SHOWN.map((name) => mutant(`no ${name}`, PLACES.own, { shown: without(name) })),
    mutant('owners see no device', PLACES.members, { shown: without('device') }),
    mutant('not in the own list', PLACES.own, { found: 0 }),
    mutant('owners may not look', PLACES.members, { status: 403, found: 0, shown: [] }),
    mutant('eleven', PLACES.count, { after: 11 }),
    mutant('eleven before', PLACES.count, { before: 11, after: 10 }),
    mutant('somebody has eleven', PLACES.rows, { mostOfOne: 11 }),
  ],
  notApplicable: [],
  blind: [
    ...blindOf(FAMILIES, good),
    { name: 'no list', evidence: alterAt(PLACES.own, { status: 503, found: 0, shown: [] })(good) },
    {
      name: 'too many calls for a list',
      evidence: alterAt(PLACES.members, { status: 429, found: 0, shown: [] })(good),
    },
    { name: 'never ten at once', evidence: alterAt(PLACES.count, { before: 9, after: 10 })(good) },
    { name: 'no session is stored', evidence: alterAt(PLACES.rows, { mostOfOne: 0 })(good) },
    { name: 'nobody asked as an owner', evidence: good.filter(({ at }) => at !== PLACES.members) },
  ],
  same: [{ name: 'fewer sessions', as: GOOD, evidence: alterAt(PLACES.rows, { mostOfOne: 2 })(good) }],
};
