// Public ids: a UUID written as `prefix_` and 26 base-32 characters, one spelling each, sorting as the UUID does.
import { concatBytes, encodeHex, plainBytes } from './bytes.ts';
import { crockford32, decodeRadix, encodeRadix, radixLength } from './radix.ts';

/** Text of an id with a given prefix, for example `key_01kar0…`. */
export type IdText<Prefix extends string> = `${Prefix}_${string}`;

/** Bytes of a UUID. */
export const uuidBytes = 16;

const uuidChars = radixLength(crockford32, uuidBytes);
const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const prefixPattern = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;

/** Writes a UUID as an id. Throws RangeError on a malformed prefix (lower-case words joined by `_`) or UUID. */
export function encodeId<Prefix extends string>(prefix: Prefix, uuid: string): IdText<Prefix> {
  requirePrefix(prefix);
  return `${prefix}_${encodeUuid(uuid)}`;
}

/** Reads an id of exactly this prefix back to its UUID; undefined for anything `encodeId` would not write. */
export function decodeId(prefix: string, text: string): string | undefined {
  requirePrefix(prefix);
  return text.startsWith(`${prefix}_`) ? decodeUuid(text.slice(prefix.length + 1)) : undefined;
}

/** The 26 base-32 characters of a UUID. Throws RangeError on anything but a lower-case hyphenated UUID. */
export function encodeUuid(uuid: string): string {
  return encodeRadix(crockford32, uuidToBytes(uuid));
}

/** The UUID of exactly 26 base-32 characters, or undefined. */
export function decodeUuid(text: string): string | undefined {
  if (text.length !== uuidChars) return undefined;
  const bytes = decodeRadix(crockford32, text, uuidBytes);
  return bytes && uuidFromBytes(bytes);
}

/** The 16 bytes of a lower-case hyphenated UUID (RFC 9562 section 4). Throws RangeError on any other text. */
export function uuidToBytes(uuid: string): Uint8Array {
  if (!uuidPattern.test(uuid)) throw new RangeError('not a lower-case hyphenated UUID');
  return plainBytes(Buffer.from(uuid.replaceAll('-', ''), 'hex'));
}

/** Lower-case hyphenated UUID of 16 bytes. Throws RangeError on another length. */
export function uuidFromBytes(bytes: Uint8Array): string {
  if (bytes.length !== uuidBytes) throw new RangeError('a UUID has 16 bytes');
  const hex = encodeHex(bytes);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/**
 * Builds a version 7 UUID (RFC 9562 section 5.7) from milliseconds since 1970 and 10 random bytes, of which 74 bits are
 * used. Throws RangeError on a time outside 48 bits or another number of bytes.
 */
export function uuidV7(unixMs: number, random: Uint8Array): string {
  if (!Number.isInteger(unixMs) || unixMs < 0 || unixMs >= 2 ** 48)
    throw new RangeError('time does not fit in 48 bits');
  if (random.length !== 10) throw new RangeError('a version 7 UUID takes 10 random bytes');
  const time = new Uint8Array(8);
  new DataView(time.buffer).setBigUint64(0, BigInt(unixMs));
  const bytes = concatBytes(time.subarray(2), random);
  const view = new DataView(bytes.buffer);
  view.setUint8(6, 0x70 | (view.getUint8(6) & 0x0f));
  view.setUint8(8, 0x80 | (view.getUint8(8) & 0x3f));
  return uuidFromBytes(bytes);
}

function requirePrefix(prefix: string): void {
  if (!prefixPattern.test(prefix)) throw new RangeError('an id prefix is lower-case words joined by _');
}
