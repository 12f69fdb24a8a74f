// One number for many verdicts. Only a pass counts, so that taking evidence away never makes it better.
import { severityWeights, type Grade, type Severity, type Verdict } from './verdict.ts';

export type Scored = {
  readonly severity: Severity;
  readonly verdict: Verdict;
  /** Every failure is excused by a waiver in force. It is still no pass; it only moves the cap of the grade. */
  readonly isWaived?: boolean;
};

export type Score = {
  /** Percent of the applicable weight that passed, to one decimal, rounded down. */
  readonly score: number;
  /** Percent of the applicable weight that was decided, pass or fail, to one decimal, rounded down. */
  readonly coverage: number;
  readonly grade: Grade;
};

/** Score, coverage and grade. Where nothing applies, nothing is proven: 0, 0 and F. */
export function scoreControls(controls: readonly Scored[]): Score {
  const applicable = controls.filter(({ verdict }) => verdict !== 'not_applicable');
  const whole = weigh(applicable);
  const score = percent(weigh(applicable.filter(({ verdict }) => verdict === 'pass')), whole);
  const coverage = percent(weigh(applicable.filter(({ verdict }) => verdict === 'pass' || verdict === 'fail')), whole);
  return { score, coverage, grade: worse(gradeOf(score), capOf(applicable)) };
}

const thresholds: readonly (readonly [number, Grade])[] = [
  [90, 'A'],
  [80, 'B'],
  [70, 'C'],
  [60, 'D'],
  [50, 'E'],
];

function gradeOf(score: number): Grade {
  return thresholds.find(([minimum]) => score >= minimum)?.[1] ?? 'F';
}

/** The best grade that critical controls allow: F beside a failure, C beside one undecided or waived. */
function capOf(applicable: readonly Scored[]): Grade {
  const critical = applicable.filter(({ severity, verdict }) => severity === 'critical' && verdict !== 'pass');
  if (critical.some(({ verdict, isWaived }) => verdict === 'fail' && isWaived !== true)) return 'F';
  return critical.length === 0 ? 'A' : 'C';
}

function worse(one: Grade, other: Grade): Grade {
  return one > other ? one : other;
}

function weigh(controls: readonly Scored[]): number {
  return controls.reduce((sum, { severity }) => sum + severityWeights[severity], 0);
}

// In tenths of a percent and downwards: 100 is everything, and nothing less.
function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.floor((part * 1_000) / whole) / 10;
}
