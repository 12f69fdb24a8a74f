// The arithmetic of charts: round numbers for an axis, and which labels fit below it.

/** Round numbers from 0 up to the first at or above the most: steps of 1, 2 or 5 times a power of ten, whole ones. */
export function ticksUpTo(most: number, stepsMax = 4): readonly number[] {
  const rough = Math.max(1, most) / stepsMax;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, ([1, 2, 5, 10].find((times) => times * power >= rough) ?? 10) * power);
  const steps = Math.max(1, Math.ceil(Math.max(1, most) / step));
  return Array.from({ length: steps + 1 }, (_, at) => at * step);
}

/** Which of so many places have a label, when one is so wide: the last, and every so many before it. */
export function labelledPlaces(count: number, width: number, labelWidth: number): ReadonlySet<number> {
  const every = Math.max(1, Math.ceil((count * labelWidth) / Math.max(1, width)));
  const places = Array.from({ length: Math.ceil(count / every) }, (_, at) => count - 1 - at * every);
  return new Set(places.filter((place) => place >= 0));
}
