// When a delivery that failed is tried again: soon at first, for an alarm is urgent, and for about a day.

const [MINUTE, HOUR] = [60, 3_600];

/** Pauses after the first, second … failure, in seconds; after the last try it is given up. */
export const PAUSES_SECONDS: readonly number[] = [
  5,
  30,
  2 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  4 * HOUR,
  6 * HOUR,
  10 * HOUR,
];

/** When to try again after `failures` in a row, at least one; undefined when it is given up. */
export function nextTry(failures: number, now: Date): Date | undefined {
  const pause = PAUSES_SECONDS[failures - 1];
  return pause === undefined ? undefined : new Date(now.getTime() + pause * 1_000);
}
