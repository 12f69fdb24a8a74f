// The evidence of TR3: the policies of one reply, with nonces as fingerprints because they change with every reply.
import type { Observation } from '@holdfast/controls/evidence.ts';

export const POLICY = 'http.content_policy';
export const POLICY_PLACE = 'header content-security-policy';
export const NONCE = 'nonce';

export type PolicyFacts = {
  readonly isPage: boolean;
  /** Whether a policy came that is reported on and not held to. */
  readonly isReported: boolean;
  /** A line each, with `'nonce-*'` for a nonce. */
  readonly policies: readonly string[];
  /** Of the shortest nonce, up to what is enough. */
  readonly nonceCharacters: number;
  readonly nonces: readonly string[];
  /** Those of the same request asked once more. */
  readonly noncesAgain: readonly string[];
};

export function observePolicy(subject: string, facts: PolicyFacts): Observation {
  return {
    kind: POLICY,
    subject,
    at: POLICY_PLACE,
    data: facts,
    vantage: 'inside',
    ttlSeconds: 300,
    volatile: ['nonces', 'noncesAgain'],
  };
}
