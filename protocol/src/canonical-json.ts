// Canonical JSON (RFC 8785): the one text of a value, so that what is signed or committed to can be computed again.
import { encodeUtf8 } from './bytes.ts';

/** A value JSON can carry exactly. Numbers are IEEE 754 doubles; larger integers belong in strings. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [member: string]: JsonValue };

/** Arrays and objects inside one another, the outermost counted; also what stops a cyclic value. */
export const jsonDepthMax = 64;

/** The value has no canonical form; the message says which rule it breaks and never repeats the value. */
export class CanonicalJsonError extends TypeError {
  override readonly name = 'CanonicalJsonError';
}

/**
 * Canonical text of a value. Throws CanonicalJsonError on what JSON cannot carry exactly: NaN, infinities, lone
 * surrogates, undefined (also as a member), bigint, symbol, function, holes, class instances, or more than
 * `jsonDepthMax` levels. Nothing is dropped or converted silently: a commitment to less than was meant is a lie.
 */
export function canonicalJson(value: unknown): string {
  return write(value, 0);
}

/** UTF-8 bytes of `canonicalJson(value)`. */
export function canonicalJsonBytes(value: unknown): Uint8Array {
  return encodeUtf8(canonicalJson(value));
}

/** Reads text that is already canonical; any other spelling, a duplicate member included, is refused. */
export function parseCanonicalJson(
  text: string,
):
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly reason: 'not_json' | 'not_canonical' } {
  let value: JsonValue;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, reason: 'not_json' };
  }
  try {
    return canonicalJson(value) === text ? { ok: true, value } : { ok: false, reason: 'not_canonical' };
  } catch {
    return { ok: false, reason: 'not_canonical' };
  }
}

function write(value: unknown, depth: number): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return writeNumber(value);
  if (typeof value === 'string') return writeString(value);
  if (typeof value !== 'object') throw new CanonicalJsonError(`${typeof value} has no JSON form`);
  if (depth >= jsonDepthMax) throw new CanonicalJsonError(`nested deeper than ${jsonDepthMax} levels`);
  return Array.isArray(value) ? writeArray(value, depth + 1) : writeObject(value, depth + 1);
}

// RFC 8785 section 3.2.2.3 takes ECMAScript's number text, which writes minus zero as 0.
function writeNumber(value: number): string {
  if (!Number.isFinite(value)) throw new CanonicalJsonError('NaN and infinities have no JSON form');
  return String(value);
}

// Printable ASCII without quote and backslash is its own JSON text; most of what is written is no more than that.
const plainText = /^[\u0020\u0021\u0023-\u005b\u005d-\u007e]*$/;

// RFC 8785 section 3.2.2.2 takes ECMAScript's JSON.stringify for well-formed text.
function writeString(value: string): string {
  if (plainText.test(value)) return `"${value}"`;
  if (!value.isWellFormed()) throw new CanonicalJsonError('a lone surrogate has no UTF-8 form');
  return JSON.stringify(value);
}

function writeArray(value: readonly unknown[], depth: number): string {
  if (Object.keys(value).length !== value.length) throw new CanonicalJsonError('an array has holes or named members');
  let text = '[';
  for (const element of value) text += (text === '[' ? '' : ',') + write(element, depth);
  return `${text}]`;
}

// Members sort by UTF-16 code units (RFC 8785 section 3.2.3), which is what sort() without a comparison does.
function writeObject(value: object, depth: number): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new CanonicalJsonError('only plain objects and arrays have a JSON form');
  }
  if (Object.getOwnPropertySymbols(value).length > 0) throw new CanonicalJsonError('a symbol names no JSON member');
  let text = '{';
  for (const name of sortNames(Object.keys(value))) {
    const member: unknown = Reflect.get(value, name);
    text += (text === '{' ? '' : ',') + writeName(name) + write(member, depth);
  }
  return `${text}}`;
}

/** Up to so many names, sorting by insertion takes a third of the time that the general sort does. */
const fewNames = 16;

function sortNames(names: string[]): readonly string[] {
  if (names.length > fewNames) return names.sort();
  for (let from = 1; from < names.length; from += 1) {
    const name = names[from] ?? '';
    let at = from;
    for (let before = names[at - 1]; before !== undefined && before > name; before = names[at - 1]) {
      names[at] = before;
      at -= 1;
    }
    names[at] = name;
  }
  return names;
}

// What is written has few names, again and again. Strangers may name members too, so only so many are kept.
const writtenNames = new Map<string, string>();
const writtenNamesMax = 1_000;
const writtenNameLengthMax = 64;

function writeName(name: string): string {
  const known = writtenNames.get(name);
  if (known !== undefined) return known;
  const written = `${writeString(name)}:`;
  if (writtenNames.size < writtenNamesMax && name.length <= writtenNameLengthMax) writtenNames.set(name, written);
  return written;
}
