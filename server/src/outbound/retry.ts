// Decides whether a request may be repeated and how long to wait: pure, so that every rule can be read and tested.
import type { OutboundFailure, OutboundReason } from './reasons.ts';

/** How an attempt ended, as far as repeating it goes. */
export type Outcome =
  | OutboundFailure
  | {
      readonly ok: true;
      readonly status: number;
      /** The Retry-After header, if there was one. */
      readonly retryAfter?: string | undefined;
    };

export interface RetryPolicy {
  /** All attempts, the first included. */
  readonly attemptsMax: number;
  /** The wait before attempt n+1 is random below min(cap, base × 2^(n-1)). */
  readonly baseMs: number;
  readonly capMs: number;
}

export const defaultRetryPolicy: RetryPolicy = { attemptsMax: 3, baseMs: 250, capMs: 8_000 };

export interface RetrySituation {
  /** Attempts made so far, at least 1. */
  readonly attempt: number;
  /** True when repeating a request that took effect does no harm. */
  readonly idempotent: boolean;
  /** What is left of the caller's deadline. */
  readonly remainingMs: number;
  /** Wall-clock milliseconds, for a Retry-After that is a date. */
  readonly nowMs: number;
  /** From 0 (included) to 1 (not). */
  readonly random: () => number;
}

export type RetryPlan = { readonly retry: true; readonly delayMs: number } | { readonly retry: false };

const no: RetryPlan = { retry: false };

/** Plans the next attempt. A server that asks for more time than the deadline leaves is not asked again. */
export function planRetry(
  outcome: Outcome,
  situation: RetrySituation,
  policy: RetryPolicy = defaultRetryPolicy,
): RetryPlan {
  if (situation.attempt >= policy.attemptsMax || !isSafeToRepeat(outcome, situation.idempotent)) return no;
  const asked = outcome.ok ? (parseRetryAfterMs(outcome.retryAfter, situation.nowMs) ?? 0) : 0;
  const delayMs = asked + backoffMs(situation, policy);
  return delayMs < situation.remainingMs ? { retry: true, delayMs } : no;
}

/** Faults of the way to the server; all others are decisions or the caller's doing and would end the same. */
const transient: ReadonlySet<OutboundReason> = new Set([
  'resolve',
  'refused',
  'unreachable',
  'timeout_connect',
  'proxy',
  'proxy_failed',
  'reset',
  'timeout_first_byte',
  'timeout_idle',
  'protocol',
]);

/** The server says it did not do it: overloaded, rate limited, or the request came too late. */
const notDone: ReadonlySet<number> = new Set([408, 425, 429, 503, 529]);

/** A gateway or the server failed, perhaps after doing it. */
const perhapsDone: ReadonlySet<number> = new Set([500, 502, 504]);

/**
 * True when repeating can help and can't do something twice: nothing was sent, or the server said that it did nothing, or
 * the request is idempotent.
 */
export function isSafeToRepeat(outcome: Outcome, idempotent: boolean): boolean {
  if (outcome.ok) return notDone.has(outcome.status) || (idempotent && perhapsDone.has(outcome.status));
  return transient.has(outcome.reason) && (idempotent || !outcome.sent);
}

/**
 * What an attempt says about its target, for the circuit breaker. Our own refusals and a caller who left say nothing; a
 * reply of any other status, 429 included, shows a server that is up.
 */
export function judgeOutcome(outcome: Outcome): 'success' | 'failure' | 'neutral' {
  if (outcome.ok) return outcome.status >= 500 ? 'failure' : 'success';
  return transient.has(outcome.reason) || outcome.reason === 'tls' ? 'failure' : 'neutral';
}

/** A Retry-After value (RFC 9110 section 10.2.3) as milliseconds from now; undefined when absent or unreadable. */
export function parseRetryAfterMs(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  if (/^[0-9]{1,9}$/.test(text)) return Number(text) * 1000;
  if (!/^[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT$/.test(text)) return undefined;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}

/** Full jitter: callers that failed together do not come back together. */
function backoffMs({ attempt, random }: RetrySituation, { baseMs, capMs }: RetryPolicy): number {
  return Math.floor(random() * Math.min(capMs, baseMs * 2 ** (attempt - 1)));
}
