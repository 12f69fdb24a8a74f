// Parses JSON from strangers: bounded depth before parsing, strict UTF-8, no keys that reach for prototypes.

export type JsonReading =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly detail: string };

/** Deeper than any document of ours or of the model protocols, far from what a recursive reader stumbles over. */
export const DEPTH_MAX = 100;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** `[` and `{` differ in this bit alone, and so do `]` and `}`. */
const BRACE_BIT = 0x20;
const OPENER = 0x5b;
const CLOSER = 0x5d;

/**
 * Reads bytes as one JSON value. Of a repeated key the last counts, as everywhere in JavaScript: nothing reads the bytes a
 * second time. A byte order mark is refused (RFC 8259 section 8.1).
 */
export function parseJson(bytes: Uint8Array): JsonReading {
  if (isTooDeep(bytes)) return { ok: false, detail: `The JSON is nested deeper than ${DEPTH_MAX} levels.` };
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    return { ok: false, detail: 'The body is not UTF-8.' };
  }
  try {
    const value: unknown = JSON.parse(text);
    if (mayHoldPrototypeKeys(text) && holdsPrototypeKeys(value))
      return { ok: false, detail: 'The JSON has a key that objects inherit.' };
    return { ok: true, value };
  } catch {
    return { ok: false, detail: 'The body is not JSON.' };
  }
}

/** Counts brackets outside strings in one pass over the bytes; no recursion, whatever they hold. */
export function isTooDeep(bytes: Uint8Array): boolean {
  let depth = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) at = endOfString(bytes, at + 1);
    else if ((byte & ~BRACE_BIT) === OPENER) {
      depth += 1;
      if (depth > DEPTH_MAX) return true;
    } else if ((byte & ~BRACE_BIT) === CLOSER) depth -= 1;
  }
  return false;
}

/** Index of the quote that ends the string whose content begins at `start`; the length where none does. */
function endOfString(bytes: Uint8Array, start: number): number {
  let at = start;
  // Most strings are short, and calling the search costs as much as walking so far.
  for (const near = Math.min(start + 32, bytes.length); at < near; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH) at += 1;
  }
  const from = at;
  for (at = bytes.indexOf(QUOTE, from); at !== -1; at = bytes.indexOf(QUOTE, at + 1)) {
    if (!isEscaped(bytes, from, at)) return at;
  }
  return bytes.length;
}

/** Whether an odd number of backslashes stands before `at`; `from` is no escaped byte. */
function isEscaped(bytes: Uint8Array, from: number, at: number): boolean {
  let first = at;
  while (first > from && bytes[first - 1] === BACKSLASH) first -= 1;
  return (at - first) % 2 === 1;
}

/** An escape can spell any key, so text with one is looked through too. */
function mayHoldPrototypeKeys(text: string): boolean {
  return text.includes('__proto__') || text.includes('constructor') || text.includes('\\u');
}

function holdsPrototypeKeys(root: unknown): boolean {
  const waiting: unknown[] = [root];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value !== 'object' || value === null) continue;
    if (Object.hasOwn(value, '__proto__')) return true;
    const maker = Object.hasOwn(value, 'constructor') ? Reflect.get(value, 'constructor') : undefined;
    if (typeof maker === 'object' && maker !== null && Object.hasOwn(maker, 'prototype')) return true;
    waiting.push(...Object.values(value));
  }
  return false;
}
