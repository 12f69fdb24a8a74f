// The last net over anything written out: finds secrets and personal data in serialized text and masks them.
import { cardDigits, findIbanLength, isCardNumber, isIban } from './checksums.ts';
import { createProbe, createScanExpression, type MaskKind, patternKinds } from './scan-patterns.ts';

export type { MaskKind } from './scan-patterns.ts';

/** Text after the scan, and what was masked in it, once per place. */
export type Scanned = { readonly text: string; readonly masked: readonly MaskKind[] };

/** A part of the text that is masked. */
type Span = { readonly kind: MaskKind; readonly from: number; readonly to: number };

/** What a match turned out to be: something to mask, or a place to go on from. */
type Verdict = { readonly span: Span } | { readonly resumeAt: number };

type Groups = Readonly<Record<string, string | undefined>>;

const expression = createScanExpression();
const probe = createProbe();

/**
 * Masks e-mail addresses, phone, card, IBAN and social security numbers, tokens, keys, passwords and URL query values as
 * `[masked:kind]`. Time is linear in the length of the text. Takes plain text and serialized JSON alike; a mask never
 * contains a character that JSON escapes.
 */
export function scanText(text: string): Scanned {
  return maskSpans(text, findSpans(text));
}

function maskSpans(text: string, spans: readonly Span[]): Scanned {
  if (spans.length === 0) return { text, masked: [] };
  let masked = '';
  let done = 0;
  for (const span of spans) {
    masked += `${text.slice(done, span.from)}[masked:${span.kind}]`;
    done = span.to;
  }
  return { text: masked + text.slice(done), masked: spans.map((span) => span.kind) };
}

/** `scanText` for who needs no count of what was found. */
export function maskText(text: string): string {
  return scanText(text).text;
}

/** Personal data, which texts that people may read are allowed to hold. */
const personal: ReadonlySet<MaskKind> = new Set(['email', 'phone', 'ssn', 'card', 'iban', 'url_query']);

/** Masks what lets somebody in, and leaves everything else as it is. */
export function maskSecrets(text: string): string {
  return maskSpans(
    text,
    findSpans(text).filter(({ kind }) => !personal.has(kind)),
  ).text;
}

function findSpans(text: string): readonly Span[] {
  if (!probe.test(text)) return [];
  const spans: Span[] = [];
  let done = 0;
  expression.lastIndex = 0;
  for (let match = expression.exec(text); match; match = expression.exec(text)) {
    const verdict = judge(text, match, done);
    if ('span' in verdict) {
      spans.push(verdict.span);
      done = verdict.span.to;
      expression.lastIndex = done;
    } else {
      expression.lastIndex = verdict.resumeAt;
    }
  }
  return spans;
}

function judge(text: string, match: RegExpExecArray, done: number): Verdict {
  const groups: Groups = match.groups ?? {};
  const kind = patternKinds.find((kind) => groups[kind] !== undefined) ?? 'skipped';
  const to = match.index + match[0].length;
  if (kind === 'skipped') return { resumeAt: to };
  if (kind === 'email') return judgeEmail(text, match, done);
  if (kind === 'card') return judgeCard(text, match);
  if (kind === 'iban') return judgeIban(text, match);
  if (kind === 'secret' && permissionName.test(match[0])) return { resumeAt: to };
  return maskValue(kind, match, groups);
}

// `secret:reveal` and `api_key:create` are permissions. A password is not given this benefit of the doubt.
const permissionName = /^(?:secret|token|api_key|access_key|private_key|credential):[a-z][a-z_]{0,31}$/;

/** Masks the whole match except the part its pattern keeps. */
function maskValue(kind: MaskKind, match: RegExpExecArray, groups: Groups): Verdict {
  const kept = [1, 2, 3, 4, 5, 6].map((n) => groups[`kept${n}`]).find((part) => part !== undefined) ?? '';
  return { span: { kind, from: match.index + kept.length, to: match.index + match[0].length } };
}

/** The pattern found `@domain`; the local part is found backwards, so that no long word is tried at each of its letters. */
function judgeEmail(text: string, match: RegExpExecArray, done: number): Verdict {
  const labels = match[0].split('.');
  while (labels.length > 0 && !/^\p{L}[\p{L}\p{N}-]+$/u.test(labels.at(-1) ?? '')) labels.pop();
  // Decided before the local part is walked: each character is walked once, so the whole stays linear.
  if (labels.length < 2) return { resumeAt: match.index + 1 };
  let from = match.index;
  while (from > done && isLocalPart(text.charAt(from - 1))) from -= 1;
  // The first letter may belong to a JSON escape (`\n`, `\u00e9`), which a mask must not cut in two.
  if (from > 0 && text[from - 1] === '\\') from += text[from] === 'u' ? 5 : 1;
  if (from >= match.index) return { resumeAt: match.index + 1 };
  return { span: { kind: 'email', from, to: match.index + labels.join('.').length } };
}

const localPartEnds = '"<>()[]{},;:\\/=&?|@`\x7f\xa0';

function isLocalPart(character: string): boolean {
  return character > ' ' && !localPartEnds.includes(character);
}

/** Tries every end of a digit group from this start; another start inside the run comes as a match of its own. */
function judgeCard(text: string, match: RegExpExecArray): Verdict {
  const run = match[0];
  let digits = '';
  let to = 0;
  for (let at = 0; at < run.length; at += 1) {
    const character = run.charAt(at);
    if (isDigit(character)) digits += character;
    if (digits.length < cardDigits.min || !isDigit(character) || isWordCharacter(text.charAt(match.index + at + 1)))
      continue;
    if (isCardNumber(digits)) to = at + 1;
  }
  if (to > 0) return { span: { kind: 'card', from: match.index, to: match.index + to } };
  return { resumeAt: match.index + (/^\d+/.exec(run)?.[0].length ?? 1) };
}

function isDigit(character: string): boolean {
  return character >= '0' && character <= '9';
}

function isWordCharacter(character: string): boolean {
  return isDigit(character) || (character >= 'A' && character <= 'Z') || (character >= 'a' && character <= 'z');
}

/** The country tells how many characters belong to the account; words after it are not part of it. */
function judgeIban(text: string, match: RegExpExecArray): Verdict {
  const length = findIbanLength(match[0].slice(0, 2)) ?? 0;
  let size = 0;
  let compact = '';
  while (size < match[0].length && compact.length < length) {
    compact += match[0].charAt(size).trim();
    size += 1;
  }
  const ends = !isWordCharacter(text.charAt(match.index + size));
  if (ends && isIban(compact)) return { span: { kind: 'iban', from: match.index, to: match.index + size } };
  return { resumeAt: match.index + 4 };
}
