// EN6, judged: whether every stored secret has an age, and whether the report tells it, and tells what is due from what is not.
import type { Finding } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { factsOf } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import { ATTEMPT } from '#verification/asking.ts';
import { type Families, judgeFamilies } from '#verification/families.ts';

export const AGES = 'stored.ages';
export const EXPOSED = 'stored.exposed';
export const PLACES = {
  readers: 'who is told of ages',
  report: 'report of ages',
  stored: 'ages that are stored',
  exposed: 'a key that was seen by others',
  replaced: 'secrets that were seen by others',
} as const;

export const FAMILIES: Families = {
  [PLACES.readers]: {
    accepted: 200,
    refusals: [403],
    expected: '403',
    good: ['an owner'],
    bad: ['a key'],
  },
  [PLACES.exposed]: {
    accepted: 200,
    refusals: [401],
    expected: '401 from the moment it is marked as exposed',
    good: ['a call with it', 'marking it as exposed'],
    bad: ['a call with it after that'],
  },
};

export function judgeAges(evidence: readonly Evidence[]): readonly Finding[] {
  const reports = evidence.filter(({ kind, at }) => kind === ATTEMPT && at === PLACES.report);
  const stored = evidence.filter(({ kind }) => kind === AGES);
  const exposed = evidence.filter(({ kind }) => kind === EXPOSED);
  return [
    ...judgeFamilies(evidence, FAMILIES),
    ...(reports.length === 0 ? [missing(PLACES.report)] : reports.flatMap(judgeReport)),
    ...(stored.length === 0 ? [missing(PLACES.stored)] : stored.flatMap(judgeStored)),
    ...(exposed.length === 0 ? [missing(PLACES.replaced)] : exposed.flatMap(judgeExposed)),
  ];
}

function missing(at: string): Finding {
  return { verdict: 'unknown', subject: at, at, expected: 'evidence', observed: 'none', evidence: [] };
}

/** A key that was just made is young now and due in ten years, whatever the schedule: who says both the same tells nothing. */
function judgeReport(evidence: Evidence): readonly Finding[] {
  const facts = factsOf(evidence);
  const status = facts.number('status');
  if (status !== 200)
    return [{ ...failureOf(evidence, { expected: '200', observed: String(status) }), verdict: 'unknown' }];
  const faults = [
    ...(facts.flag('isListed') ? [] : ['a live key is not in it']),
    ...(facts.findNumber('ageDays') === 0 ? [] : [`a new key is ${String(facts.findNumber('ageDays'))} days old`]),
    ...(facts.flag('isDueNow') ? ['a new key is due'] : []),
    ...(facts.flag('isDueInTenYears') ? [] : ['a key is never due']),
  ];
  return faults.map((observed) =>
    failureOf(evidence, { expected: 'each live key with its age, due by the schedule', observed }),
  );
}

function judgeExposed(evidence: Evidence): readonly Finding[] {
  const exposed = factsOf(evidence).number('exposed');
  if (exposed === 0) return [];
  return [
    failureOf(evidence, {
      expected: 'none: each is replaced once it is known',
      observed: `${String(exposed)} secrets of providers wait for that`,
    }),
  ];
}

function judgeStored(evidence: Evidence): readonly Finding[] {
  const tables = factsOf(evidence)
    .parts('tables')
    .map((table) => ({ name: table.text('name'), hasTime: table.flag('hasTime') }));
  if (tables.length === 0) return [missing(PLACES.stored)];
  return tables
    .filter(({ hasTime }) => !hasTime)
    .map(({ name }) =>
      failureOf(evidence, {
        at: PLACES.stored,
        expected: 'a time that is never null beside each secret',
        observed: `${name} has none`,
      }),
    );
}
