// The result of a control: the verdict on its target, worth something only because its broken twins were caught in the same run.
import type { AnyControl, Finding } from './control.ts';
import { judgeRun, type EvidencePool } from './evaluate.ts';
import type { Severity, Verdict } from './verdict.ts';

export type ControlResult = {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly verdict: Verdict;
  /** Every broken twin failed where it should. */
  readonly twinCaught: boolean;
  readonly findings: readonly Finding[];
  readonly remedy: string;
  readonly maps: AnyControl['maps'];
};

/** Judges target and twins at an instant. A probe that lets a planted fault pass is blind: the verdict is `error`. */
export function concludeControl(control: AnyControl, pool: EvidencePool, at: string): ControlResult {
  const target = judgeRun(control, pool, null, at);
  const blind = control.twins.flatMap(({ name, hits }) => {
    const { verdict, findings } = judgeRun(control, pool, name, at);
    if (findings.some((each) => each.verdict === undefined && each.at === hits)) return [];
    return [blindnessOf(control, name, hits, verdict, findings)];
  });
  const { id, title, severity, remedy, maps } = control;
  return {
    id,
    title,
    severity,
    verdict: blind.length === 0 ? target.verdict : 'error',
    twinCaught: blind.length === 0,
    // What was seen of the target stays visible: a failure is not taken back by doubts about the probe.
    findings: [...blind, ...target.findings],
    remedy,
    maps,
  };
}

function blindnessOf(
  { id }: AnyControl,
  twin: string,
  hits: string,
  verdict: Verdict,
  findings: readonly Finding[],
): Finding {
  const [first] = findings;
  const why = first === undefined ? '' : `: ${first.observed}`;
  return {
    verdict: 'unknown',
    subject: `${id} twin: ${twin}`,
    expected: `the broken twin fails at ${hits}`,
    observed: `probe is blind: ${verdict}${why}`,
    evidence: [],
  };
}
