// The report of a run, as a value that is plain JSON: what was promised, what was seen, what it comes to.
import type { ControlResult } from './conclude.ts';
import type { Finding } from './control.ts';
import { digestEvidence, type Evidence } from './evidence.ts';
import type { RunOutcome } from './run.ts';
import { scoreControls, type Score } from './score.ts';
import { findSecret } from './secrets.ts';
import { isWaived, judgeWaivers, type JudgedWaiver } from './waiver-states.ts';
import type { Waiver } from './waivers.ts';

export type ReportFinding = Omit<Finding, 'verdict'>;
export type ReportControl = Omit<ControlResult, 'findings'> & { readonly findings: readonly ReportFinding[] };

export type Report = Score & {
  /** What was verified, in words: usually its URL. */
  readonly target: string;
  /** When it was judged, an instant. */
  readonly at: string;
  readonly controls: readonly ReportControl[];
  /** Everything the verdicts rest on, so that anyone can judge again. */
  readonly evidence: readonly Evidence[];
  readonly waivers: readonly JudgedWaiver[];
};

/** Makes the report of a run. The waivers must have been read by `parseWaivers`. Throws when `target` holds a secret. */
export function makeReport(made: {
  readonly target: string;
  readonly outcome: RunOutcome;
  readonly waivers: readonly Waiver[];
}): Report {
  const { target, outcome } = made;
  const secret = findSecret(target);
  if (secret !== undefined) throw new Error(`the name of the target holds ${secret}`);
  const waivers = judgeWaivers(made.waivers, outcome.results, outcome.at);
  const scored = outcome.results.map((result) => ({ ...result, isWaived: isWaived(result, waivers) }));
  return {
    target,
    at: outcome.at,
    ...scoreControls(scored),
    controls: outcome.results.map((result) => ({ ...result, findings: result.findings.map(toReportFinding) })),
    evidence: [...new Map(outcome.evidence.map((each) => [digestEvidence(each), each])).values()],
    waivers,
  };
}

function toReportFinding({ verdict: _internal, ...finding }: Finding): ReportFinding {
  return finding;
}
