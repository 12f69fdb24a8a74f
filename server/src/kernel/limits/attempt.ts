// Counting failures, not attempts, without the gap between looking and counting in which parallel guesses would pass.
import { kernelErrors } from '../errors.ts';
import type { LimitStore, Taken, Taking } from './limits.ts';

/** How many failures a key may have. */
export type FailureBudget = Omit<Taking, 'cost'>;

export type Attempt =
  | {
      readonly ok: true;
      /** Call it once, and only when the attempt was good: what was counted beforehand is given back. */
      readonly succeed: () => Promise<void>;
    }
  | { readonly ok: false; readonly retryAfterMs: number };

/**
 * Counts an attempt as a failure in every budget before it is made, so that any number of parallel ones fit the budget
 * together. An attempt that never ends (a crash, a client that left) stays counted. When one budget refuses, the attempt is
 * not made, and counts in none of the others.
 */
export async function beginAttempt(store: LimitStore, budgets: readonly FailureBudget[]): Promise<Attempt> {
  const taken = await store.take(budgets.map((budget) => ({ ...budget, cost: 1 })));
  const counted = budgets.filter((_, index) => taken[index]?.allowed === true);
  if (counted.length === budgets.length) return { ok: true, succeed: () => giveBack(store, budgets) };
  await giveBack(store, counted);
  return { ok: false, retryAfterMs: longestWaitMs(taken) };
}

/** The same, where nothing is left to do for who is refused: throws `rate.exceeded`. */
export async function demandAttempt(
  store: LimitStore,
  budgets: readonly FailureBudget[],
): Promise<Extract<Attempt, { readonly ok: true }>> {
  const attempt = await beginAttempt(store, budgets);
  if (!attempt.ok) throw tooManyAttempts(attempt.retryAfterMs);
  return attempt;
}

/** 429 with when to come again, in whole seconds (RFC 9110 section 10.2.3). */
export function tooManyAttempts(retryAfterMs: number) {
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1_000));
  return kernelErrors['rate.exceeded']({ headers: { 'retry-after': String(seconds) } });
}

async function giveBack(store: LimitStore, budgets: readonly FailureBudget[]): Promise<void> {
  await store.take(budgets.map((budget) => ({ ...budget, cost: -1 })));
}

function longestWaitMs(taken: readonly Taken[]): number {
  return Math.max(1, ...taken.map(({ retryAfterMs }) => retryAfterMs));
}
