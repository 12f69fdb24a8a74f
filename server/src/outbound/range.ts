// A block of addresses (CIDR): how it is read, and what it contains.
import { addressFromBytes, parseAddress, type Address } from './address.ts';

export interface AddressRange {
  readonly base: Address;
  /** Prefix length in bits, 0–32 or 0–128. */
  readonly bits: number;
  /** Canonical text, for example 10.0.0.0/8. */
  readonly text: string;
}

export type RangeResult =
  | { readonly ok: true; readonly range: AddressRange }
  | { readonly ok: false; readonly reason: 'not_a_range' | 'host_bits'; readonly meant?: string };

/** Reads `address/bits`. Bits set beyond the prefix are refused: the writer meant something else. */
export function parseRange(text: string): RangeResult {
  const [addressText = '', bitsText = '', ...rest] = text.split('/');
  const base = parseAddress(addressText);
  if (base === undefined || rest.length > 0 || !/^(0|[1-9][0-9]{0,2})$/.test(bitsText)) return notARange;
  // A mapped IPv6 base would carry a prefix counted in the other family.
  if (base.family === 4 && addressText.includes(':')) return notARange;
  const bits = Number(bitsText);
  if (bits > base.bytes.length * 8) return notARange;
  const network = addressFromBytes(base.bytes.map((byte, index) => byte & maskByte(bits, index)));
  const canonical = `${network.text}/${bits}`;
  if (network.text !== base.text) return { ok: false, reason: 'host_bits', meant: canonical };
  return { ok: true, range: { base, bits, text: canonical } };
}

const notARange = { ok: false, reason: 'not_a_range' } as const;

/** Reads a range that stands in our own code. Throws RangeError when it is not one. */
export function rangeOf(text: string): AddressRange {
  const result = parseRange(text);
  if (!result.ok) throw new RangeError(`not a range: ${text}`);
  return result.range;
}

export function isInRange(address: Address, range: AddressRange): boolean {
  if (address.family !== range.base.family) return false;
  const { bytes } = range.base;
  // Asked for some twenty blocks a call: the first byte that differs ends it.
  for (let index = 0; index * 8 < range.bits; index += 1) {
    const mask = maskByte(range.bits, index);
    if (((address.bytes[index] ?? 0) & mask) !== ((bytes[index] ?? 0) & mask)) return false;
  }
  return true;
}

/** True when every address of `inner` is in `outer`. */
export function isRangeWithin(inner: AddressRange, outer: AddressRange): boolean {
  return inner.bits >= outer.bits && isInRange(inner.base, outer);
}

/** The mask of the byte at `index` for a prefix of `bits`. */
function maskByte(bits: number, index: number): number {
  const kept = Math.min(8, Math.max(0, bits - index * 8));
  return (0xff << (8 - kept)) & 0xff;
}
