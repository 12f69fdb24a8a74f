// Walks the bytes of strangers' JSON in one pass: checked whole against RFC 8259, and nothing of it is built in memory.

/** Where one member of the outermost object stands; the key with its quotes. Ends are exclusive. */
export type Member = {
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly valueStart: number;
  readonly valueEnd: number;
};

/** Deeper than any document of the model protocols. */
const DEPTH_MAX = 1_000;
/** What every step answers for bytes that are no JSON; no byte stands there, so a step from it fails too. */
const NOWHERE = -1;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const MINUS = 0x2d;
const PLUS = 0x2b;
const DOT = 0x2e;
const ZERO = 0x30;
const LETTER_U = 0x75;
const LITERALS = ['true', 'false', 'null'].map((word) => Buffer.from(word));
const ESCAPES: ReadonlySet<number | undefined> = new Set(Buffer.from('"\\/bfnrt'));

/**
 * Visits the members of the outermost object in order, each before what follows it was looked at. False when the bytes are
 * not one JSON object; what `visit` throws ends the walk. UTF-8 inside strings is not checked.
 */
export function scanObject(bytes: Uint8Array, visit: (member: Member) => void): boolean {
  let at = skipSpace(bytes, 0);
  if (bytes[at] !== OPEN_BRACE) return false;
  at = skipSpace(bytes, at + 1);
  if (bytes[at] === CLOSE_BRACE) return isEnd(bytes, at + 1);
  for (;;) {
    const keyStart = at;
    const keyEnd = endOfString(bytes, keyStart);
    const valueStart = startOfValue(bytes, keyEnd);
    const valueEnd = endOfValue(bytes, valueStart);
    if (valueEnd === NOWHERE) return false;
    visit({ keyStart, keyEnd, valueStart, valueEnd });
    at = skipSpace(bytes, valueEnd);
    if (bytes[at] === CLOSE_BRACE) return isEnd(bytes, at + 1);
    if (bytes[at] !== COMMA) return false;
    at = skipSpace(bytes, at + 1);
  }
}

/** Whether the bytes are one JSON array. */
export function isArray(bytes: Uint8Array): boolean {
  return bytes[skipSpace(bytes, 0)] === OPEN_BRACKET && isJson(bytes);
}

/** Whether the bytes are one JSON value of any kind. */
export function isJson(bytes: Uint8Array): boolean {
  const end = endOfValue(bytes, skipSpace(bytes, 0));
  return end !== NOWHERE && isEnd(bytes, end);
}

function isEnd(bytes: Uint8Array, at: number): boolean {
  return skipSpace(bytes, at) === bytes.length;
}

/** Index after the value that begins at `start`. No recursion: what stands open is kept as the byte that closes it. */
function endOfValue(bytes: Uint8Array, start: number): number {
  const closers: number[] = [];
  let at = start;
  for (;;) {
    const closer = closerOf(bytes[at]);
    if (closer === undefined) at = endOfScalar(bytes, at);
    else if (closers.length === DEPTH_MAX) return NOWHERE;
    else {
      at = skipSpace(bytes, at + 1);
      if (bytes[at] !== closer) {
        closers.push(closer);
        at = startOfElement(bytes, at, closer);
        continue;
      }
      at += 1;
    }
    at = leave(bytes, at, closers);
    if (at === NOWHERE || closers.length === 0) return at;
  }
}

/** From the end of a value to the next one beside it, out of everything that closes there. */
function leave(bytes: Uint8Array, end: number, closers: number[]): number {
  let at = end;
  for (let closer = closers.at(-1); closer !== undefined && at !== NOWHERE; closer = closers.at(-1)) {
    at = skipSpace(bytes, at);
    if (bytes[at] === COMMA) return startOfElement(bytes, skipSpace(bytes, at + 1), closer);
    if (bytes[at] !== closer) return NOWHERE;
    closers.pop();
    at += 1;
  }
  return at;
}

function closerOf(byte: number | undefined): number | undefined {
  if (byte === OPEN_BRACE) return CLOSE_BRACE;
  return byte === OPEN_BRACKET ? CLOSE_BRACKET : undefined;
}

/** Where the value of an element begins: in an object behind its key. */
function startOfElement(bytes: Uint8Array, at: number, closer: number): number {
  return closer === CLOSE_BRACE ? startOfValue(bytes, endOfString(bytes, at)) : at;
}

function startOfValue(bytes: Uint8Array, keyEnd: number): number {
  if (keyEnd === NOWHERE) return NOWHERE;
  const colon = skipSpace(bytes, keyEnd);
  return bytes[colon] === COLON ? skipSpace(bytes, colon + 1) : NOWHERE;
}

function endOfScalar(bytes: Uint8Array, at: number): number {
  if (at === NOWHERE) return NOWHERE;
  const byte = bytes[at];
  if (byte === QUOTE) return endOfString(bytes, at);
  if (byte === MINUS || isDigit(byte)) return endOfNumber(bytes, at);
  const word = LITERALS.find((literal) => literal.every((letter, index) => bytes[at + index] === letter));
  return word === undefined ? NOWHERE : at + word.length;
}

function endOfString(bytes: Uint8Array, start: number): number {
  if (start === NOWHERE || bytes[start] !== QUOTE) return NOWHERE;
  for (let at = start + 1; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    // Most of what anybody writes: small letters and all of UTF-8 beyond ASCII.
    if (byte > BACKSLASH) continue;
    if (byte === QUOTE) return at + 1;
    if (byte < 0x20) return NOWHERE;
    if (byte === BACKSLASH) {
      at += 1;
      if (bytes[at] === LETTER_U) {
        if (!isHex4(bytes, at + 1)) return NOWHERE;
        at += 4;
      } else if (!ESCAPES.has(bytes[at])) return NOWHERE;
    }
  }
  return NOWHERE;
}

function isHex4(bytes: Uint8Array, start: number): boolean {
  for (let at = start; at < start + 4; at += 1) {
    const byte = bytes[at] ?? 0;
    const letter = byte | 0x20;
    if (!isDigit(byte) && (letter < 0x61 || letter > 0x66)) return false;
  }
  return true;
}

/** RFC 8259 section 6. */
function endOfNumber(bytes: Uint8Array, start: number): number {
  let at = bytes[start] === MINUS ? start + 1 : start;
  at = bytes[at] === ZERO ? at + 1 : endOfDigits(bytes, at);
  if (at !== NOWHERE && bytes[at] === DOT) at = endOfDigits(bytes, at + 1);
  if (at === NOWHERE || ((bytes[at] ?? 0) | 0x20) !== 0x65) return at;
  const sign = bytes[at + 1];
  return endOfDigits(bytes, sign === PLUS || sign === MINUS ? at + 2 : at + 1);
}

/** At least one digit. */
function endOfDigits(bytes: Uint8Array, start: number): number {
  let at = start;
  while (isDigit(bytes[at])) at += 1;
  return at === start ? NOWHERE : at;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= 0x39;
}

function skipSpace(bytes: Uint8Array, start: number): number {
  let at = start;
  for (let byte = bytes[at]; byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09; byte = bytes[at])
    at += 1;
  return at;
}
