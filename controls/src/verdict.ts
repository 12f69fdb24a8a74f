// The words in which everything here speaks: verdicts, severities with their weights, and where evidence was seen from.

/** What a check came to. Only `pass` is green; `unknown` saw too little, `error` went wrong, `manual` needs a person. */
export type Verdict = 'pass' | 'fail' | 'not_applicable' | 'unknown' | 'error' | 'manual';
export type Severity = 'critical' | 'high' | 'medium' | 'low';
/** Where evidence was seen from. `build` is files and sources, `host` the machine, `inside` behind the edge. */
export type Vantage = 'outside' | 'inside' | 'host' | 'build';
export type Grade = 'A' | 'B' | 'C' | 'D' | 'E' | 'F';

export const verdicts = ['pass', 'fail', 'not_applicable', 'unknown', 'error', 'manual'] as const;
export const severities = ['critical', 'high', 'medium', 'low'] as const;
export const vantages = ['outside', 'inside', 'host', 'build'] as const;
export const grades = ['A', 'B', 'C', 'D', 'E', 'F'] as const;

/** How much a control counts in score and coverage. */
export const severityWeights: Readonly<Record<Severity, number>> = { critical: 10, high: 5, medium: 2, low: 1 };
