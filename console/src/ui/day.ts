// Days as people choose them, in the time of where they are: the server is told instants.

/** The last instant of a day (`2026-12-31`): what holds until then holds on that day too. */
export function endOfDay(day: string): string {
  return new Date(new Date(`${day}T23:59:59`).getTime() + 999).toISOString();
}

/** The first instant of a day. */
export function startOfDay(day: string): string {
  return new Date(`${day}T00:00:00`).toISOString();
}

/** The first instant that is not of a day any more. */
export function startOfNext(day: string): string {
  return new Date(new Date(endOfDay(day)).getTime() + 1).toISOString();
}

/** The day of an instant, as a field of a date holds it. */
export function dayOf(instant: string): string {
  const at = new Date(instant);
  const [month, day] = [at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, '0'));
  return `${String(at.getFullYear()).padStart(4, '0')}-${month ?? ''}-${day ?? ''}`;
}

/** Whether a text is a day that there is: an address may say anything. */
export function isDay(text: string): boolean {
  const at = new Date(`${text}T00:00:00`);
  return !Number.isNaN(at.getTime()) && dayOf(at.toISOString()) === text;
}
