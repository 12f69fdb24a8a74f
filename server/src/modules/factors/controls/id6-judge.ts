// ID6, judged: whether any owner or admin has no second factor, and what such a one could do.
import type { Finding } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { factsOf } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import { type Families, judgeFamilies } from '#verification/families.ts';

export const KINDS = { exposure: 'config.exposure', people: 'factor.people' } as const;
export const PLACES = {
  exposure: 'configuration',
  people: 'owners and admins',
  tried: 'an owner with a password alone',
} as const;

export const FAMILIES: Families = {
  [PLACES.tried]: {
    accepted: 200,
    refusals: [403],
    expected: '403 until a factor was shown',
    good: ['sees who they are', 'sees members with a factor'],
    bad: ['sees members', 'sees keys', 'sees sessions', 'sees the policy'],
  },
};

export function judgePowerful(evidence: readonly Evidence[]): readonly Finding[] {
  return [
    ...judgeFamilies(evidence, FAMILIES),
    ...evidence.filter(({ kind }) => kind === KINDS.people).flatMap(judgePeople),
  ];
}

/** Nobody is there before the first run: nothing was shown then, of what is tried least of all. */
function judgePeople(each: Evidence): readonly Finding[] {
  const facts = factsOf(each);
  const [powerful, lacking] = [facts.number('powerful'), facts.number('withoutFactor')];
  if (!(powerful > 0))
    return [{ ...failureOf(each, { expected: 'owners or admins', observed: `${powerful}` }), verdict: 'unknown' }];
  if (lacking === 0) return [];
  return [
    failureOf(each, {
      expected: 'a second factor of each; until then they can do nothing but enroll one',
      observed: `${lacking} of ${powerful} have none`,
    }),
  ];
}

/** Where no other machine reaches it, an organization decides for itself. */
export function decideExposure(evidence: readonly Evidence[]) {
  return {
    yes: evidence.some((each) => factsOf(each).flag('exposed')),
    because: 'no other machine reaches it; organizations may demand factors all the same',
    evidence: evidence.map(({ sha256 }) => sha256),
  };
}
