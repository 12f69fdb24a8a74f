// AK3, judged: a key is of one organization, has a limit of its own, and what it rests on in the database takes it along.
import type { Finding } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { factsOf } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import { ATTEMPT } from '#verification/asking.ts';
import { type Families, judgeFamilies } from '#verification/families.ts';

export const REFERENCES = 'api_key.references';
export const PLACES = {
  organization: 'organization of a key',
  limit: 'limit of a key',
  member: 'member of a key',
} as const;

export const FAMILIES: Families = {
  [PLACES.organization]: {
    accepted: 200,
    refusals: [409],
    expected: '409',
    good: ['in its own organization'],
    bad: ['in another organization'],
  },
};

/** Calls of one key a minute where the operator configured nothing else (`HOLDFAST_RATE_API_KEY_PER_MINUTE`). */
export const USUAL_PER_MINUTE = 600;

/** What the database does when a member goes: takes their keys along, and revokes what they answered for. */
export const RULES = { owner: 'c', responsible: 'n', listed: 'c', trigger: 'O' } as const;

export function judgeBelonging(evidence: readonly Evidence[]): readonly Finding[] {
  const limits = evidence.filter(({ kind, at }) => kind === ATTEMPT && at === PLACES.limit);
  const rules = evidence.filter(({ kind }) => kind === REFERENCES);
  return [
    ...judgeFamilies(evidence, FAMILIES),
    ...(limits.length === 0 ? [missing(PLACES.limit)] : limits.flatMap(judgeLimit)),
    ...(rules.length === 0 ? [missing(PLACES.member)] : rules.flatMap(judgeMember)),
  ];
}

function missing(at: string): Finding {
  return { verdict: 'unknown', subject: at, at, expected: 'evidence', observed: 'none', evidence: [] };
}

/** The last call within the limit and the first beyond it are the same request; all that differs is the count. */
function judgeLimit(evidence: Evidence): readonly Finding[] {
  const facts = factsOf(evidence);
  const [within, beyond] = [facts.number('within'), facts.number('beyond')];
  const observed = `${within}, then ${beyond}`;
  if (within !== 200) return [{ ...failureOf(evidence, { expected: '200, then 429', observed }), verdict: 'unknown' }];
  return [
    ...(beyond === 429 ? [] : [failureOf(evidence, { expected: '200, then 429', observed })]),
    ...(/"api_key";q=1;w=60\b/.test(facts.text('policy'))
      ? []
      : [failureOf(evidence, { expected: 'its own limit told in the reply', observed: facts.text('policy') })]),
    ...judgeUsual(evidence),
  ];
}

/** Whoever has no limit of their own has the configured one: no other, and never none. */
function judgeUsual(evidence: Evidence): readonly Finding[] {
  const facts = factsOf(evidence);
  const [policy, configured] = [facts.text('usualPolicy'), facts.number('configured')];
  const told = /"api_key";q=([1-9]\d*);w=60\b/.exec(policy)?.[1];
  if (told !== undefined && Number(told) === configured) return [];
  const what = configured === USUAL_PER_MINUTE ? 'the usual' : 'as configured';
  return [
    failureOf(evidence, { expected: `${String(configured)} calls a minute for every key, ${what}`, observed: policy }),
  ];
}

function judgeMember(evidence: Evidence): readonly Finding[] {
  const facts = factsOf(evidence);
  return Object.entries(RULES)
    .filter(([name, rule]) => facts.findText(name) !== rule)
    .map(([name, rule]) =>
      failureOf(evidence, {
        at: PLACES.member,
        expected: `${name}: ${rule}`,
        observed: facts.findText(name) ?? 'none',
      }),
    );
}
