// Internet addresses as bytes, so that no spelling of an address escapes a rule.

/** Strictly parsed: `text` is canonical (RFC 5952), and an IPv4-mapped IPv6 address is the IPv4 address it stands for. */
export type Address = { readonly family: 4 | 6; readonly bytes: readonly number[]; readonly text: string };

/** A block of addresses; `text` is canonical. */
export type Cidr = Address & { readonly prefixBits: number };

const decimalByte = /^(?:0|[1-9]\d{0,2})$/;
const hexGroup = /^[0-9a-f]{1,4}$/i;

/**
 * Reads a dotted IPv4 or an IPv6 address. Undefined for anything else: names, short, octal and hexadecimal IPv4 forms,
 * zone ids, brackets, ports and surrounding spaces, because two readers could disagree on what those mean.
 */
export function parseAddress(text: string): Address | undefined {
  const v4 = parseIpv4(text);
  if (v4 !== undefined) return toAddress(v4);
  const v6 = parseIpv6(text);
  return v6 === undefined ? undefined : toAddress(v6);
}

/** Every request of a connection asks for the same one. */
const socketAddresses = new Map<string, Address | undefined>();
const socketAddressesMax = 1_000;

/** The address a socket reports: as `parseAddress`, but the zone of a link-local address is dropped. */
export function parseSocketAddress(text: string): Address | undefined {
  const known = socketAddresses.get(text);
  if (known !== undefined) return known;
  const address = parseAddress(text.replace(/%[\w.-]{1,32}$/, ''));
  if (socketAddresses.size >= socketAddressesMax) socketAddresses.clear();
  socketAddresses.set(text, address);
  return address;
}

/** 127.0.0.0/8 and ::1, nothing else: only these can't be reached from another machine. */
export function isLoopback(address: Address): boolean {
  return address.family === 4 ? address.bytes[0] === 127 : address.text === '::1';
}

/** Whether every bit behind the prefix is zero, so that the block is written as what it covers. */
export function isAligned(block: Cidr): boolean {
  return block.text === startOf(block).text;
}

/** The same block with nothing behind its prefix. */
export function startOf({ family, bytes, prefixBits }: Omit<Cidr, 'text'>): Cidr {
  const start = masked(bytes, prefixBits);
  return { family, bytes: start, prefixBits, text: formatCidr(start, prefixBits) };
}

/** Reads `address/prefix`; a mapped block becomes its IPv4 block. Undefined unless both parts are exact. */
export function parseCidr(text: string): Cidr | undefined {
  const [addressText = '', prefixText, ...rest] = text.split('/');
  const address = parseAddress(addressText);
  if (address === undefined || prefixText === undefined || rest.length > 0 || !decimalByte.test(prefixText)) {
    return undefined;
  }
  const prefixBits = Number(prefixText) - (addressText.includes(':') && address.family === 4 ? 96 : 0);
  if (prefixBits < 0 || prefixBits > address.bytes.length * 8) return undefined;
  return { ...address, prefixBits, text: formatCidr(address.bytes, prefixBits) };
}

/** The aligned block around an address. */
export function blockAround(address: Address, prefixBits: number): Cidr {
  if (prefixBits === address.bytes.length * 8) return { ...address, prefixBits, text: `${address.text}/${prefixBits}` };
  const bytes = masked(address.bytes, prefixBits);
  return { family: address.family, bytes, prefixBits, text: formatCidr(bytes, prefixBits) };
}

/** Whether the block covers the address; blocks and addresses of different families never meet. */
export function cidrContains(block: Cidr, address: Address): boolean {
  if (block.family !== address.family) return false;
  const wanted = masked(block.bytes, block.prefixBits);
  return masked(address.bytes, block.prefixBits).every((byte, index) => byte === wanted[index]);
}

/** Whether any block covers the address. An empty list covers nobody. */
export function anyCidrContains(blocks: readonly Cidr[], address: Address): boolean {
  return blocks.some((block) => cidrContains(block, address));
}

function parseIpv4(text: string): readonly number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => decimalByte.test(part))) return undefined;
  const bytes = parts.map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

function parseIpv6(text: string): readonly number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [headText = '', tailText] = halves;
  const head = parseGroups(headText, tailText === undefined);
  const tail = parseGroups(tailText ?? '', true);
  if (head === undefined || tail === undefined) return undefined;
  const missing = 16 - head.length - tail.length;
  // `::` stands for at least one group (RFC 4291 section 2.2, RFC 5952 section 4.2.2 for what we print).
  if (tailText === undefined ? missing !== 0 : missing < 2) return undefined;
  return [...head, ...Array.from({ length: missing }, () => 0), ...tail];
}

function parseGroups(text: string, mayEndInIpv4: boolean): readonly number[] | undefined {
  if (text === '') return [];
  const groups = text.split(':');
  const bytes: number[] = [];
  for (const [index, group] of groups.entries()) {
    if (hexGroup.test(group)) {
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 255);
      continue;
    }
    const dotted = mayEndInIpv4 && index === groups.length - 1 ? parseIpv4(group) : undefined;
    if (dotted === undefined) return undefined;
    bytes.push(...dotted);
  }
  return bytes.length > 16 ? undefined : bytes;
}

function toAddress(bytes: readonly number[]): Address {
  const isMapped =
    bytes.length === 16 && bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  const unwrapped = isMapped ? bytes.slice(12) : bytes;
  return { family: unwrapped.length === 4 ? 4 : 6, bytes: unwrapped, text: formatAddress(unwrapped) };
}

function formatCidr(bytes: readonly number[], prefixBits: number): string {
  return `${formatAddress(bytes)}/${prefixBits}`;
}

function formatAddress(bytes: readonly number[]): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, index) => ((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0));
  const gap = longestZeroRun(groups);
  const hex = groups.map((group) => group.toString(16));
  if (gap.length < 2) return hex.join(':');
  return `${hex.slice(0, gap.start).join(':')}::${hex.slice(gap.start + gap.length).join(':')}`;
}

function longestZeroRun(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 };
  let length = 0;
  for (const [index, group] of groups.entries()) {
    length = group === 0 ? length + 1 : 0;
    if (length > best.length) best = { start: index - length + 1, length };
  }
  return best;
}

function masked(bytes: readonly number[], prefixBits: number): readonly number[] {
  return bytes.map((byte, index) => {
    const kept = Math.min(8, Math.max(0, prefixBits - index * 8));
    return byte & (0xff << (8 - kept)) & 0xff;
  });
}
