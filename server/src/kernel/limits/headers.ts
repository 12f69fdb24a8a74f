// What a caller is told about its limits: RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers-11), Retry-After.
import { paceOf } from './gcra.ts';
import type { Limit, Taken } from './limits.ts';

/** A limit under the name it has in the documentation, and its answer. */
export type Answered = { readonly policy: string; readonly limit: Limit; readonly taken: Taken };

const POLICY = /^[a-z][a-z0-9_-]{0,63}$/;

/** The headers of one policy. Throws TypeError for a name that is not lower-case letters, digits, `_` and `-`. */
export function rateHeaders(policy: string, limit: Limit, taken: Taken): Readonly<Record<string, string>> {
  return rateHeadersOf([{ policy, limit, taken }]);
}

/**
 * The headers of several policies, in order; none for none. `q` is the burst and `w` the time in which it comes back, so
 * q / w is the lasting rate. No partition key: it would name other callers' ids, and a caller knows who it is.
 */
export function rateHeadersOf(answered: readonly Answered[]): Readonly<Record<string, string>> {
  if (answered.length === 0) return {};
  const waits = answered.flatMap(({ taken }) => retryAfterSeconds(taken) ?? []);
  return {
    'ratelimit-policy': answered.map(policyItem).join(', '),
    ratelimit: answered.map(limitItem).join(', '),
    // A taking that is never possible has no moment to wait for, whatever the others say.
    ...(waits.length === 0 || answered.some(({ taken }) => isNever(taken))
      ? {}
      : { 'retry-after': String(Math.max(...waits)) }),
  };
}

/** Whole seconds to wait, at least 1 (RFC 9110 section 10.2.3); undefined when allowed, and when waiting won't help. */
export function retryAfterSeconds(taken: Taken): number | undefined {
  if (taken.allowed || isNever(taken)) return undefined;
  return wholeSeconds(taken.retryAfterMs * 1_000);
}

function isNever(taken: Taken): boolean {
  return taken.retryAfterMs === Number.POSITIVE_INFINITY;
}

function policyItem({ policy, limit }: Answered): string {
  if (!POLICY.test(policy)) throw new TypeError(`${policy} is not the name of a policy`);
  return `"${policy}";q=${limit.burst};w=${wholeSeconds(paceOf(limit).windowUs)}`;
}

function limitItem({ policy, limit, taken }: Answered): string {
  return `"${policy}";r=${taken.remaining};t=${effectiveSeconds(limit, taken)}`;
}

/**
 * The time for which `remaining` is all there is. With something left: the time in which as much comes back, so r / t never
 * suggests a faster pace than q / w (section 8.5). With nothing left: until the next unit. It never ends after Retry-After
 * (section 6).
 */
function effectiveSeconds(limit: Limit, taken: Taken): number {
  const { emissionUs, windowUs } = paceOf(limit);
  const nextUnitUs = taken.resetMs * 1_000 - (windowUs - emissionUs);
  const seconds = wholeSeconds(taken.remaining > 0 ? taken.remaining * emissionUs : nextUnitUs);
  return Math.min(seconds, retryAfterSeconds(taken) ?? seconds);
}

function wholeSeconds(us: number): number {
  return Math.max(1, Math.ceil(us / 1_000_000));
}
