// The clock of limits that live in this process: monotonic, so that setting the wall clock neither frees nor locks anybody.

/** Whole microseconds since a fixed moment; never decreases. */
export type ClockUs = () => number;

/** Microseconds since this process began. */
export const monotonicUs: ClockUs = () => Math.floor(performance.now() * 1_000);
