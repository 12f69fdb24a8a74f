// Decides whether a version lies in a range as packages write it for their engines: comparators, carets, tildes, wildcards.

type Version = readonly [number, number, number];
type Bounds = { readonly from: Version; readonly below: Version };

const LAST: Version = [Infinity, 0, 0];
const ZERO: Version = [0, 0, 0];

/**
 * Whether a release version (major.minor.patch) satisfies a range. Throws on a range that it cannot read,
 * because a guess could go either way. Prereleases are not understood, as no engine asks for one.
 */
export function satisfies(version: string, range: string): boolean {
  const exact = /^(\d+)\.(\d+)\.(\d+)$/.exec(version);
  if (exact === null) throw new Error(`${version} is no release version`);
  const parsed: Version = [Number(exact[1]), Number(exact[2]), Number(exact[3])];
  return range.split('||').some((part) => boundsOf(part).every((bounds) => isWithin(parsed, bounds)));
}

function isWithin(version: Version, { from, below }: Bounds): boolean {
  return compare(version, from) >= 0 && compare(version, below) < 0;
}

function compare(a: Version, b: Version): number {
  return Math.sign(a[0] - b[0]) || Math.sign(a[1] - b[1]) || Math.sign(a[2] - b[2]);
}

function boundsOf(part: string): readonly Bounds[] {
  const hyphen = /^\s*(\S+)\s+-\s+(\S+)\s*$/.exec(part);
  if (hyphen !== null) return [comparator(`>=${hyphen[1] ?? ''}`), comparator(`<=${hyphen[2] ?? ''}`)];
  // An operator may stand apart from its version: ">= 18".
  const words = part.trim().replace(/([<>=^~])\s+(?=[\dvxX*])/g, '$1');
  return words === '' ? [{ from: ZERO, below: LAST }] : words.split(/\s+/).map(comparator);
}

const COMPARATOR = /^(>=|<=|>|<|=|\^|~>?|)v?(\d+|[xX*])(?:\.(\d+|[xX*]))?(?:\.(\d+|[xX*]))?$/;

function comparator(text: string): Bounds {
  const match = COMPARATOR.exec(text);
  if (match === null) throw new Error(`"${text}" is no version range that can be read`);
  const [, operator = '', ...places] = match;
  return boundsFor(operator, numbersOf(places));
}

/** The numbers before the first wildcard. */
function numbersOf(places: readonly (string | undefined)[]): readonly number[] {
  const wildcard = places.findIndex((place) => place === undefined || /[xX*]/.test(place));
  return places.slice(0, wildcard === -1 ? places.length : wildcard).map(Number);
}

function boundsFor(operator: string, numbers: readonly number[]): Bounds {
  const [major = 0, minor = 0, patch = 0] = numbers;
  const from: Version = [major, minor, patch];
  switch (operator) {
    case '>=':
      return { from, below: LAST };
    case '>':
      return { from: afterAll(numbers), below: LAST };
    case '<':
      return { from: ZERO, below: from };
    case '<=':
      return { from: ZERO, below: afterAll(numbers) };
    case '^':
      return { from, below: afterCaret(numbers) };
    case '~':
    case '~>':
      return { from, below: afterAll(numbers.slice(0, 2)) };
    default:
      return { from, below: afterAll(numbers) };
  }
}

/** The first version after all that begin with the given numbers: after 1.2 comes 1.3.0. */
function afterAll(numbers: readonly number[]): Version {
  const [major, minor, patch] = numbers;
  if (major === undefined) return LAST;
  if (minor === undefined) return [major + 1, 0, 0];
  return patch === undefined ? [major, minor + 1, 0] : [major, minor, patch + 1];
}

/** A caret holds the first number that is not zero. */
function afterCaret(numbers: readonly number[]): Version {
  const index = numbers.findIndex((number) => number > 0);
  return afterAll(index === -1 ? numbers : numbers.slice(0, index + 1));
}
