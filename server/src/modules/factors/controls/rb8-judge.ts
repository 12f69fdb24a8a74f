// RB8, judged: what a change of an account, or the end of a membership, ends, and whether it says how much that was.
import type { Finding } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { factsOf } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import { ATTEMPT } from '#verification/asking.ts';
import { type Families, judgeFamilies } from '#verification/families.ts';

export const PLACES = {
  password: 'a new password',
  factor: 'a new factor',
  leaver: 'somebody who was taken out',
  event: 'event of a change',
} as const;

/** How many sessions are open beside the one that changes something; of a leaver a session and a key. */
export const ENDED: Readonly<Record<string, number>> = {
  [PLACES.password]: 2,
  [PLACES.factor]: 1,
  [PLACES.leaver]: 2,
};

export const FAMILIES: Families = {
  [PLACES.password]: {
    accepted: 200,
    refusals: [401],
    expected: '401 at once',
    good: ['the session that changed it', 'a session with the new one'],
    bad: ['another session', 'a third one', 'a session with the old one'],
  },
  [PLACES.factor]: {
    accepted: 200,
    refusals: [401],
    expected: '401 at once',
    good: ['the session that enrolled it'],
    bad: ['another session'],
  },
  [PLACES.leaver]: {
    accepted: 200,
    refusals: [401],
    expected: '401 at once',
    good: ['their session before', 'their key before', 'the owner who took them out'],
    bad: ['their session', 'their key'],
  },
};

export function judgeLeaving(evidence: readonly Evidence[]): readonly Finding[] {
  return [
    ...judgeFamilies(evidence, FAMILIES),
    ...evidence.filter(({ kind, at }) => kind === ATTEMPT && ENDED[at] !== undefined).flatMap(judgeEvent),
  ];
}

function judgeEvent(each: Evidence): readonly Finding[] {
  const facts = factsOf(each);
  const [isTold, told, ended] = [facts.flag('isTold'), facts.findNumber('told'), ENDED[each.at]];
  const finding = failureOf(each, {
    at: PLACES.event,
    expected: `${ended} ended, in the event or the reply`,
    observed: isTold ? `${told ?? 'no number'}` : 'no event in time',
  });
  if (!isTold) return [{ ...finding, verdict: 'unknown' }];
  return told === ended ? [] : [finding];
}
