// Reads the operator's lists of targets: what may be private or plain http (allow), and what is closed on top (deny).
import { bracketAddress, isSameAddress, parseAddress, type Address } from './address.ts';
import { findNeverAllowed } from './address-table.ts';
import { isInRange, isRangeWithin, parseRange, rangeOf, type AddressRange } from './range.ts';
import { normalizeHost } from './target.ts';

type Listed =
  | { readonly kind: 'host'; readonly host: string }
  | { readonly kind: 'address'; readonly address: Address }
  | { readonly kind: 'range'; readonly range: AddressRange };

type Entry = Listed & {
  /** Undefined: the standard ports. */
  readonly port: number | undefined;
};

export interface ListFault {
  /** Which entry, counted from 1. */
  readonly position: number;
  readonly entry: string;
  readonly fault: string;
}

/** How a target is listed: exact names one host or address together with its port. */
export type Listing = 'exact' | 'listed';

export interface AllowList {
  /** How this host name, or this address, is listed for this port. */
  findHost(host: string, port: number): Listing | undefined;
  findAddress(address: Address, port: number): Listing | undefined;
  /** False when no address could be listed, so a name that isn't listed needs no look-up to be refused. */
  readonly hasAddresses: boolean;
  /** The list in one canonical order and spelling, so that a change can be audited. */
  describe(): readonly string[];
}

export type AllowListResult =
  | { readonly ok: true; readonly list: AllowList }
  | { readonly ok: false; readonly faults: readonly ListFault[] };

export type DenyListResult =
  | { readonly ok: true; readonly ranges: readonly AddressRange[] }
  | { readonly ok: false; readonly faults: readonly ListFault[] };

/** Ports an entry without a port opens; all but 80 are also the ports of unlisted targets. */
export const standardPorts: ReadonlySet<number> = new Set([80, 443, 8443]);

/**
 * Reads HOLDFAST_OUTBOUND_ALLOW: a comma list of address, range (CIDR) or host name, each with an optional `:port` (IPv6
 * in brackets then). An entry without a port opens the standard ports only. Empty text is the empty list. All faults at once.
 */
export function parseAllowList(text: string): AllowListResult {
  const { entries, faults } = parseEntries(text);
  return faults.length > 0 ? { ok: false, faults } : { ok: true, list: createAllowList(entries) };
}

/** Reads HOLDFAST_OUTBOUND_DENY: a comma list of addresses and ranges, without ports. All faults at once. */
export function parseDenyList(text: string): DenyListResult {
  const parts = splitList(text);
  const ranges: AddressRange[] = [];
  const faults: ListFault[] = [];
  for (const [index, entry] of parts.entries()) {
    const address = parseAddress(entry);
    const result = parseRange(address === undefined ? entry : `${address.text}/${address.bytes.length * 8}`);
    if (result.ok) ranges.push(result.range);
    else faults.push({ position: index + 1, entry, fault: describeRangeFault(result) });
  }
  return faults.length > 0 ? { ok: false, faults } : { ok: true, ranges };
}

function createAllowList(entries: readonly Entry[]): AllowList {
  const opens = (entry: Entry, port: number): boolean =>
    entry.port === undefined ? standardPorts.has(port) : entry.port === port;
  const find = (port: number, matches: (entry: Entry) => boolean): Listing | undefined => {
    const found = entries.filter((entry) => opens(entry, port) && matches(entry));
    if (found.length === 0) return undefined;
    return found.some((entry) => entry.kind !== 'range' && entry.port !== undefined) ? 'exact' : 'listed';
  };
  const described = [...new Set(entries.map(describeEntry))].sort((a, b) => (a < b ? -1 : 1));
  return {
    findHost: (host, port) => find(port, (entry) => entry.kind === 'host' && entry.host === host),
    findAddress: (address, port) => find(port, (entry) => matchesAddress(entry, address)),
    hasAddresses: entries.some((entry) => entry.kind !== 'host'),
    describe: () => described,
  };
}

function matchesAddress(entry: Entry, address: Address): boolean {
  if (entry.kind === 'address') return isSameAddress(entry.address, address);
  return entry.kind === 'range' && isInRange(address, entry.range);
}

function parseEntries(text: string): { readonly entries: readonly Entry[]; readonly faults: readonly ListFault[] } {
  const entries: Entry[] = [];
  const faults: ListFault[] = [];
  for (const [index, part] of splitList(text).entries()) {
    const result = parseEntry(part);
    if (typeof result === 'string') faults.push({ position: index + 1, entry: part, fault: result });
    else entries.push(result);
  }
  return { entries, faults };
}

function splitList(text: string): readonly string[] {
  return text.trim() === '' ? [] : text.split(',').map((part) => part.trim());
}

/** The entry, or what is wrong with it. */
function parseEntry(text: string): Entry | string {
  if (text.includes('://') || text.includes('@')) return 'write the host alone, without scheme, user or path';
  const { target, portText } = splitPort(text);
  if (portText !== undefined && !isPort(portText)) return 'the port is a number from 1 to 65535';
  const listed = parseListed(target);
  return typeof listed === 'string'
    ? listed
    : { ...listed, port: portText === undefined ? undefined : Number(portText) };
}

function splitPort(text: string): { readonly target: string; readonly portText: string | undefined } {
  const bracketed = /^\[([^\]]*)\]:(.*)$/.exec(text);
  if (bracketed !== null) return { target: bracketed[1] ?? '', portText: bracketed[2] ?? '' };
  const colon = text.indexOf(':');
  // Two colons are an IPv6 address; brackets without a port behind them are left in and refused.
  if (colon < 0 || text.includes(':', colon + 1) || text.startsWith('[')) return { target: text, portText: undefined };
  return { target: text.slice(0, colon), portText: text.slice(colon + 1) };
}

function isPort(text: string): boolean {
  return /^[1-9][0-9]{0,4}$/.test(text) && Number(text) <= 65_535;
}

function parseListed(text: string): Listed | string {
  if (text === '') return 'empty entry';
  if (text.includes('[')) return 'brackets are for IPv6 with a port: [fd00::1]:8000';
  if (text.includes('%')) return 'an address with a zone is never allowed';
  if (/^::ffff:/i.test(text)) return 'write an IPv4-mapped address as IPv4';
  if (text.includes('/')) return parseListedRange(text);
  const address = parseAddress(text);
  return address === undefined ? parseListedHost(text) : listAddress(address);
}

function listAddress(address: Address): Listed | string {
  const never = findNeverAllowed(rangeOf(`${address.text}/${address.bytes.length * 8}`));
  return never === undefined ? { kind: 'address', address } : `never allowed: ${never}`;
}

function parseListedRange(text: string): Listed | string {
  const result = parseRange(text);
  if (!result.ok) return describeRangeFault(result);
  const { range } = result;
  if (range.bits === range.base.bytes.length * 8) return listAddress(range.base);
  if (isTooWide(range)) return 'too wide: at most an IPv4 /8, or an IPv6 /16 or fc00::/7';
  const never = findNeverAllowed(range);
  return never === undefined ? { kind: 'range', range } : `never allowed: ${never}`;
}

const uniqueLocal = rangeOf('fc00::/7');

/** A list of everything would be a switch that turns the protection off. */
function isTooWide(range: AddressRange): boolean {
  return range.base.family === 4 ? range.bits < 8 : range.bits < 16 && !isRangeWithin(range, uniqueLocal);
}

function parseListedHost(text: string): Listed | string {
  if (text.includes('*')) return 'wildcards are not allowed; list each host';
  const host = normalizeHost(text);
  if (host === undefined) return 'not an address, a range or a host name';
  // Octal, hex, short and decimal spellings arrive here.
  if (parseAddress(host) !== undefined) return `write the address in its plain form: ${host}`;
  return { kind: 'host', host };
}

function describeRangeFault(result: { readonly reason: 'not_a_range' | 'host_bits'; readonly meant?: string }): string {
  return result.reason === 'host_bits'
    ? `bits are set beyond the prefix; ${result.meant} is meant?`
    : 'not an address range';
}

function describeEntry(entry: Entry): string {
  const port = entry.port === undefined ? '' : `:${entry.port}`;
  if (entry.kind === 'host') return `${entry.host}${port}`;
  if (entry.kind === 'range') {
    const { text, base } = entry.range;
    return port !== '' && base.family === 6 ? `[${text}]${port}` : `${text}${port}`;
  }
  return port === '' ? entry.address.text : `${bracketAddress(entry.address)}${port}`;
}
