// RB5, judged: who has no grant finds nothing, who has one does what its level says for as long as it lasts, and lists agree.
import type { Finding } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { factsOf } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import { type Families, judgeFamilies } from '#verification/families.ts';

export const PLACES = {
  reading: 'one object, read',
  lists: 'one object, in a list',
  level: 'one object, changed',
  handing: 'one object, granted on',
  time: 'one object, when the time of the grant is over',
} as const;

const pair = (accepted: number, refusal: number, good: readonly string[], bad: readonly string[]) => ({
  accepted,
  refusals: [refusal] as const,
  expected: `${refusal}`,
  good,
  bad,
});

export const FAMILIES: Families = {
  [PLACES.reading]: pair(
    200,
    404,
    ['by its owner', 'by a member who was granted it'],
    ['by a member', 'by a member whose grant was ended', 'by a member who was granted another one'],
  ),
  // What stands in it counts as 200, what does not as 404.
  [PLACES.lists]: pair(
    200,
    404,
    ['of its owner', 'of a member who was granted it'],
    ['of a member', 'of a member whose grant was ended'],
  ),
  [PLACES.level]: pair(204, 403, ['by a manager of it'], ['by a viewer of it']),
  [PLACES.handing]: pair(201, 404, ['by its owner'], ['by a viewer of it']),
  [PLACES.time]: pair(200, 404, ['before'], ['after']),
};

export function judgeGrants(evidence: readonly Evidence[]): readonly Finding[] {
  const reading = evidence.filter(({ at }) => at === PLACES.reading);
  return [...judgeFamilies(evidence, FAMILIES), ...reading.flatMap(judgeSilence)];
}

/** 403 would say that there is something. */
function judgeSilence(each: Evidence): readonly Finding[] {
  const told = factsOf(each)
    .parts('tries')
    .filter((one) => !one.flag('isGood') && one.number('status') === 403)
    .map((one) => one.text('name'));
  return told.length === 0
    ? []
    : [failureOf(each, { expected: 'what is said of an object that never was', observed: `403 ${told.join(', ')}` })];
}
