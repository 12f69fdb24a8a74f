// A User-Agent in our own words: nothing of what a caller sent gets into a mail, where it could pose as a link or as us.

/** The first that fits; browsers name each other, so the order counts. */
const PROGRAMS: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chrome|CriOS)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
  [/^curl\//, 'curl'],
];

const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\bWindows\b/, 'Windows'],
  [/\b(?:iPhone|iPad)\b/, 'iOS'],
  [/\bAndroid\b/, 'Android'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
];

/** Such as `Firefox on Linux`, or `a program that we do not know`. */
export function describeDevice(userAgent: string): string {
  const program = nameOf(PROGRAMS, userAgent) ?? 'a program that we do not know';
  const system = nameOf(SYSTEMS, userAgent);
  return system === undefined ? program : `${program} on ${system}`;
}

function nameOf(names: readonly (readonly [RegExp, string])[], userAgent: string): string | undefined {
  return names.find(([pattern]) => pattern.test(userAgent))?.[1];
}
