// Reads a report from JSON strictly. What it says is not believed yet: see `rejudge` and `verifyReport`.
import { frameworks } from './control.ts';
import { instantText, parseEvidence, sha256Text, type Evidence } from './evidence.ts';
import { parseJsonText } from './json-text.ts';
import type { Report } from './report.ts';
import {
  flag,
  list,
  nullable,
  number,
  object,
  oneOf,
  optional,
  readShape,
  text,
  type Reading,
  type Shape,
} from './shape.ts';
import { grades, severities, verdicts } from './verdict.ts';
import { waiverStates } from './waiver-states.ts';
import { waiverMembers } from './waivers.ts';

/** Reads a report from text. */
export function parseReport(json: string): Reading<Report> {
  const parsed = parseJsonText(json);
  return parsed.ok ? readReport(parsed.value) : { ok: false, faults: [`the report ${parsed.fault}`] };
}

/** Reads a report from a value. */
export function readReport(value: unknown): Reading<Report> {
  const read = readShape(reportShape, value, 'report');
  if (!read.ok) return read;
  const known = new Set(read.value.evidence.map(({ sha256 }) => sha256));
  const faults = read.value.controls.flatMap(({ id, findings }) =>
    findings.some(({ evidence }) => evidence.some((hash) => !known.has(hash)))
      ? [`report: control ${id} cites evidence that is not there`]
      : [],
  );
  const ids = read.value.controls.map(({ id }) => id);
  if (new Set(ids).size < ids.length) faults.push('report: a control stands in it twice');
  return faults.length === 0 ? read : { ok: false, faults };
}

const finding = object({
  subject: text('a subject'),
  at: optional(text('a locator')),
  expected: text('what was expected'),
  observed: text('what was observed'),
  evidence: list(sha256Text),
});

const evidence: Shape<Evidence> = (value, path, faults) => {
  const parsed = parseEvidence(value);
  if (parsed.ok) return parsed.value;
  faults.push(...parsed.faults.map((fault) => `${path}: ${fault}`));
  return undefined;
};

const requirements = optional(list(text('the id of a requirement')));
type MapMembers = Record<(typeof frameworks)[number], typeof requirements>;
const mapMembers: Partial<MapMembers> = {};
for (const framework of frameworks) mapMembers[framework] = requirements;

const reportShape: Shape<Report> = object({
  target: text('a target'),
  at: instantText,
  grade: oneOf(grades),
  score: number(0, 100),
  coverage: number(0, 100),
  controls: list(
    object({
      id: text('an id', /^[A-Z]{2}[1-9][0-9]?$/),
      title: text('a title'),
      severity: oneOf(severities),
      verdict: oneOf(verdicts),
      twinCaught: flag(),
      findings: list(finding),
      remedy: text('a remedy'),
      maps: object(mapMembers),
    }),
  ),
  evidence: list(evidence),
  waivers: list(object({ ...waiverMembers, state: oneOf(waiverStates), finding: nullable(finding) })),
});
