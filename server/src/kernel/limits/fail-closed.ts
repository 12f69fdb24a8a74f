// What holds when the shared store is down: this replica's own share of every limit, never more.
//
// Each answer of the store is also told to the local store, as time: how long until the key's burst is whole. That means the
// same for the whole limit and for its N-th part, so a key that had used up its burst when the store fell silent has none
// here either. When the store is back it does not know what was taken meanwhile: an outage is worth one more burst at most.
import { type ClockUs, monotonicUs } from './clock.ts';
import { draftOf } from './gcra.ts';
import type { Limit, LimitStore, Taken, Taking } from './limits.ts';
import { createMemoryStore, type MemoryStore } from './memory-store.ts';
import { within } from '../within.ts';

export type FailClosedOptions = {
  readonly clock?: ClockUs;
  /** A store that does not answer for this long is down. */
  readonly timeoutMs?: number;
  /** How long a store that is down is left alone before one call tries it again. */
  readonly restMs?: number;
  readonly entriesMax?: number;
  /** Told once when the store goes down and once when it is back. */
  readonly onChange?: (change: { readonly isUp: true } | { readonly isUp: false; readonly error: unknown }) => void;
};

/**
 * Asks `store`; while it is down, each of the `replicas` grants the N-th part of every limit on its own, rounded down, so
 * together they never grant more than the limit. A limit whose burst is below N, and every limit when `replicas` is
 * Infinity (nobody knows how many there are), is refused outright. Throws RangeError unless `replicas` is at least 1.
 */
export function failClosed(store: LimitStore, replicas: number, options: FailClosedOptions = {}): LimitStore {
  const { clock = monotonicUs, timeoutMs = 500, restMs = 1_000, onChange = () => undefined } = options;
  if (!(replicas >= 1)) throw new RangeError('replicas is at least 1');
  const local = createMemoryStore({
    clock,
    ...(options.entriesMax === undefined ? {} : { entriesMax: options.entriesMax }),
  });
  let isUp = true;
  let tryAgainAt = Number.NEGATIVE_INFINITY;

  function markUp(): void {
    if (isUp) return;
    isUp = true;
    onChange({ isUp: true });
  }

  function markDown(error: unknown): void {
    tryAgainAt = clock() + restMs * 1_000;
    if (!isUp) return;
    isUp = false;
    onChange({ isUp: false, error });
  }

  return {
    take: async (takings) => {
      // A fault of the caller is thrown here; what fails below is the store's.
      for (const taking of takings) draftOf(taking);
      if (!isUp && clock() < tryAgainAt) return takeShare(local, takings, replicas, restMs);
      // One call tries a store that is down; the others don't wait for it.
      if (!isUp) tryAgainAt = clock() + (timeoutMs + restMs) * 1_000;
      try {
        const taken = await within(store.take(takings), timeoutMs, () => new Error(`no answer within ${timeoutMs} ms`));
        if (taken.length !== takings.length) throw new Error('the answers do not fit the questions');
        for (const [index, { key, limit }] of takings.entries())
          local.raise(key, limit, (taken[index]?.resetMs ?? 0) * 1_000);
        markUp();
        return taken;
      } catch (error) {
        markDown(error);
        return takeShare(local, takings, replicas, restMs);
      }
    },
  };
}

function takeShare(local: MemoryStore, takings: readonly Taking[], replicas: number, restMs: number): readonly Taken[] {
  return takings.map((taking) => {
    const limit = shareOf(taking.limit, replicas);
    if (limit === undefined) return refusal(taking, restMs);
    const [taken] = local.takeNow([{ ...taking, limit }]);
    // A cost beyond the share, not beyond the limit, is possible again when the store is back.
    if (taken === undefined || (taken.retryAfterMs === Number.POSITIVE_INFINITY && taking.cost <= taking.limit.burst)) {
      return refusal(taking, restMs);
    }
    return taken;
  });
}

function shareOf(limit: Limit, replicas: number): Limit | undefined {
  const burst = Math.floor(limit.burst / replicas);
  return burst === 0 ? undefined : { perMinute: limit.perMinute / replicas, burst };
}

function refusal({ limit, cost }: Taking, restMs: number): Taken {
  const isNever = cost > limit.burst;
  return { allowed: false, remaining: 0, retryAfterMs: isNever ? Number.POSITIVE_INFINITY : restMs, resetMs: restMs };
}
