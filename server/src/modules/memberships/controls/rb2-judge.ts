// RB2, judged: how many owners organizations have, and whether the database keeps the last one.
import type { Finding } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { factsOf } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';

export const KINDS = { exposure: 'config.exposure', owners: 'member.owners' } as const;
export const PLACES = {
  exposure: 'configuration',
  owners: 'owners of organizations',
  kept: 'the last owner of an organization',
} as const;

/** Nobody is there before the first run: nothing is shown then. */
export function judgeOwners(evidence: readonly Evidence[]): readonly Finding[] {
  return evidence.filter(({ kind }) => kind === KINDS.owners).flatMap(judgeOne);
}

function judgeOne(each: Evidence): readonly Finding[] {
  const facts = factsOf(each);
  const organizations = facts.number('organizations');
  if (!(organizations > 0))
    return [{ ...failureOf(each, { expected: 'organizations', observed: `${organizations}` }), verdict: 'unknown' }];
  const [none, one] = [facts.number('withNone'), facts.number('withOne')];
  return [
    ...(none === 0 && one === 0
      ? []
      : [failureOf(each, { expected: 'two active owners of each', observed: tell(organizations, none, one) })]),
    ...(facts.flag('isKept')
      ? []
      : [failureOf(each, { at: PLACES.kept, expected: 'kept by the database', observed: 'anybody can take it away' })]),
  ];
}

function tell(organizations: number, none: number, one: number): string {
  return `of ${organizations} organizations ${none} have none, and ${one} have one`;
}

/** Where no other machine reaches it, one person may be all there is. */
export function decideExposure(evidence: readonly Evidence[]) {
  return {
    yes: evidence.some((each) => factsOf(each).flag('exposed')),
    because: 'no other machine reaches it; one owner may be all there is',
    evidence: evidence.map(({ sha256 }) => sha256),
  };
}
