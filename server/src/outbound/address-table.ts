// Says of every address whether a request may go there: the IANA special-purpose registries as one table.
import { addressFromBytes, type Address } from './address.ts';
import { isInRange, isRangeWithin, rangeOf, type AddressRange } from './range.ts';

/**
 * public: anyone may ask for it · private: only when the operator lists it · never: not even then, because no model
 * server or webhook lives there and a metadata service, a router or another address in disguise does.
 */
export type AddressClass = 'public' | 'private' | 'never';

export interface AddressVerdict {
  readonly class: AddressClass;
  /** The block and its document, for the log. */
  readonly why: string;
}

interface TableRow extends AddressVerdict {
  readonly range: AddressRange;
}

/** Exceptions come before the block they lie in: the first match counts. */
const table: readonly TableRow[] = [
  // IPv4: https://www.iana.org/assignments/iana-ipv4-special-registry
  row('0.0.0.0/8', 'never', 'this network, RFC 791'),
  row('10.0.0.0/8', 'private', 'private use, RFC 1918'),
  row('100.100.100.200/32', 'never', 'cloud metadata service'),
  row('100.64.0.0/10', 'private', 'carrier-grade NAT, RFC 6598'),
  row('127.0.0.0/8', 'private', 'loopback, RFC 1122'),
  row('168.63.129.16/32', 'never', 'cloud host agent'),
  row('169.254.0.0/16', 'never', 'link-local and cloud metadata, RFC 3927'),
  row('172.16.0.0/12', 'private', 'private use, RFC 1918'),
  row('192.0.0.0/24', 'never', 'IETF protocol assignments, RFC 6890'),
  row('192.0.2.0/24', 'private', 'documentation, RFC 5737'),
  row('192.31.196.0/24', 'never', 'AS112, RFC 7535'),
  row('192.52.193.0/24', 'never', 'AMT relays, RFC 7450'),
  row('192.88.99.0/24', 'never', '6to4 relays, RFC 7526'),
  row('192.168.0.0/16', 'private', 'private use, RFC 1918'),
  row('192.175.48.0/24', 'never', 'AS112, RFC 7534'),
  row('198.18.0.0/15', 'private', 'benchmarking, RFC 2544'),
  row('198.51.100.0/24', 'private', 'documentation, RFC 5737'),
  row('203.0.113.0/24', 'private', 'documentation, RFC 5737'),
  row('224.0.0.0/4', 'never', 'multicast, RFC 5771'),
  row('240.0.0.0/4', 'never', 'reserved and broadcast, RFC 1112'),
  row('0.0.0.0/0', 'public', 'global unicast'),
  // IPv6: https://www.iana.org/assignments/iana-ipv6-special-registry
  row('::/128', 'never', 'unspecified, RFC 4291'),
  row('::1/128', 'private', 'loopback, RFC 4291'),
  row('::/96', 'never', 'IPv4-compatible, RFC 4291'),
  row('::ffff:0:0:0/96', 'never', 'IPv4-translated, RFC 2765'),
  row('64:ff9b:1::/48', 'never', 'local-use NAT64, RFC 8215'),
  row('100::/64', 'never', 'discard-only, RFC 6666'),
  row('100:0:0:1::/64', 'never', 'dummy prefix, RFC 9780'),
  row('2001::/32', 'never', 'Teredo, RFC 4380'),
  row('2001::/23', 'never', 'IETF protocol assignments, RFC 2928'),
  row('2001:db8::/32', 'private', 'documentation, RFC 3849'),
  row('2002::/16', 'never', '6to4, RFC 3056'),
  row('2620:4f:8000::/48', 'never', 'AS112, RFC 7534'),
  row('3fff::/20', 'private', 'documentation, RFC 9637'),
  row('5f00::/16', 'never', 'segment routing, RFC 9602'),
  row('fd00:ec2::/32', 'never', 'cloud metadata services'),
  row('fd20:ce::254/128', 'never', 'cloud metadata service'),
  row('fc00::/7', 'private', 'unique local, RFC 4193'),
  row('fe80::/10', 'never', 'link-local, RFC 4291'),
  row('fec0::/10', 'never', 'site-local, RFC 3879'),
  row('ff00::/8', 'never', 'multicast, RFC 4291'),
  row('2000::/3', 'public', 'global unicast, RFC 4291'),
  row('::/0', 'never', 'outside global unicast, RFC 4291'),
];

const nat64 = rangeOf('64:ff9b::/96');

/**
 * Classifies an address. IPv4 inside IPv6 is looked through: the mapped form is already IPv4 (`parseAddress`), the
 * well-known NAT64 prefix is as public as the address it carries and never listable, and every other wrapper
 * (compatible, translated, 6to4, Teredo, local-use NAT64, ISATAP) is refused whatever it carries.
 */
export function classifyAddress(address: Address): AddressVerdict {
  if (address.family === 6) {
    if (isInRange(address, nat64)) return classifyNat64(address);
    if (isIsatap(address)) return { class: 'never', why: 'ISATAP, RFC 5214' };
  }
  return table.find(({ range }) => isInRange(address, range)) ?? { class: 'never', why: 'unknown' };
}

/** The name of the never-allowed block that holds all of `range`, so that listing it can be refused as useless. */
export function findNeverAllowed(range: AddressRange): string | undefined {
  // The first row that holds the whole range decides: an exception before it is smaller than the range.
  const found = table.find((row) => isRangeWithin(range, row.range));
  return found?.class === 'never' ? found.why : undefined;
}

function row(text: string, addressClass: AddressClass, why: string): TableRow {
  return { range: rangeOf(text), class: addressClass, why };
}

function classifyNat64(address: Address): AddressVerdict {
  const inner = classifyAddress(addressFromBytes(address.bytes.slice(12)));
  return { class: inner.class === 'public' ? 'public' : 'never', why: `NAT64 of ${inner.why}` };
}

/** RFC 5214: an interface identifier of 0000:5efe or 0200:5efe carries an IPv4 address in its last four bytes. */
function isIsatap({ bytes }: Address): boolean {
  return (bytes[8] === 0 || bytes[8] === 2) && bytes[9] === 0 && bytes[10] === 0x5e && bytes[11] === 0xfe;
}
