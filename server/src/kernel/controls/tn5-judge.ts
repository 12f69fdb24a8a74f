// Judges how one organization’s object looked from another, and what the log says of it. Pure.
import type { Finding } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { factsOf } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import { outcomeOfStatus, judgePair, type Attempt } from '@holdfast/controls/paired.ts';

export const SUBJECTS = {
  own: 'one reads its own key',
  ofOther: 'the other reads its own key',
  foreign: 'one reads the key of the other',
  absent: 'one reads a key that is none',
  log: 'log of one',
  alarm: 'alarm of one',
} as const;

/** How often is asked for what does not exist; one alarm must come of it. */
export const TRIES = 20;

export type Arrival = 'in time' | 'late' | 'never';

export function judgeForeign(evidence: readonly Evidence[]): readonly Finding[] {
  const attempts = (subject: string): readonly Attempt[] =>
    evidence.filter((each) => each.subject === subject).map(attemptOf);
  const [foreign, absent] = [attempts(SUBJECTS.foreign), attempts(SUBJECTS.absent)];
  return [
    ...judgePair({
      // That the other's key is there, and shows in a reply, is what makes a 404 mean something.
      good: [...attempts(SUBJECTS.own), ...attempts(SUBJECTS.ofOther)],
      bad: [...foreign, ...absent],
      expected: '404',
    }),
    ...evidence.filter(({ subject }) => subject === SUBJECTS.foreign).flatMap((each) => judgeLikeness(each, evidence)),
    ...evidence.filter(({ subject }) => subject === SUBJECTS.ofOther).flatMap(judgeShown),
    ...evidence.filter(({ subject }) => subject === SUBJECTS.log).flatMap(judgeLog),
    ...evidence.filter(({ subject }) => subject === SUBJECTS.alarm).flatMap(judgeAlarm),
  ];
}

function attemptOf(evidence: Evidence): Attempt {
  const status = factsOf(evidence).number('status');
  return { evidence, outcome: outcomeOfStatus(status, [404]), shown: `${status}` };
}

/** A 403, or another text, would tell that there is something. */
function judgeLikeness(each: Evidence, evidence: readonly Evidence[]): readonly Finding[] {
  const facts = factsOf(each);
  const answerOf = (one: Evidence): string => {
    const { number, findText } = factsOf(one);
    return `${number('status')} ${findText('code') ?? 'without a code'}`;
  };
  const absent = evidence.filter(({ subject }) => subject === SUBJECTS.absent).map(answerOf);
  const own = answerOf(each);
  return [
    ...(facts.texts('shows').length === 0 || facts.number('status') === 404
      ? []
      : [failureOf(each, { expected: 'nothing of the other', observed: 'its id in the reply' })]),
    ...(absent.every((answer) => answer === own)
      ? []
      : [failureOf(each, { expected: `what is said of a key that is none: ${absent.join()}`, observed: own })]),
  ];
}

function judgeShown(each: Evidence): readonly Finding[] {
  if (factsOf(each).texts('shows').length > 0) return [];
  const doubt = failureOf(each, { expected: 'the key of the other in its own reply', observed: 'none' });
  return [{ ...doubt, verdict: 'unknown' }];
}

/** Silence is a failure, and so is an alarm for each attempt, which nobody reads. */
function judgeAlarm(each: Evidence): readonly Finding[] {
  const facts = factsOf(each);
  const [status, refused, alarms] = [facts.number('status'), facts.number('refused'), facts.number('alarms')];
  const found = failureOf(each, {
    expected: `one alarm after ${String(TRIES)} attempts`,
    observed: `${String(alarms)} after ${String(refused)}`,
  });
  if (status !== 200 || refused !== TRIES) return [{ ...found, verdict: 'unknown' }];
  return alarms === 1 ? [] : [found];
}

function judgeLog(each: Evidence): readonly Finding[] {
  const facts = factsOf(each);
  const [status, arrival] = [facts.number('status'), facts.text('arrival')];
  const found = failureOf(each, {
    expected: 'a denied call that names the object, within a second',
    observed: arrival,
  });
  if (status !== 200) return [{ ...found, verdict: 'unknown', observed: `the log cannot be read: ${status}` }];
  if (arrival === 'in time') return [];
  return [arrival === 'late' ? { ...found, verdict: 'unknown' } : found];
}
