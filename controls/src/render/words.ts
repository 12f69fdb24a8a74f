// Words and signs that every rendering shares, and the cleaning of text that came from a target.
import type { Report, ReportControl, ReportFinding } from '../report.ts';
import type { Verdict } from '../verdict.ts';
import { severityWeights } from '../verdict.ts';
import { excuses, isInForce, type JudgedWaiver } from '../waiver-states.ts';

export const verdictWords: Readonly<Record<Verdict, string>> = {
  pass: 'passed',
  fail: 'failed',
  error: 'error',
  unknown: 'unknown',
  manual: 'needs a person',
  not_applicable: 'not applicable',
};

export const verdictSigns: Readonly<Record<Verdict, string>> = {
  pass: '✓',
  fail: '✗',
  error: '!',
  unknown: '?',
  manual: '☐',
  not_applicable: '–',
};

const verdictOrder: readonly Verdict[] = ['fail', 'error', 'unknown', 'manual', 'not_applicable', 'pass'];

/** Worst first: failures by severity, then what could not be decided, then the rest. */
export function worstFirst(controls: readonly ReportControl[]): readonly ReportControl[] {
  return controls.toSorted(
    (one, other) =>
      verdictOrder.indexOf(one.verdict) - verdictOrder.indexOf(other.verdict) ||
      severityWeights[other.severity] - severityWeights[one.severity] ||
      (one.id < other.id ? -1 : 1),
  );
}

/** Text with everything that moves a cursor, changes a color or turns the direction of writing shown as its code. */
export function visible(text: string): string {
  return text.replaceAll(
    /[\p{C}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`,
  );
}

/** Text for HTML and XML, also inside quoted attributes. */
export function escapeMarkup(text: string): string {
  return visible(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** `31 of 34 passed`, counting what applies. */
export function countOf(report: Report): string {
  const applicable = report.controls.filter(({ verdict }) => verdict !== 'not_applicable');
  const passed = applicable.filter(({ verdict }) => verdict === 'pass');
  return `${passed.length} of ${applicable.length} passed`;
}

/** `every twin caught`, or the controls whose probes are blind. */
export function twinsOf(report: Report): string {
  const blind = report.controls.filter(({ twinCaught }) => !twinCaught).map(({ id }) => id);
  if (report.controls.length === 0) return 'no twin observed';
  return blind.length === 0 ? 'every twin caught' : `twins not caught: ${blind.join(', ')}`;
}

/** The waiver in force for a finding of a control; undefined when there is none. */
export function findWaiver(report: Report, control: ReportControl, finding: ReportFinding): JudgedWaiver | undefined {
  return report.waivers.find((waiver) => isInForce(waiver) && excuses(waiver, control.id, finding));
}

/** What a finding rests on: `http.exchange from outside 4be1f0c2a9d3`, and how to see it. */
export function evidenceOf(
  report: Report,
  finding: ReportFinding,
): readonly { readonly words: string; readonly reproduce: string | undefined }[] {
  return [...new Set(finding.evidence)].flatMap((hash) => {
    const found = report.evidence.find(({ sha256 }) => sha256 === hash);
    if (found === undefined) return [];
    return [{ words: `${found.kind} from ${found.vantage} ${hash.slice(0, 12)}`, reproduce: found.reproduce }];
  });
}

export function percentText(percent: number): string {
  return `${percent.toFixed(1)} %`;
}
