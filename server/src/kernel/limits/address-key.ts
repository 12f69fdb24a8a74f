// The name under which an address is limited: what one customer of a network usually holds, whatever way it is written.
import ipaddr from 'ipaddr.js';

/** Every address that can't be read shares this key: unknown callers are limited together, not let through. */
const UNKNOWN = 'unknown';

/**
 * An IPv4 address whole, an IPv6 address by its /64. IPv6 that stands for an IPv4 address counts as that address: mapped
 * (::ffff:0:0/96), translated (64:ff9b::/96, RFC 6052) and 6to4 (2002::/16, whose holder has 65,536 /64s). The zone of a
 * link-local address is dropped. Takes the true client address; which that is, is the edge's decision.
 */
export function addressKey(address: string): string {
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) return address;
  if (!ipaddr.IPv6.isValid(address)) return UNKNOWN;
  const bytes = ipaddr.IPv6.parse(address).toByteArray();
  return embeddedIpv4(bytes) ?? `${hexGroups(bytes.slice(0, 8))}::/64`;
}

const MAPPED = '0:0:0:0:0:ffff';
const TRANSLATED = '64:ff9b:0:0:0:0';
const SIX_TO_FOUR = '2002';

function embeddedIpv4(bytes: readonly number[]): string | undefined {
  const prefix = hexGroups(bytes.slice(0, 12));
  if (prefix === MAPPED || prefix === TRANSLATED) return bytes.slice(12).join('.');
  if (hexGroups(bytes.slice(0, 2)) === SIX_TO_FOUR) return bytes.slice(2, 6).join('.');
  return undefined;
}

function hexGroups(bytes: readonly number[]): string {
  const pairs = Array.from({ length: bytes.length / 2 }, (_, index) => bytes.slice(index * 2, index * 2 + 2));
  return pairs.map(([high = 0, low = 0]) => (high * 256 + low).toString(16)).join(':');
}
