// The clocks of cryptography: the time inside ids, and the age of cached keys.

/** Milliseconds since 1970. */
export function unixMs(): number {
  return Date.now();
}

/** Milliseconds of a clock that never goes back. */
export function monotonicMs(): number {
  return performance.now();
}
