// The clocks of the edge: one that only rises, for durations, and the wall's, for dates that people read.

/** Milliseconds since this process began; never decreases. */
export function monotonicMs(): number {
  return performance.now();
}

/** Milliseconds since 1970. */
export function wallMs(): number {
  return Date.now();
}
