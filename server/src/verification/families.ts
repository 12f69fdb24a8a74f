// Promises made of families of tries: each lists what has to be accepted and what refused, which judges it and makes its fixtures.
import type { Finding, Fixture, Mutant } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { alterFacts } from '@holdfast/controls/fixtures.ts';
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import { ATTEMPT, attemptFixture } from './asking.ts';
import { judgeTries, type Try } from './tries.ts';

export type Family = {
  /** Names of tries that must be accepted, and the status that says so. */
  readonly good: readonly string[];
  readonly accepted: number;
  /** Names of tries that must be refused, and the statuses that do. */
  readonly bad: readonly string[];
  readonly refusals: readonly [number, ...number[]];
  readonly expected: string;
};

/** By the place that findings name. */
export type Families = Readonly<Record<string, Family>>;

/** Judges a piece for each family; one that was not tried is unknown. */
export function judgeFamilies(evidence: readonly Evidence[], families: Families): readonly Finding[] {
  return Object.entries(families).flatMap(([place, family]) => {
    const pieces = evidence.filter(({ kind, at }) => kind === ATTEMPT && at === place);
    if (pieces.length === 0) return [missing(place)];
    return pieces.flatMap((each) => judgeTries(each, family));
  });
}

function missing(at: string): Finding {
  return { verdict: 'unknown', subject: at, at, expected: 'tried', observed: 'it was not', evidence: [] };
}

/** The tries of a family from statuses by name; what has no status was not tried. */
export function triesOf(family: Family, statuses: Readonly<Record<string, number | undefined>>): readonly Try[] {
  const select = (names: readonly string[], isGood: boolean): readonly Try[] =>
    names.flatMap((name) => {
      const status = statuses[name];
      return status === undefined ? [] : [{ name, isGood, status }];
    });
  return [...select(family.good, true), ...select(family.bad, false)];
}

type Facts = Readonly<Record<string, JsonValue>>;

/** Evidence in which everything is as it must be; `more` are further facts of a place. */
export function goodTries(families: Families, more: Readonly<Record<string, Facts>> = {}): readonly Evidence[] {
  return Object.entries(families).map(([at, family]) =>
    attemptFixture({ subject: at, at, facts: { tries: changedTries(family, {}), ...more[at] } }),
  );
}

/** A mutant for each try that must be refused, in which it is accepted. */
export function mutantsOf(families: Families, from: string): readonly [Mutant, ...Mutant[]] {
  const [first, ...others] = Object.entries(families).flatMap(([at, family]) =>
    family.bad.map((name) => ({
      name: `accepted: ${name} (${at})`,
      from,
      apply: changeTries(families, at, { [name]: family.accepted }),
      hits: at,
    })),
  );
  if (first === undefined) throw new Error('families in which nothing is refused');
  return [first, ...others];
}

/** Evidence that proves nothing: nobody gets in, a family that was not tried, a server that breaks or throttles. */
export function blindOf(families: Families, good: readonly Evidence[]): readonly Fixture[] {
  return Object.entries(families).flatMap(([at, family]) => {
    const [[firstGood = ''], [firstBad = '']] = [family.good, family.bad];
    const [refusal] = family.refusals;
    return [
      { name: `nobody gets in (${at})`, evidence: changeTries(families, at, { [firstGood]: refusal })(good) },
      { name: `a server that breaks (${at})`, evidence: changeTries(families, at, { [firstBad]: 500 })(good) },
      { name: `too many calls (${at})`, evidence: changeTries(families, at, { [firstBad]: 429 })(good) },
      { name: `not tried (${at})`, evidence: good.filter((each) => each.at !== at) },
      { name: `half tried (${at})`, evidence: alterFacts(good, (each) => each.at === at, { tries: [] }) },
    ];
  });
}

export function changeTries(families: Families, at: string, statuses: Readonly<Record<string, number>>) {
  return (evidence: readonly Evidence[]): readonly Evidence[] => {
    const family = families[at];
    if (family === undefined) throw new Error('no such family');
    return alterFacts(evidence, (each) => each.at === at, { tries: changedTries(family, statuses) });
  };
}

function changedTries(family: Family, statuses: Readonly<Record<string, number>>): readonly Try[] {
  const { good, accepted, bad, refusals } = family;
  const [refusal] = refusals;
  return [
    ...good.map((name) => ({ name, isGood: true, status: statuses[name] ?? accepted })),
    ...bad.map((name) => ({ name, isGood: false, status: statuses[name] ?? refusal })),
  ];
}
