// Judges a stored report again, offline, from its evidence alone, and names everything that comes out differently.
import { canonicalJson } from '@holdfast/protocol/canonical-json.ts';
import { concludeControl } from './conclude.ts';
import type { AnyControl } from './control.ts';
import { openEvidence } from './evaluate.ts';
import { digestEvidence } from './evidence.ts';
import { probeRunKind } from './probe-run.ts';
import { makeReport, type Report, type ReportControl } from './report.ts';
import { checkWaivers } from './waivers.ts';
import type { JudgedWaiver } from './waiver-states.ts';

export type Difference = {
  /** `report`, `evidence`, `waivers` or a control's id. */
  readonly where: string;
  /** The member that differs. */
  readonly what: string;
  readonly reported: string;
  readonly rejudged: string;
};

/** Differences between a report and what its evidence comes to under `controls`; none means that the report is right. */
export function rejudge(report: Report, controls: readonly AnyControl[]): readonly Difference[] {
  const opened = openEvidence(report.evidence, report.at);
  if (!opened.ok) return [{ where: 'evidence', what: 'evidence', reported: 'evidence', rejudged: opened.fault }];
  const results = controls.map((control) => concludeControl(control, opened.pool, report.at));
  const waivers = report.waivers.map(toWaiver);
  const checked = checkWaivers(waivers, controls, report.at);
  const outcome = { at: report.at, results, evidence: report.evidence };
  const again = makeReport({ target: report.target, outcome, waivers });
  return [
    ...compareMembers('report', report, again, ['grade', 'score', 'coverage']),
    ...compareControls(report, again),
    ...compareMembers('waivers', report, again, ['waivers']),
    ...(checked.ok ? [] : checked.faults.map((fault) => difference('waivers', 'waivers', 'accepted', fault))),
    ...unclaimedEvidence(
      report,
      opened.pool.runs.flatMap(({ brought }) => brought),
    ),
  ];
}

function compareControls(report: Report, again: Report): readonly Difference[] {
  const reported = new Map(report.controls.map((control) => [control.id, control]));
  const rejudged = new Map(again.controls.map((control) => [control.id, control]));
  const ids = [...new Set([...reported.keys(), ...rejudged.keys()])];
  return ids.flatMap((id) => {
    const before = reported.get(id);
    const now = rejudged.get(id);
    if (before === undefined) return [difference(id, 'control', 'absent', 'present')];
    if (now === undefined) return [difference(id, 'control', 'present', 'no such control')];
    return compareMembers<ReportControl>(id, before, now, [
      'verdict',
      'twinCaught',
      'findings',
      'severity',
      'title',
      'remedy',
      'maps',
    ]);
  });
}

/** Evidence that no probe brought: it was put in by somebody else. */
function unclaimedEvidence(report: Report, brought: readonly string[]): readonly Difference[] {
  const claimed = new Set(brought);
  return report.evidence
    .filter((each) => each.kind !== probeRunKind && !claimed.has(digestEvidence(each)))
    .map(({ kind, subject }) => difference('evidence', `${kind} of ${subject}`, 'present', 'brought by no probe'));
}

function compareMembers<T extends object>(
  where: string,
  reported: T,
  rejudged: T,
  names: readonly (keyof T & string)[],
): readonly Difference[] {
  return names.flatMap((name) => {
    const [before, now] = [canonicalJson(reported[name]), canonicalJson(rejudged[name])];
    return before === now ? [] : [difference(where, name, before, now)];
  });
}

function difference(where: string, what: string, reported: string, rejudged: string): Difference {
  return { where, what, reported, rejudged };
}

function toWaiver({
  state: _state,
  finding: _finding,
  ...waiver
}: JudgedWaiver): Omit<JudgedWaiver, 'state' | 'finding'> {
  return waiver;
}
