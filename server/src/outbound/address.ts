// Reads an IP address in its one plain form into bytes, so that rules look at numbers and never at strings.
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

export interface Address {
  readonly family: 4 | 6;
  /** 4 or 16 bytes, network order. */
  readonly bytes: readonly number[];
  /** Canonical text: dotted decimal, or RFC 5952 without brackets. */
  readonly text: string;
}

/**
 * Reads dotted decimal or IPv6. Octal, hex, short and decimal forms are not addresses here (a URL has already made those
 * plain), and a zone id is refused because it names an interface of this machine. The IPv4-mapped form ::ffff:a.b.c.d
 * becomes the IPv4 address: a socket to either is the same socket.
 */
export function parseAddress(text: string): Address | undefined {
  if (isIP(text) === 0 || text.includes('%')) return undefined;
  const known = parsedAddresses.get(text);
  if (known !== undefined) return known;
  const address = readAddress(text);
  if (parsedAddresses.size >= parsedMax) parsedAddresses.clear();
  // One object for all who ask, so nobody may change it.
  Object.freeze(address.bytes);
  parsedAddresses.set(text, Object.freeze(address));
  return address;
}

/** A provider at an address is asked for by the same text in every call. */
const parsedAddresses = new Map<string, Address>();
const parsedMax = 1_000;

function readAddress(text: string): Address {
  const parsed = ipaddr.parse(text.includes(':') ? spellTailInHex(text) : text);
  if (parsed instanceof ipaddr.IPv6 && parsed.isIPv4MappedAddress())
    return addressFromBytes(parsed.toByteArray().slice(12));
  return addressFromBytes(parsed.toByteArray());
}

/** ipaddr.js reads the IPv4-compatible `::a.b.c.d` as if it were mapped; in hexadecimal it keeps its own bytes. */
function spellTailInHex(text: string): string {
  return text.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_all, ...found: readonly string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = found.slice(0, 4).map(Number);
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  });
}

/** Makes an address of 4 or 16 bytes. Throws RangeError for any other number of them. */
export function addressFromBytes(bytes: readonly number[]): Address {
  if (bytes.length === 4) return { family: 4, bytes, text: bytes.join('.') };
  if (bytes.length !== 16) throw new RangeError('an address has 4 or 16 bytes');
  const parts = ipaddr.fromByteArray([...bytes]);
  return { family: 6, bytes, text: parts instanceof ipaddr.IPv6 ? parts.toRFC5952String() : parts.toString() };
}

export function isSameAddress(a: Address, b: Address): boolean {
  return a.bytes.length === b.bytes.length && a.bytes.every((byte, index) => byte === b.bytes[index]);
}

/** The address as it stands in a URL: IPv6 in brackets. */
export function bracketAddress(address: Address): string {
  return address.family === 6 ? `[${address.text}]` : address.text;
}
