// What judges say: read strictly, because a judge is code that can be wrong, and made easily.
import type { Finding } from './control.ts';
import { sha256Text, type Evidence } from './evidence.ts';
import { list, object, oneOf, optional, readShape, text, type Reading } from './shape.ts';

const findingsShape = list(
  object({
    verdict: optional(oneOf(['unknown', 'manual'])),
    subject: text('a subject'),
    at: optional(text('a locator')),
    expected: text('what was expected'),
    observed: text('what was observed'),
    evidence: list(sha256Text),
  }),
);

/** A failure of what one piece of evidence shows; `at` is the evidence's own unless told. */
export function failureOf(
  evidence: Evidence,
  found: { readonly at?: string; readonly expected: string; readonly observed: string },
): Finding {
  // A header or a field can be there and hold nothing, which is still a thing to have observed.
  const observed = found.observed.trim() === '' ? 'an empty text' : found.observed;
  return { subject: evidence.subject, at: evidence.at, ...found, observed, evidence: [evidence.sha256] };
}

/** Reads findings. A failure must cite evidence, and nothing may cite evidence that was not judged. */
export function parseFindings(value: unknown, known: ReadonlySet<string>): Reading<readonly Finding[]> {
  const read = readShape(findingsShape, value, 'findings');
  if (!read.ok) return read;
  const faults = read.value.flatMap(({ subject, evidence, verdict }) => [
    ...(evidence.length === 0 && verdict === undefined ? [`the finding on ${subject} cites no evidence`] : []),
    ...(evidence.some((hash) => !known.has(hash)) ? [`the finding on ${subject} cites evidence it did not see`] : []),
  ]);
  return faults.length === 0 ? read : { ok: false, faults };
}
