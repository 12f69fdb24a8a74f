// Paired probes: that a bad request was refused means something only when a good one, otherwise the same, was accepted.
import type { Finding } from './control.ts';
import type { Evidence } from './evidence.ts';
import { failureOf } from './findings.ts';

/** `other` is neither: a crash, a rate limit, a redirect. */
export type Outcome = 'accepted' | 'refused' | 'other';
export type Attempt = {
  readonly evidence: Evidence;
  readonly outcome: Outcome;
  /** How it shows, such as `401`. */ readonly shown: string;
};

/** What an HTTP status says: 2xx accepted, one of `refusals` refused, anything else proves nothing. */
export function outcomeOfStatus(status: number, refusals: readonly number[]): Outcome {
  if (status >= 200 && status < 300) return 'accepted';
  return refusals.includes(status) ? 'refused' : 'other';
}

/**
 * Findings on attempts that belong together: every bad one must be refused and every good one accepted. An accepted bad
 * attempt fails in any case; a refused one beside no accepted good one is unknown, for a dead server refuses too.
 */
export function judgePair(pair: {
  readonly good: readonly Attempt[];
  readonly bad: readonly Attempt[];
  readonly expected: string;
}): readonly Finding[] {
  const { good, bad, expected } = pair;
  const failures = bad
    .filter(({ outcome }) => outcome === 'accepted')
    .map(({ evidence, shown }) => failureOf(evidence, { expected, observed: shown }));
  const doubts = [
    ...bad.filter(({ outcome }) => outcome === 'other').map((each) => doubtOn(each, expected)),
    ...good.filter(({ outcome }) => outcome !== 'accepted').map((each) => doubtOn(each, 'the good attempt accepted')),
    ...missing(good, bad, expected),
  ];
  return [...failures, ...doubts];
}

function missing(good: readonly Attempt[], bad: readonly Attempt[], expected: string): readonly Finding[] {
  if (good.length > 0 && bad.length > 0) return [];
  const [seen] = [...good, ...bad];
  const what = bad.length === 0 ? 'a bad attempt' : 'a good attempt beside the bad one';
  const evidence = seen === undefined ? [] : [seen.evidence.sha256];
  const subject = seen === undefined ? expected : seen.evidence.subject;
  return [{ verdict: 'unknown', subject, expected: what, observed: 'none', evidence }];
}

function doubtOn({ evidence, shown }: Attempt, expected: string): Finding {
  return { ...failureOf(evidence, { expected, observed: shown }), verdict: 'unknown' };
}
