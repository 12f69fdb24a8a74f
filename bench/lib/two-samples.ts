// Whether two samples could be of one distribution: the Mann-Whitney U test and Welch's t, both two-sided.
import { median } from './numbers.ts';

export type Comparison = {
  readonly medians: readonly [number, number];
  /** The second's median less the first's. */
  readonly difference: number;
  /** Of the rank-sum test, by the normal approximation with ties corrected: for twenty values or more. */
  readonly rankP: number;
  readonly welchT: number;
  /** By the normal approximation. */
  readonly welchP: number;
};

export function compareSamples(one: readonly number[], other: readonly number[]): Comparison {
  const medians = [median(one), median(other)] as const;
  const welchT = welch(one, other);
  return {
    medians,
    difference: medians[1] - medians[0],
    rankP: twoSided(rankZ(one, other)),
    welchT,
    welchP: twoSided(welchT),
  };
}

/** Mann and Whitney 1947: how far the rank sum of the first is from what chance gives, in standard deviations. */
function rankZ(one: readonly number[], other: readonly number[]): number {
  const all = [...one.map((value) => ({ value, mine: 1 })), ...other.map((value) => ({ value, mine: 0 }))].sort(
    (a, b) => a.value - b.value,
  );
  let rankSum = 0;
  let ties = 0;
  for (let from = 0; from < all.length;) {
    let to = from + 1;
    while (to < all.length && all[to]?.value === all[from]?.value) to += 1;
    const mine = all.slice(from, to).reduce((sum, each) => sum + each.mine, 0);
    rankSum += (mine * (from + 1 + to)) / 2;
    ties += (to - from) ** 3 - (to - from);
    from = to;
  }
  const [n, m, count] = [one.length, other.length, all.length];
  const u = rankSum - (n * (n + 1)) / 2;
  const variance = ((n * m) / 12) * (count + 1 - ties / (count * (count - 1)));
  return (u - (n * m) / 2) / Math.sqrt(variance);
}

function welch(one: readonly number[], other: readonly number[]): number {
  const [a, b] = [momentsOf(one), momentsOf(other)];
  return (b.mean - a.mean) / Math.sqrt(a.variance / one.length + b.variance / other.length);
}

function momentsOf(values: readonly number[]): { readonly mean: number; readonly variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1) };
}

/** The share of a normal distribution that is as far out as this; Abramowitz and Stegun 7.1.26, exact to 1.5e-7. */
function twoSided(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.327_591_1 * x);
  const factors = [1.061_405_429, -1.453_152_027, 1.421_413_741, -0.284_496_736, 0.254_829_592];
  return factors.reduce((sum, factor) => sum * t + factor, 0) * t * Math.exp(-x * x);
}
