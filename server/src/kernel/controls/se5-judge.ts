// SE5, judged: which operations ask for a fresh proof, and whether an old one is refused in the way that clients understand.
import type { Finding } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { factsOf } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import { ATTEMPT } from '#verification/asking.ts';
import { type Families, judgeFamilies } from '#verification/families.ts';
import { NO_FRESH_PROOF } from './no-fresh-proof.ts';

export const REGISTRY = 'http.registry';
export const PLACES = {
  declared: 'operations that change something',
  tried: 'a session proven too long ago',
  challenge: 'header www-authenticate',
} as const;
export const MINUTES_MAX = 15;

/** Bodies fit, and ids are of nothing: what is not refused for its proof is refused for something else, or does no harm. */
export const FAMILIES: Families = {
  [PLACES.tried]: {
    accepted: 201,
    refusals: [401],
    expected: '401 until it is proven again',
    good: ['a factor, freshly proven', 'a factor, proven again'],
    bad: ['a factor', 'a key', 'a revocation', 'the organization', 'its policy', 'recovery codes'],
  },
};

export function judgeStepUp(evidence: readonly Evidence[]): readonly Finding[] {
  return [
    ...evidence.filter(({ kind }) => kind === REGISTRY).flatMap(judgeDeclared),
    ...judgeFamilies(evidence, FAMILIES),
    ...evidence.filter(({ kind, at }) => kind === ATTEMPT && at === PLACES.tried).flatMap(judgeChallenges),
  ];
}

/** Whatever changes something asks for it, but for one short list: a route that is new fails until somebody has decided. */
function judgeDeclared(each: Evidence): readonly Finding[] {
  const facts = factsOf(each);
  const asking = facts.texts('asking');
  const silent = facts.texts('silent').filter((id) => !NO_FRESH_PROOF.has(id));
  return [
    ...(asking.length > 0
      ? []
      : [
          {
            ...failureOf(each, { expected: 'operations that ask for it', observed: 'none' }),
            verdict: 'unknown' as const,
          },
        ]),
    ...silent.map((id) => failureOf(each, { expected: 'stepUp, or a place on the short list', observed: id })),
  ];
}

/** RFC 9470 section 3. */
function judgeChallenges(each: Evidence): readonly Finding[] {
  return factsOf(each)
    .texts('challenges')
    .filter((challenge) => !isChallenge(challenge))
    .map((observed) =>
      failureOf(each, {
        at: PLACES.challenge,
        expected: `insufficient_user_authentication with a max_age of at most ${MINUTES_MAX * 60}`,
        observed,
      }),
    );
}

function isChallenge(text: string): boolean {
  const seconds = Number(/\bmax_age="(\d+)"/.exec(text)?.[1] ?? Number.NaN);
  return text.includes('error="insufficient_user_authentication"') && seconds > 0 && seconds <= MINUTES_MAX * 60;
}
