// How long to wait, as people say it.

/** Rounded up: nobody is told to come back too early. */
export function durationText(seconds: number): string {
  if (seconds < 100) return seconds === 1 ? '1 second' : `${String(Math.ceil(seconds))} seconds`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 100 ? `${String(minutes)} minutes` : `${String(Math.ceil(minutes / 60))} hours`;
}
