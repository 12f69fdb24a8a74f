// The clocks of the edges (start, terminal, upstream calls); inside a transaction the database's clock is the only one.

/** Milliseconds since 1970; a wall clock that may jump. */
export function unixMs(): number {
  return Date.now();
}

/** Milliseconds of a clock that never goes back; for durations. */
export function monotonicMs(): number {
  return performance.now();
}
