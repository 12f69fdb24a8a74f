// ID1, judged: which passwords are taken, whether the field is named that was refused, and how those that were taken are stored.
import type { Finding } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { factsOf } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import { ATTEMPT } from '#verification/asking.ts';
import { type Families, judgeFamilies } from '#verification/families.ts';

export const STORED = 'password.rows';
export const STORED_PLACE = 'holdfast.look_at_passwords()';
export const PLACE = 'new passwords';
export const FIELD = '/body/newPassword';
/** `good` is of four kinds; each of `bad` is right in everything but one thing. */
export const FAMILIES: Families = {
  [PLACE]: {
    good: ['a strong one'],
    accepted: 204,
    bad: ['eleven characters', 'one of the published list', 'three kinds, easy to guess', 'the own address'],
    refusals: [400],
    expected: '400 at the field',
  },
};

export function judgePasswords(evidence: readonly Evidence[]): readonly Finding[] {
  return [
    ...judgeFamilies(evidence, FAMILIES),
    ...evidence.filter(({ kind, at }) => kind === ATTEMPT && at === PLACE).flatMap(judgeFields),
    ...evidence.filter(({ kind }) => kind === STORED).flatMap(judgeStored),
  ];
}

/** A refusal that names another field was one of something else. */
function judgeFields(each: Evidence): readonly Finding[] {
  return factsOf(each)
    .parts('fields')
    .filter((field) => field.text('pointer') !== FIELD)
    .map((field) => ({
      ...failureOf(each, { expected: FIELD, observed: `${field.text('name')}: ${field.text('pointer')}` }),
      verdict: 'unknown' as const,
    }));
}

function judgeStored(each: Evidence): readonly Finding[] {
  const facts = factsOf(each);
  const [stored, weak] = [facts.number('stored'), facts.number('weak')];
  if (!(stored > 0))
    return [{ ...failureOf(each, { expected: 'stored passwords', observed: `${stored}` }), verdict: 'unknown' }];
  if (weak === 0) return [];
  return [
    failureOf(each, {
      expected: 'argon2id, m >= 19456, t >= 2, p >= 1 everywhere',
      observed: `${weak} of ${stored} are stored otherwise`,
    }),
  ];
}
