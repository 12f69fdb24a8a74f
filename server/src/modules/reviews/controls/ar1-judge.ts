// AR1, judged: whether a decision ends access and is one, who may decide, and whether reviews of everything are late anywhere.
import type { Finding } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { factsOf } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import { type Families, judgeFamilies } from '#verification/families.ts';

export const OWED = 'reviews.owed';
export const PLACES = {
  revoking: 'what a review revokes',
  deciding: 'who decides in a review',
  owed: 'reviews that are owed',
} as const;

export const FAMILIES: Families = {
  [PLACES.revoking]: {
    accepted: 200,
    refusals: [401],
    expected: '401',
    good: ['the key before the review'],
    bad: ['the key after it was revoked'],
  },
  [PLACES.deciding]: {
    accepted: 200,
    refusals: [403, 404, 409],
    expected: '403, 404 or 409',
    good: ['another owner'],
    bad: ['whose access it is', 'an owner of another organization', 'a second decision'],
  },
};

export function judgeReviews(evidence: readonly Evidence[]): readonly Finding[] {
  return [...judgeFamilies(evidence, FAMILIES), ...evidence.filter(({ kind }) => kind === OWED).flatMap(judgeOwed)];
}

function judgeOwed(each: Evidence): readonly Finding[] {
  const facts = factsOf(each);
  const [overdue, unclosed] = [facts.number('overdue'), facts.number('unclosed')];
  const [organizations, days] = [facts.number('organizations'), facts.number('worstDaysLate')];
  return [
    ...(overdue === 0
      ? []
      : [
          failureOf(each, {
            expected: 'a review of everything as often as the organization has said, quarterly unless told',
            observed: `late in ${String(overdue)} of ${String(organizations)} organizations, by up to ${String(days)} days`,
          }),
        ]),
    ...(unclosed === 0
      ? []
      : [
          failureOf(each, {
            expected: 'every review closed when it is due',
            observed: `${String(unclosed)} past their due date`,
          }),
        ]),
  ];
}
