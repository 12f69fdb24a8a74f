// Instants and days in the one spelling that is accepted, so that no parser guesses what a date was meant to be.

const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const day = /^\d{4}-\d{2}-\d{2}$/;
const dayMs = 86_400_000;

/** The instant as `2026-11-22T10:45:00.000Z`. */
export function formatInstant(unixMs: number): string {
  return new Date(unixMs).toISOString();
}

/** Unix milliseconds of an instant in exactly that spelling; undefined for any other, or a day that does not exist. */
export function parseInstant(text: string): number | undefined {
  if (!instant.test(text)) return undefined;
  const unixMs = Date.parse(text);
  return Number.isNaN(unixMs) || formatInstant(unixMs) !== text ? undefined : unixMs;
}

/** Days since 1970 of `2026-11-22`; undefined for any other spelling, or a day that does not exist. */
export function parseDay(text: string): number | undefined {
  if (!day.test(text)) return undefined;
  const unixMs = parseInstant(`${text}T00:00:00.000Z`);
  return unixMs === undefined ? undefined : unixMs / dayMs;
}

/** The day, in UTC, of an instant in Unix milliseconds, as days since 1970. */
export function dayOf(unixMs: number): number {
  return Math.floor(unixMs / dayMs);
}
