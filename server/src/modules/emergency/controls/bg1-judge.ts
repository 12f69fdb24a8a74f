// BG1, judged: what one part opens, what an emergency session may and for how long, and whether every use was followed up.
import type { Finding } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { factsOf } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import { ATTEMPT } from '#verification/asking.ts';
import { type Families, judgeFamilies } from '#verification/families.ts';

export const USES = 'emergency.uses';
export const PLACES = {
  parts: 'parts of an emergency credential',
  collecting: 'an emergency request',
  reach: 'reach of an emergency session',
  length: 'length of an emergency session',
  uses: 'uses of emergency access',
} as const;
const MINUTES_MAX = 60;
/** Clocks of two machines differ. */
const SLACK_MINUTES = 2;

export const FAMILIES: Families = {
  [PLACES.parts]: {
    accepted: 201,
    refusals: [401],
    expected: '401',
    good: ['the other part with the code'],
    bad: ['the same part with the code', 'the other part with another code', 'a part that was spent'],
  },
  [PLACES.collecting]: {
    accepted: 201,
    refusals: [401, 409],
    expected: '401 or 409',
    good: ['a request that was granted'],
    bad: ['a request of one part', 'a request that was collected'],
  },
  [PLACES.reach]: {
    accepted: 200,
    refusals: [401, 403],
    expected: '401 or 403',
    good: ['what an owner reads'],
    bad: ['sealing anew', 'making a key', 'listing sessions of a person', 'anything after its end'],
  },
};

export function judgeBreakGlass(evidence: readonly Evidence[]): readonly Finding[] {
  const lengths = evidence.filter(({ kind, at }) => kind === ATTEMPT && at === PLACES.length);
  return [
    ...judgeFamilies(evidence, FAMILIES),
    ...(lengths.length === 0 ? [missing(PLACES.length)] : lengths.flatMap(judgeLength)),
    ...evidence.filter(({ kind }) => kind === USES).flatMap(judgeUses),
  ];
}

function missing(at: string): Finding {
  return { verdict: 'unknown', subject: at, at, expected: 'tried', observed: 'it was not', evidence: [] };
}

function judgeLength(each: Evidence): readonly Finding[] {
  const minutes = factsOf(each).number('minutes');
  if (!(minutes > 0))
    return [{ ...failureOf(each, { expected: 'when it ends', observed: 'nothing' }), verdict: 'unknown' }];
  if (minutes <= MINUTES_MAX + SLACK_MINUTES) return [];
  return [failureOf(each, { expected: `at most ${String(MINUTES_MAX)} minutes`, observed: String(minutes) })];
}

const FAULTS = {
  lateSessions: 'no session for longer than an hour',
  unreviewed: 'every use reviewed',
  unsealed: 'a new credential sealed after every use',
  usedAgain: 'not used again within 90 days',
  untold: 'every webhook told of every opening',
  givenUp: 'no alarm given up that a webhook was to have',
  overdue: 'every seal made anew within 180 days',
} as const;

function judgeUses(each: Evidence): readonly Finding[] {
  const facts = factsOf(each);
  const days = facts.number('oldestUnreviewedDays');
  return Object.entries(FAULTS).flatMap(([name, expected]) => {
    const count = facts.number(name);
    if (count === 0) return [];
    const since = name === 'unreviewed' ? `, the oldest for ${String(days)} days` : '';
    return [failureOf(each, { expected, observed: `${String(count)}${since}` })];
  });
}
