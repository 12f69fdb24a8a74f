// What waivers come to beside the results of a run: which excuse something, and which are findings themselves.
import type { ControlResult } from './conclude.ts';
import type { Finding } from './control.ts';
import { dayOf, parseDay, parseInstant } from './dates.ts';
import { pinOf, type Waiver } from './waivers.ts';

/** `void`: the evidence is another than the one excused. `unjudged`: the control came to no verdict, or was not run. */
export type WaiverState = 'active' | 'expiring' | 'lapsed' | 'void' | 'unused' | 'unjudged';
export const waiverStates = ['active', 'expiring', 'lapsed', 'void', 'unused', 'unjudged'] as const;

export type JudgedWaiver = Waiver & {
  readonly state: WaiverState;
  /** What has to be done about it; null while there is nothing. */
  readonly finding: Finding | null;
};

const warningDays = 14;

/** Judges waivers on the day of `at`, an instant. */
export function judgeWaivers(
  waivers: readonly Waiver[],
  results: readonly ControlResult[],
  at: string,
): readonly JudgedWaiver[] {
  // No day is later than the end of every waiver, should the instant be none.
  const today = dayOf(parseInstant(at) ?? Infinity);
  return waivers.map((waiver) => {
    const result = results.find(({ id }) => id === waiver.control);
    const state = stateOf(waiver, result, today);
    return { ...waiver, state, finding: findingOf(waiver, state) };
  });
}

/** Whether a result is a failure of which every finding is excused by a waiver in force. */
export function isWaived(result: ControlResult, waivers: readonly JudgedWaiver[]): boolean {
  const covers = (finding: Finding): boolean =>
    finding.verdict === undefined && waivers.some((waiver) => isInForce(waiver) && excuses(waiver, result.id, finding));
  return result.verdict === 'fail' && result.findings.length > 0 && result.findings.every(covers);
}

export function isInForce({ state }: Pick<JudgedWaiver, 'state'>): boolean {
  return state === 'active' || state === 'expiring';
}

/** Whether a waiver is about this finding and this evidence. */
export function excuses(
  waiver: Waiver,
  control: string,
  finding: Pick<Finding, 'subject' | 'at' | 'evidence'>,
): boolean {
  return waiver.control === control && waiver.subject === finding.subject && waiver.pin === pinOf(finding);
}

function stateOf(waiver: Waiver, result: ControlResult | undefined, today: number): WaiverState {
  const daysLeft = (parseDay(waiver.expires) ?? -Infinity) - today;
  if (daysLeft < 0) return 'lapsed';
  if (result === undefined || result.verdict === 'unknown' || result.verdict === 'error') return 'unjudged';
  const failures = result.findings.filter(
    ({ verdict, subject }) => result.verdict === 'fail' && verdict === undefined && subject === waiver.subject,
  );
  if (failures.length === 0) return 'unused';
  if (!failures.some((finding) => excuses(waiver, result.id, finding))) return 'void';
  return daysLeft <= warningDays ? 'expiring' : 'active';
}

function findingOf(waiver: Waiver, state: WaiverState): Finding | null {
  const words: Readonly<Record<WaiverState, readonly [expected: string, observed: string] | null>> = {
    active: null,
    unjudged: null,
    expiring: ['the failure mended before the waiver ends', `waiver ends on ${waiver.expires}`],
    lapsed: ['no waiver past its end', `waiver lapsed on ${waiver.expires}`],
    void: ['the evidence that was excused', 'waiver void: the evidence has changed'],
    unused: ['a failure that it excuses', 'waiver unused: take it out'],
  };
  const found = words[state];
  if (found === null) return null;
  const [expected, observed] = found;
  return { subject: `waiver ${waiver.control} · ${waiver.subject}`, expected, observed, evidence: [] };
}
