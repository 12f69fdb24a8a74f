// The clock of outbound calls: it never goes back, so time-outs hold when the wall clock jumps.

/** Milliseconds. */
export function monotonicMs(): number {
  return performance.now();
}
