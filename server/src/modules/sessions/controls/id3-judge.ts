// ID3, judged: how many wrong passwords are answered, whether the answer tells who has an account, and who still gets in.
import type { Finding } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { factsOf, type Facts } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import { type Attempt, judgePair, outcomeOfStatus } from '@holdfast/controls/paired.ts';
import { ATTEMPT } from '#verification/asking.ts';

export const PLACES = {
  known: 'failures of one account',
  unknown: 'failures of an account that does not exist',
  address: 'failures from one address',
  answer: 'answer to a wrong password',
  wait: 'header retry-after',
  inside: 'the right password while throttled',
  elsewhere: 'the right password from another address',
} as const;
/** Failures a minute; the configuration can only lower them. */
export const BAR = { account: 5, address: 20 } as const;
/** No probe takes as long. */
const SECONDS_MAX = 60;

export function judgeGuessing(evidence: readonly Evidence[]): readonly Finding[] {
  const at = (place: string): readonly Evidence[] =>
    evidence.filter((each) => each.kind === ATTEMPT && each.at === place);
  const [known, unknown, address] = [at(PLACES.known), at(PLACES.unknown), at(PLACES.address)];
  return [
    ...Object.entries({ known, unknown, address }).flatMap(([name, seen]) =>
      seen.length === 0 ? [missing(name)] : [],
    ),
    ...[...known, ...unknown].flatMap((each) => judgeSeries(each, BAR.account, 0)),
    ...address.flatMap((each) => judgeSeries(each, BAR.address, secondsOf(each))),
    ...known.flatMap((one) => unknown.flatMap((other) => judgeAnswers(one, other))),
    ...judgeRight(at(PLACES.inside), at(PLACES.elsewhere)),
  ];
}

function missing(name: string): Finding {
  return { verdict: 'unknown', subject: 'guessing', at: name, expected: 'tried', observed: 'it was not', evidence: [] };
}

/** Longer ones would forgive everything. */
function secondsOf(evidence: Evidence): number {
  const seconds = factsOf(evidence).number('seconds');
  return seconds >= 0 && seconds <= SECONDS_MAX ? seconds : 0;
}

/** So many may be answered, and what comes back while the series lasts; then nothing but 429 until the time it says. */
function judgeSeries(evidence: Evidence, bar: number, seconds: number): readonly Finding[] {
  const facts = factsOf(evidence);
  const [limit, answered, throttled] = [facts.number('limit'), facts.number('answered'), facts.number('throttled')];
  if (facts.number('opened') > 0)
    return [failureOf(evidence, { expected: 'a wrong password refused', observed: 'it opened a session' })];
  const isBound = Number.isInteger(limit) && limit >= 1 && limit <= bar;
  const isKept = throttled > 0 && answered <= limit + Math.ceil((seconds * limit) / 60);
  return [
    ...(isBound
      ? []
      : [failureOf(evidence, { expected: `at most ${bar} a minute`, observed: `${limit} are allowed` })]),
    ...(isBound && !isKept
      ? [
          failureOf(evidence, {
            expected: `429 after ${limit}`,
            observed: `${answered} answered, ${throttled} refused`,
          }),
        ]
      : []),
    ...judgeWaits(evidence, facts, throttled),
    ...(answered > 0 && facts.number('other') === 0
      ? []
      : [
          {
            ...failureOf(evidence, { expected: 'plain refusals', observed: shown(facts) }),
            verdict: 'unknown' as const,
          },
        ]),
  ];
}

function judgeWaits(evidence: Evidence, facts: Facts, throttled: number): readonly Finding[] {
  const waits = facts.texts('waits');
  if (waits.length === throttled && waits.every((wait) => /^[1-9]\d*$/.test(wait))) return [];
  const observed = waits.length === throttled ? waits.join(', ') : `${waits.length} of ${throttled} say it`;
  return [failureOf(evidence, { at: PLACES.wait, expected: 'seconds on each 429', observed })];
}

function shown(facts: Facts): string {
  return `${facts.number('answered')} answered, ${facts.number('other')} otherwise`;
}

function judgeAnswers(known: Evidence, unknown: Evidence): readonly Finding[] {
  const [one, other] = [factsOf(known).text('answer'), factsOf(unknown).text('answer')];
  const found = { at: PLACES.answer, expected: one, observed: other };
  const finding = { ...failureOf(unknown, found), evidence: [known.sha256, unknown.sha256] };
  if (one === other) return one.startsWith('401 ') ? [] : [{ ...finding, expected: '401', verdict: 'unknown' }];
  return [finding];
}

function judgeRight(inside: readonly Evidence[], elsewhere: readonly Evidence[]): readonly Finding[] {
  const lockedOut = elsewhere.filter((each) => factsOf(each).findText('code') === 'rate.exceeded');
  return [
    ...judgePair({
      good: elsewhere.map(attemptOf),
      bad: inside.map(attemptOf),
      expected: '429, as for a wrong one',
    }),
    // Else whoever knows a name could keep its owner out.
    ...lockedOut.map((each) => failureOf(each, { expected: 'let in', observed: 'kept out by the failures of others' })),
  ];
}

function attemptOf(evidence: Evidence): Attempt {
  const facts = factsOf(evidence);
  const status = facts.number('status');
  const outcome = facts.flag('opens') ? 'accepted' : outcomeOfStatus(status, [429]);
  return { evidence, outcome, shown: `${status} ${facts.findText('code') ?? ''}`.trim() };
}
