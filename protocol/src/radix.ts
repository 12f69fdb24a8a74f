// Fixed-width positional text for bytes read as one big-endian number: Crockford base 32 for ids, base 62 for keys.

/** Digits of an alphabet in rising value; its length is the base. */
export type Alphabet = string & { readonly alphabet: unique symbol };

/** Crockford's base 32 in lower case: no i, l, o or u, and none of Crockford's decoding aliases. */
export const crockford32 = defineAlphabet('0123456789abcdefghjkmnpqrstvwxyz');

/** Base 62 in ASCII order: digits, upper case, lower case. */
export const base62 = defineAlphabet('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz');

/** Characters that hold every value of `byteCount` bytes: 16 bytes are 26 in base 32, 32 bytes are 43 in base 62. */
export function radixLength(alphabet: Alphabet, byteCount: number): number {
  return Math.ceil((byteCount * 8) / Math.log2(alphabet.length));
}

/** Digits handled at once: as many as 32 bits hold together with a byte, because arithmetic on large integers is slow. */
const groupDigits = 4;

/** Writes bytes as a number with leading zero digits up to `radixLength`. */
export function encodeRadix(alphabet: Alphabet, bytes: Uint8Array): string {
  const group = BigInt(alphabet.length ** groupDigits);
  let rest = BigInt(`0x0${bytes.toHex()}`);
  let text = '';
  for (let left = radixLength(alphabet, bytes.length); left > 0; left -= groupDigits) {
    text = writeGroup(alphabet, Number(rest % group), Math.min(groupDigits, left)) + text;
    rest /= group;
  }
  return text;
}

function writeGroup(alphabet: Alphabet, value: number, digits: number): string {
  const base = alphabet.length;
  let rest = value;
  let text = '';
  for (let place = 0; place < digits; place += 1) {
    text = alphabet.charAt(rest % base) + text;
    rest = Math.floor(rest / base);
  }
  return text;
}

/** Reads what `encodeRadix` writes for `byteCount` bytes; undefined for another length, a foreign digit or a larger number. */
export function decodeRadix(alphabet: Alphabet, text: string, byteCount: number): Uint8Array | undefined {
  if (text.length !== radixLength(alphabet, byteCount)) return undefined;
  const bytes = new Uint8Array(byteCount);
  for (let at = 0; at < text.length; at += groupDigits) {
    const digits = text.slice(at, at + groupDigits);
    const group = readGroup(alphabet, digits);
    if (group === undefined || !multiplyAdd(bytes, alphabet.length ** digits.length, group)) return undefined;
  }
  return bytes;
}

/** Multiplies the big-endian number in `bytes` and adds to it, in place; false when the result does not fit. */
function multiplyAdd(bytes: Uint8Array, factor: number, addend: number): boolean {
  let carry = addend;
  for (let at = bytes.length - 1; at >= 0; at -= 1) {
    // At most 255 · 62⁴ + 62⁴, which 32 bits hold.
    const sum = (bytes[at] ?? 0) * factor + carry;
    bytes[at] = sum & 0xff;
    carry = sum >>> 8;
  }
  return carry === 0;
}

function readGroup(alphabet: Alphabet, digits: string): number | undefined {
  let value = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const digit = alphabet.indexOf(digits.charAt(place));
    if (digit < 0) return undefined;
    value = value * alphabet.length + digit;
  }
  return value;
}

function defineAlphabet(digits: string): Alphabet {
  return digits as Alphabet; // The brand is made here and nowhere else.
}
