// Evidence for SE2 as it must be, as it must never be, and as it says too little.
import type { Fixtures } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { alterAt, fixtureEvidence, mutantsFrom } from '@holdfast/controls/fixtures.ts';
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import { blindOf, goodTries, mutantsOf } from '#verification/families.ts';
import { BAR, FAMILIES, KINDS, PLACES } from './se2-judge.ts';

type Facts = Readonly<Record<string, JsonValue>>;

const GOOD = 'sessions that end';
const piece = (kind: string, at: string, data: Facts, vantage: Evidence['vantage'] = 'inside'): Evidence =>
  fixtureEvidence({ kind, subject: at, at, data, vantage, ttlSeconds: 300 });
const good: readonly Evidence[] = [
  ...goodTries(FAMILIES),
  piece(KINDS.limits, PLACES.limits, { ...BAR }, 'host'),
  piece(KINDS.cookie, PLACES.cookie, { maxAgeSeconds: BAR.absoluteMinutes * 60 }),
  piece(KINDS.rows, PLACES.rows, { alive: 5, tooIdle: 0, tooLong: 0 }),
];
const mutant = mutantsFrom(GOOD);

export const fixtures: Fixtures = {
  good: [{ name: GOOD, evidence: good }],
  mutants: [
    ...mutantsOf(FAMILIES, GOOD),
    mutant('61 idle minutes', PLACES.limits, { idleMinutes: 61 }),
    mutant('a week and a minute', PLACES.limits, { absoluteMinutes: BAR.absoluteMinutes + 1 }),
    mutant('never idle', PLACES.limits, { idleMinutes: 0 }),
    mutant('a cookie for a year', PLACES.cookie, { maxAgeSeconds: 31_536_000 }),
    mutant('a cookie without an end', PLACES.cookie, { maxAgeSeconds: 0 }),
    mutant('a stored session that lives for a month', PLACES.rows, { tooLong: 1 }),
    mutant('a stored session that may sleep for a day', PLACES.rows, { tooIdle: 1 }),
  ],
  notApplicable: [],
  blind: [
    ...blindOf(FAMILIES, good),
    { name: 'no session is there', evidence: alterAt(PLACES.rows, { alive: 0 })(good) },
    { name: 'nobody looked at what is stored', evidence: good.filter(({ kind }) => kind !== KINDS.rows) },
    { name: 'nobody knows what is configured', evidence: good.filter(({ kind }) => kind !== KINDS.limits) },
  ],
  same: [
    {
      name: 'shorter ones',
      as: GOOD,
      evidence: alterAt(PLACES.limits, { idleMinutes: 15, absoluteMinutes: 480 })(
        alterAt(PLACES.cookie, { maxAgeSeconds: 28_800 })(good),
      ),
    },
  ],
};
