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
  back: 'somebody who comes back',
  suspended: 'somebody who was suspended',
  handedOver: 'keys of the organization, when somebody goes',
  mover: 'somebody with another role',
  event: 'event of a change',
} as const;

/** What there is to end at each place, as it must be told: no number too few, none too many. */
export const ENDED: Readonly<Record<string, string>> = {
  [PLACES.password]: 'sessions 2',
  [PLACES.factor]: 'sessions 1',
  [PLACES.leaver]: 'apiKeys 1, grants 1, organizationKeys 1, projects 1, roles 1, sessions 1, teams 1',
  [PLACES.suspended]: 'sessions 1',
  [PLACES.handedOver]: 'apiKeys 1, keysHandedOver 1',
  [PLACES.mover]: 'sessions 1',
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
    good: [
      'their session before',
      'their key before',
      'a key of the organization before',
      'the owner who took them out',
    ],
    bad: ['their session', 'their key', 'a key of the organization'],
  },
  [PLACES.back]: {
    accepted: 200,
    refusals: [403, 404],
    expected: '403 or 404',
    good: ['a grant before', 'a project before', 'a role before', 'a team before', 'themselves'],
    bad: ['a grant', 'a project', 'a role', 'a team'],
  },
  [PLACES.suspended]: {
    accepted: 200,
    refusals: [401],
    expected: '401 at once',
    good: ['their session before', 'their key before', 'their key when they are let in again'],
    bad: ['their key while they are suspended', 'their session'],
  },
  [PLACES.handedOver]: {
    accepted: 200,
    refusals: [401, 403, 409],
    expected: '409 without a choice, and no call for who has gone',
    good: ['their key of the organization before', 'taking them out with one'],
    bad: ['taking them out without a word about it', 'a key that was handed over, for them'],
  },
  [PLACES.mover]: {
    accepted: 200,
    refusals: [401, 403],
    expected: '401 or 403 at once',
    good: ['their session before', 'what they could do before', 'what they still may'],
    bad: ['their session', 'what they could do'],
  },
};

export function judgeLeaving(evidence: readonly Evidence[]): readonly Finding[] {
  return [
    ...judgeFamilies(evidence, FAMILIES),
    ...evidence.filter(({ kind, at }) => kind === ATTEMPT && ENDED[at] !== undefined).flatMap(judgeEvent),
    ...evidence.filter(({ kind, at }) => kind === ATTEMPT && at === PLACES.handedOver).flatMap(judgeHandedOver),
  ];
}

/** A key that somebody was chosen to answer for goes on; a server that breaks, or was not asked (0), shows nothing. */
function judgeHandedOver(each: Evidence): readonly Finding[] {
  const status = factsOf(each).number('handedOver');
  if (status === 200) return [];
  const found = failureOf(each, { expected: '200 for who is still there', observed: String(status) });
  return status === 0 || status >= 500 || status === 429 ? [{ ...found, verdict: 'unknown' }] : [found];
}

function judgeEvent(each: Evidence): readonly Finding[] {
  const facts = factsOf(each);
  const [isTold, told, ended] = [facts.flag('isTold'), facts.findText('told'), ENDED[each.at]];
  const finding = failureOf(each, {
    at: PLACES.event,
    expected: `${String(ended)}, in the event or the reply`,
    observed: isTold ? (told ?? 'no number') : 'no event in time',
  });
  if (!isTold) return [{ ...finding, verdict: 'unknown' }];
  return told === ended ? [] : [finding];
}
