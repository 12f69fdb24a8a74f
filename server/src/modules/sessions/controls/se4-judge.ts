// SE4, judged: what the lists of sessions show, what ending one of them ends, and how many one person can have.
import type { Finding } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { factsOf } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import { ATTEMPT } from '#verification/asking.ts';
import { type Families, judgeFamilies } from '#verification/families.ts';

export const ROWS = 'session.rows';
export const PLACES = {
  own: 'list of the own sessions',
  members: 'list of a member’s sessions',
  end: 'a session ended from a list',
  count: 'number of sessions',
  rows: 'sessions of the person who has the most',
} as const;
export const SESSIONS_MAX = 10;
/** What a list says of each session. */
export const SHOWN = ['id', 'device', 'address', 'lastUse'] as const;

export const FAMILIES: Families = {
  [PLACES.end]: {
    accepted: 200,
    refusals: [401],
    expected: '401',
    good: ['the one that looks'],
    bad: ['ended by its person', 'ended by an owner'],
  },
};

export function judgeLists(evidence: readonly Evidence[]): readonly Finding[] {
  const at = (place: string): readonly Evidence[] =>
    evidence.filter((each) => each.kind === ATTEMPT && each.at === place);
  const places = [PLACES.own, PLACES.members, PLACES.count];
  return [
    ...judgeFamilies(evidence, FAMILIES),
    ...places.filter((place) => at(place).length === 0).map(missing),
    ...[...at(PLACES.own), ...at(PLACES.members)].flatMap(judgeList),
    ...at(PLACES.count).flatMap(judgeCount),
    ...evidence.filter(({ kind }) => kind === ROWS).flatMap(judgeRows),
  ];
}

function missing(at: string): Finding {
  return { verdict: 'unknown', subject: 'sessions', at, expected: 'evidence', observed: 'none', evidence: [] };
}

function judgeList(each: Evidence): readonly Finding[] {
  const facts = factsOf(each);
  const [status, found] = [facts.number('status'), facts.number('found')];
  // A busy or broken server has shown no list.
  if (status === 429 || status >= 500)
    return [{ ...failureOf(each, { expected: 'a list', observed: `${status}` }), verdict: 'unknown' }];
  const shown = facts.texts('shown');
  const lacking = SHOWN.filter((name) => !shown.includes(name));
  return [
    ...(status === 200 && found === 1
      ? []
      : [failureOf(each, { expected: '200, with the session once', observed: `${status}, with it ${found} times` })]),
    ...lacking.map((name) => failureOf(each, { expected: `the ${name} of each`, observed: 'it is not shown' })),
  ];
}

/** Ten and one more were opened: the newest is there, and one of the others is not. */
function judgeCount(each: Evidence): readonly Finding[] {
  const facts = factsOf(each);
  const [before, after] = [facts.number('before'), facts.number('after')];
  if (before < SESSIONS_MAX)
    return [{ ...failureOf(each, { expected: `${SESSIONS_MAX} open`, observed: `${before}` }), verdict: 'unknown' }];
  return before === SESSIONS_MAX && after === SESSIONS_MAX
    ? []
    : [
        failureOf(each, {
          expected: `${SESSIONS_MAX}, and ${SESSIONS_MAX} after one more`,
          observed: `${before}, and ${after}`,
        }),
      ];
}

function judgeRows(each: Evidence): readonly Finding[] {
  const most = factsOf(each).number('mostOfOne');
  if (!(most > 0))
    return [{ ...failureOf(each, { expected: 'the session of the probe', observed: `${most}` }), verdict: 'unknown' }];
  return most <= SESSIONS_MAX ? [] : [failureOf(each, { expected: `at most ${SESSIONS_MAX}`, observed: `${most}` })];
}
