// Waivers: failures that people answer for, for a while. Read strictly, because what is misread here excuses something.
import type { AnyControl, Finding } from './control.ts';
import { dayOf, parseDay, parseInstant } from './dates.ts';
import { hashJson } from './evidence.ts';
import { parseJsonText } from './json-text.ts';
import { list, object, readShape, text, type Reading, type Shape } from './shape.ts';
import type { Severity } from './verdict.ts';

export type Waiver = {
  readonly control: string;
  /** The one subject whose finding is excused. */
  readonly subject: string;
  readonly reason: string;
  readonly owner: string;
  readonly approver: string;
  /** A day, as `2026-11-22`. */
  readonly created: string;
  /** The last day on which it holds, in UTC. */
  readonly expires: string;
  /** `pinOf` the finding: when the evidence changes, the waiver is void. */
  readonly pin: string;
};

/** The longest life of a waiver, in days, by the severity of its control. */
export const waiverDaysMax: Readonly<Record<Severity, number>> = { critical: 14, high: 30, medium: 90, low: 180 };

/** What a waiver is pinned to: the place of a finding and the evidence under it. */
export function pinOf(finding: Pick<Finding, 'subject' | 'at' | 'evidence'>): string {
  const { subject, at = null, evidence } = finding;
  return `sha256:${hashJson({ subject, at, evidence: [...new Set(evidence)].toSorted() })}`;
}

/** Reads a waiver file, `{ "waivers": [ … ] }`. All faults are named at once, and a file with one excuses nothing. */
export function parseWaivers(json: string, controls: readonly AnyControl[], at: string): Reading<readonly Waiver[]> {
  const parsed = parseJsonText(json);
  if (!parsed.ok) return { ok: false, faults: [`the waiver file ${parsed.fault}`] };
  const read = readShape(object({ waivers: list(waiverShape) }), parsed.value, 'file');
  return read.ok ? checkWaivers(read.value.waivers, controls, at) : read;
}

/** Checks waivers that were read against the controls and the day of `at`, an instant. */
export function checkWaivers(
  waivers: readonly Waiver[],
  controls: readonly AnyControl[],
  at: string,
): Reading<readonly Waiver[]> {
  const atMs = parseInstant(at);
  if (atMs === undefined) return { ok: false, faults: ['the present is not an instant'] };
  const seen = new Set<string>();
  const faults = waivers.flatMap((waiver, index) => {
    const key = JSON.stringify([waiver.control, waiver.subject, waiver.pin]);
    const repeated = seen.has(key) ? ['excuses what another one excuses'] : [];
    seen.add(key);
    const own = [...faultsOfPeople(waiver), ...faultsOfControl(waiver, controls), ...faultsOfDays(waiver, dayOf(atMs))];
    return [...own, ...repeated].map((fault) => `waivers[${index}] (${waiver.control}) ${fault}`);
  });
  return faults.length === 0 ? { ok: true, value: waivers } : { ok: false, faults };
}

const dayText: Shape<string> = (value, path, faults) => {
  if (typeof value === 'string' && parseDay(value) !== undefined) return value;
  faults.push(`${path} is not a day such as 2026-11-22`);
  return undefined;
};

export const waiverMembers = {
  control: text('a control'),
  subject: text('a subject'),
  reason: text('a reason'),
  owner: text('an owner'),
  approver: text('an approver'),
  created: dayText,
  expires: dayText,
  pin: text('a pin such as sha256:…', /^sha256:[0-9a-f]{64}$/),
} as const;

const waiverShape = object(waiverMembers);

function faultsOfPeople({ owner, approver }: Waiver): readonly string[] {
  return personOf(owner) === personOf(approver) ? ['is approved by its owner'] : [];
}

// One person in two spellings is still one person.
function personOf(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase();
}

function faultsOfControl(waiver: Waiver, controls: readonly AnyControl[]): readonly string[] {
  const control = controls.find(({ id }) => id === waiver.control);
  if (control === undefined) {
    const renamed = controls.find(({ formerIds }) => formerIds?.includes(waiver.control) === true);
    return [renamed === undefined ? 'names no known control' : `names a control that is now ${renamed.id}`];
  }
  const days = lifeOf(waiver);
  const daysMax = waiverDaysMax[control.severity];
  return [
    ...(control.waivable ? [] : ['names a control that cannot be waived']),
    ...(days > daysMax ? [`lives ${days} days; ${control.severity} controls are waived for ${daysMax} at most`] : []),
  ];
}

function faultsOfDays(waiver: Waiver, today: number): readonly string[] {
  const created = parseDay(waiver.created) ?? Infinity;
  return [
    ...(lifeOf(waiver) < 0 ? ['expires before it was created'] : []),
    ...(created > today ? ['was created in the future'] : []),
  ];
}

function lifeOf({ created, expires }: Waiver): number {
  return (parseDay(expires) ?? Infinity) - (parseDay(created) ?? 0);
}
