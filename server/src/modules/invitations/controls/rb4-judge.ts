// RB4, judged: who invites whom, which invitations are taken, and what becomes of a link when another is sent.
import type { Finding } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { factsOf } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import { ATTEMPT } from '#verification/asking.ts';
import { type Families, judgeFamilies } from '#verification/families.ts';

export const PLACES = { inviting: 'inviting', accepting: 'accepting', renewing: 'sending again' } as const;

/** From then on a new link opens the invitation. */
export const RENEWED_DAYS = 7;

export const FAMILIES: Families = {
  [PLACES.inviting]: {
    accepted: 201,
    refusals: [403],
    expected: '403',
    good: ['an admin invites a viewer', 'an owner invites an owner'],
    bad: ['an admin invites an owner'],
  },
  [PLACES.accepting]: {
    accepted: 201,
    refusals: [403, 409],
    expected: '403 or 409',
    good: ['an open one for this address'],
    bad: ['an expired one', 'a canceled one', 'one for another address', 'one that was taken'],
  },
  [PLACES.renewing]: {
    accepted: 200,
    refusals: [403, 409],
    expected: '403 or 409',
    good: ['the link before another was sent'],
    bad: ['the link after another was sent'],
  },
};

export function judgeInvitations(evidence: readonly Evidence[]): readonly Finding[] {
  const renewals = evidence.filter(({ kind, at }) => kind === ATTEMPT && at === PLACES.renewing);
  return [...judgeFamilies(evidence, FAMILIES), ...renewals.flatMap(judgeRenewal)];
}

/** Sent again, it has a new end: a week from now. */
function judgeRenewal(evidence: Evidence): readonly Finding[] {
  const facts = factsOf(evidence);
  const [status, days] = [facts.number('renewed'), facts.findNumber('days')];
  const expected = `sent again, for ${String(RENEWED_DAYS)} days`;
  const found = failureOf(evidence, { expected, observed: `${String(status)}, ${String(days ?? 'no')} days` });
  if (status === 429 || status >= 500) return [{ ...found, verdict: 'unknown' }];
  return status === 200 && days === RENEWED_DAYS ? [] : [found];
}
