// MF1, judged: which factors there are, who is asked for one, what works twice, and what is stored.
import type { Finding } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { factsOf } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import { type Families, judgeFamilies } from '#verification/families.ts';

export const KINDS = {
  offered: 'factor.offered',
  policy: 'factor.policy',
  kept: 'factor.kept',
  rows: 'factor.rows',
} as const;
export const PLACES = {
  code: 'code of an app',
  recovery: 'recovery code',
  signIn: 'sign-in with a factor',
  offered: 'operations of factors',
  policy: 'policy of an organization',
  kept: 'stored factors of the probe',
  rows: 'holdfast.look_at_factor_secrets()',
} as const;
/** What lets people enroll each kind, and organizations ask for it. */
export const OFFERED = [
  'factor.confirm_totp',
  'factor.enroll_passkey',
  'factor.new_recovery_codes',
  'factor.start_passkey',
  'factor.start_totp',
  'session.create_with_factor',
  'session.create_with_passkey',
  'sign_in_policy.get',
  'sign_in_policy.update',
] as const;

export const FAMILIES: Families = {
  [PLACES.code]: { accepted: 200, refusals: [401], expected: '401', good: ['a code'], bad: ['the same code again'] },
  [PLACES.recovery]: {
    accepted: 200,
    refusals: [401],
    expected: '401',
    good: ['a code'],
    bad: ['the same code again'],
  },
  [PLACES.signIn]: {
    accepted: 201,
    refusals: [401],
    expected: 'no session',
    good: ['password and recovery code'],
    bad: ['the password alone'],
  },
};

export function judgeFactors(evidence: readonly Evidence[]): readonly Finding[] {
  const of = (wanted: string): readonly Evidence[] => evidence.filter(({ kind }) => kind === wanted);
  return [
    ...judgeFamilies(evidence, FAMILIES),
    ...of(KINDS.offered).flatMap(judgeOffered),
    ...of(KINDS.policy).flatMap(judgePolicy),
    ...of(KINDS.kept).flatMap(judgeKept),
    ...of(KINDS.rows).flatMap(judgeRows),
  ];
}

function judgeOffered(each: Evidence): readonly Finding[] {
  const ids = factsOf(each).texts('ids');
  return OFFERED.filter((id) => !ids.includes(id)).map((id) =>
    failureOf(each, { expected: id, observed: 'there is no such operation' }),
  );
}

/** Where other machines reach it, nobody can ask less than owners and admins. */
function judgePolicy(each: Evidence): readonly Finding[] {
  const facts = factsOf(each);
  const [isExposed, required] = [facts.flag('isExposed'), facts.findText('required') ?? 'nothing'];
  const allowed = isExposed ? ['admins', 'all'] : ['none', 'admins', 'all'];
  if (allowed.includes(required)) return [];
  return [failureOf(each, { expected: `a factor of ${allowed.join(' or ')}`, observed: required })];
}

function judgeKept(each: Evidence): readonly Finding[] {
  const facts = factsOf(each);
  const doubt = { expected: 'what was enrolled', observed: 'nothing is stored' };
  return [
    ...(facts.flag('isStored') ? [] : [{ ...failureOf(each, doubt), verdict: 'unknown' as const }]),
    ...facts
      .texts('readable')
      .map((what) => failureOf(each, { expected: 'nothing that gives it back', observed: `${what}, readable` })),
  ];
}

function judgeRows(each: Evidence): readonly Finding[] {
  const facts = factsOf(each);
  if (!(facts.number('secrets') > 0 && facts.number('codes') > 0)) {
    const found = { expected: 'the app and the codes of the probe at least', observed: 'less' };
    return [{ ...failureOf(each, found), verdict: 'unknown' }];
  }
  return ['unsealed', 'unhashed']
    .filter((name) => facts.number(name) !== 0)
    .map((name) => failureOf(each, { expected: `${name}: none`, observed: `${facts.number(name)}` }));
}
