// The arithmetic of every limit: GCRA, one theoretical arrival time a key, in whole microseconds.
//
// A key's state is the moment its bucket will be full again (the theoretical arrival time). What is used is the time from
// now until then: 0 = full burst, `windowUs` = nothing left. A taking adds its cost; time takes it away again.
import type { Limit, Taken, Taking } from './limits.ts';

/** A limit in time: one unit comes back every `emissionUs`, the whole burst after `windowUs`. */
export type Pace = { readonly emissionUs: number; readonly windowUs: number };
/** A taking in time. */
export type Draft = Pace & { readonly costUs: number };
export type Settled = { readonly usedUs: number; readonly taken: Taken };

const MINUTE_US = 60_000_000;
const WINDOW_US_MAX = 366 * 1_440 * MINUTE_US;

/**
 * The emission is rounded up to whole microseconds, so a limit is never looser than written (and above 6,000,000 a minute
 * noticeably tighter). A burst of 0 refuses every taking. Throws RangeError for a rate that is not positive and finite, a
 * burst that is not a whole number, or a burst that takes longer than a year to come back.
 */
export function paceOf(limit: Limit): Pace {
  if (!(Number.isFinite(limit.perMinute) && limit.perMinute > 0)) throw new RangeError('perMinute is more than 0');
  if (!(Number.isSafeInteger(limit.burst) && limit.burst >= 0)) throw new RangeError('burst is a whole number');
  const emissionUs = Math.ceil(MINUTE_US / limit.perMinute);
  const windowUs = emissionUs * limit.burst;
  if (emissionUs > WINDOW_US_MAX || windowUs > WINDOW_US_MAX)
    throw new RangeError('the burst takes over a year to come back');
  return { emissionUs, windowUs };
}

/** Throws RangeError like `paceOf`, and for a cost that is not a whole number. */
export function draftOf({ limit, cost }: Taking): Draft {
  const pace = paceOf(limit);
  if (!Number.isSafeInteger(cost)) throw new RangeError('cost is a whole number');
  // A cost beyond the burst is refused however large, and giving back more than the burst fills it: cut there, every product
  // stays far inside 2^53.
  const units = Math.max(-limit.burst, Math.min(cost, limit.burst + 1));
  return { ...pace, costUs: units * pace.emissionUs };
}

/**
 * Decides a draft. `usedUs` of the result is the new state; it differs from the given one only when something was taken or
 * given back. State beyond the window counts as the window, so no clock that jumped locks a key for longer than that.
 */
export function settle(usedUs: number, draft: Draft): Settled {
  const { costUs, emissionUs, windowUs } = draft;
  const used = Math.min(Math.max(usedUs, 0), windowUs);
  const wantedUs = costUs === 0 ? emissionUs : Math.max(costUs, 0);
  const missingUs = used + wantedUs - windowUs;
  if (costUs < 0) return settled(Math.max(used + costUs, 0), 0, draft);
  if (missingUs <= 0) return settled(used + costUs, 0, draft);
  const { taken } = settled(used, wantedUs > windowUs ? Number.POSITIVE_INFINITY : missingUs, draft);
  return { usedUs, taken };
}

/** The answer of a key in a given state; `retryUs` 0 means allowed. */
export function takenOf(usedUs: number, retryUs: number, { emissionUs, windowUs }: Pace): Taken {
  return {
    allowed: retryUs === 0,
    remaining: Math.floor((windowUs - usedUs) / emissionUs),
    retryAfterMs: Math.ceil(retryUs / 1_000),
    resetMs: Math.ceil(usedUs / 1_000),
  };
}

function settled(usedUs: number, retryUs: number, pace: Pace): Settled {
  return { usedUs, taken: takenOf(usedUs, retryUs, pace) };
}
