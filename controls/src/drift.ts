// What changed between two reports of one target, the quiet changes too: evidence that is another while the verdict stands.
import { hashJson, type Evidence } from './evidence.ts';
import { openEvidence } from './evaluate.ts';
import type { Report, ReportControl } from './report.ts';
import type { Verdict } from './verdict.ts';

export type Drift =
  | { readonly kind: 'verdict_changed'; readonly control: string; readonly from: Verdict; readonly to: Verdict }
  | {
      readonly kind: 'evidence_changed';
      readonly control: string;
      readonly verdict: Verdict;
      readonly subjects: readonly string[];
    }
  /** A control or some of its subjects are no longer seen, or no longer decided. */
  | { readonly kind: 'coverage_lost'; readonly control: string; readonly subjects: readonly string[] }
  | { readonly kind: 'subject_new'; readonly control: string; readonly subjects: readonly string[] }
  | { readonly kind: 'waiver_voided' | 'waiver_lapsed'; readonly control: string; readonly subject: string };

/** Changes from one report to the next, in the order of the controls. Throws when the evidence of either cannot be read. */
export function findDrift(before: Report, after: Report): readonly Drift[] {
  const [seenBefore, seenAfter] = [seenIn(before), seenIn(after)];
  const ids = [...new Set([...before.controls, ...after.controls].map(({ id }) => id))];
  const none: Seen = new Map();
  return [
    ...ids.flatMap((id) =>
      controlDrift(
        findControl(before, id),
        findControl(after, id),
        seenBefore.get(id) ?? none,
        seenAfter.get(id) ?? none,
      ),
    ),
    ...waiverDrift(before, after),
  ];
}

/** One hash for everything a control's target showed; times and other volatile facts have no part in it. */
export function fingerprintOf(report: Report, control: string): string {
  return hashJson(Object.fromEntries(seenIn(report).get(control) ?? []));
}

/** Subject → hash of what was seen of it. */
type Seen = ReadonlyMap<string, string>;

function seenIn(report: Report): ReadonlyMap<string, Seen> {
  const opened = openEvidence(report.evidence, report.at);
  if (!opened.ok) throw new Error(opened.fault);
  const { byDigest, runs } = opened.pool;
  return new Map(
    runs
      .filter(({ twin }) => twin === null)
      .map(({ control, brought }) => [
        control,
        groupBySubject(brought.flatMap((digest) => byDigest.get(digest) ?? [])),
      ]),
  );
}

function groupBySubject(evidence: readonly Evidence[]): Seen {
  const groups = Map.groupBy(evidence, ({ subject }) => subject);
  return new Map([...groups].map(([subject, of]) => [subject, hashJson(of.map(({ sha256 }) => sha256).toSorted())]));
}

function findControl(report: Report, id: string): ReportControl | undefined {
  return report.controls.find((control) => control.id === id);
}

function controlDrift(
  before: ReportControl | undefined,
  after: ReportControl | undefined,
  seenBefore: Seen,
  seenAfter: Seen,
): readonly Drift[] {
  if (after === undefined) {
    return before === undefined
      ? []
      : [{ kind: 'coverage_lost', control: before.id, subjects: [...seenBefore.keys()] }];
  }
  const { id: control, verdict } = after;
  const from = before?.verdict ?? verdict;
  const lost = [...seenBefore.keys()].filter((subject) => !seenAfter.has(subject));
  const found = [...seenAfter.keys()].filter((subject) => !seenBefore.has(subject));
  const changed = [...seenAfter.keys()].filter(
    (subject) => seenBefore.has(subject) && seenBefore.get(subject) !== seenAfter.get(subject),
  );
  const isUndecided = isDecided(from) && !isDecided(verdict);
  return [
    ...(from === verdict ? [] : [{ kind: 'verdict_changed', control, from, to: verdict } as const]),
    ...(isUndecided || lost.length > 0 ? [{ kind: 'coverage_lost', control, subjects: lost } as const] : []),
    ...(found.length > 0 ? [{ kind: 'subject_new', control, subjects: found } as const] : []),
    ...(changed.length > 0 ? [{ kind: 'evidence_changed', control, verdict, subjects: changed } as const] : []),
  ];
}

function waiverDrift(before: Report, after: Report): readonly Drift[] {
  return after.waivers.flatMap(({ control, subject, pin, state }): readonly Drift[] => {
    if (state !== 'void' && state !== 'lapsed') return [];
    const was = before.waivers.find((each) => each.control === control && each.subject === subject && each.pin === pin);
    if (was?.state === state) return [];
    return [{ kind: state === 'void' ? 'waiver_voided' : 'waiver_lapsed', control, subject }];
  });
}

function isDecided(verdict: Verdict): boolean {
  return verdict === 'pass' || verdict === 'fail' || verdict === 'not_applicable';
}
