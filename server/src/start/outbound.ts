// The way out of a running server: what the operator lists, names and trusts, and never back in through a side door.
import { type BoundSocket, type Config, type Fault, publicOrigin, quoteValue, readAuthoritiesFile } from '#config.ts';
import { type ListFault, parseAllowList, parseDenyList } from '#outbound/allow-list.ts';
import { type EgressProxy, readEgressProxy } from '#outbound/egress-proxy.ts';
import { createOutbound, type Outbound, type OutboundOptions } from '#outbound/outbound.ts';
import type { OwnListener } from '#outbound/own-listeners.ts';
import type { OutboundRule } from './announce.ts';
import { StartRefused } from './refusal.ts';

/** What the settings come to, once parsed. */
export type OutboundRules = Required<Pick<OutboundOptions, 'allow' | 'deny' | 'authorities'>> & {
  readonly proxy: EgressProxy | undefined;
};

type Settings = Config['outbound'];
type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly faults: readonly Fault[] };

/** Every fault of the settings of outbound calls that their values alone show, and of the file they name. */
export function findOutboundFaults({ outbound }: Pick<Config, 'outbound'>): readonly Fault[] {
  const read = readRules(outbound);
  return read.ok ? [] : read.faults;
}

/** Throws StartRefused with all of these faults. */
export function readOutboundRules({ outbound }: Pick<Config, 'outbound'>): OutboundRules {
  const read = readRules(outbound);
  if (read.ok) return read.value;
  throw new StartRefused(read.faults);
}

/** `bound` names our own listeners: they, and our public name, are refused as targets unless listed exactly. */
export function openOutbound(rules: OutboundRules, config: Config, bound: () => readonly BoundSocket[]): Outbound {
  const { proxy, ...others } = rules;
  return createOutbound({
    ...others,
    ...(proxy === undefined ? {} : { proxy }),
    listeners: () => listOwnListeners(config, bound()),
  });
}

/** Where this server is reached: what is bound, and its public name. */
export function listOwnListeners(config: Config, sockets: readonly BoundSocket[]): readonly OwnListener[] {
  return [
    ...sockets.map(({ address, port }) => ({ host: address, port })),
    hostAndPort(publicOrigin(config, sockets[0]?.port ?? config.listen.port)),
  ];
}

/** The rules in one canonical order and spelling, for the audit log. No credential is in them. */
export function describeOutboundRules({ allow, deny, proxy }: OutboundRules): Record<OutboundRule, readonly string[]> {
  return {
    allow: allow.describe(),
    deny: [...new Set(deny.map(({ text }) => text))].toSorted(),
    proxy: proxy === undefined ? [] : [`${proxy.scheme}://${hostText(proxy)}:${proxy.port}`],
  };
}

function hostText({ host, address }: EgressProxy): string {
  return address?.family === 6 ? `[${host}]` : host;
}

function readRules({ allow: allowText, deny: denyText, proxy: named, caFile }: Settings): Read<OutboundRules> {
  const allow = parseAllowList(allowText);
  const deny = parseDenyList(denyText);
  const proxy = readProxy(named);
  const authorities = readAuthorities(caFile);
  if (allow.ok && deny.ok && proxy.ok && authorities.ok) {
    const { list } = allow;
    return {
      ok: true,
      value: { allow: list, deny: deny.ranges, proxy: proxy.value, authorities: authorities.value },
    };
  }
  const faults = [
    ...(allow.ok ? [] : describeList('HOLDFAST_OUTBOUND_ALLOW', allow.faults, allowFix)),
    ...(deny.ok ? [] : describeList('HOLDFAST_OUTBOUND_DENY', deny.faults, denyFix)),
    ...(proxy.ok ? [] : proxy.faults),
    ...(authorities.ok ? [] : authorities.faults),
  ];
  return { ok: false, faults };
}

const allowFix =
  'An entry is an address, a CIDR or a host name, each with an optional :port; see docs/guides/outbound.md.';
const denyFix = 'An entry is an address or a CIDR, without a port; see docs/guides/outbound.md.';

function describeList(key: string, faults: readonly ListFault[], fix: string): readonly Fault[] {
  return faults.map(({ position, entry, fault }) => ({
    key,
    problem: `entry ${position} (${quoteValue(entry)}): ${fault}`,
    fix,
  }));
}

function readProxy(named: Settings['proxy']): Read<EgressProxy | undefined> {
  if (named === undefined) return { ok: true, value: undefined };
  const read = readEgressProxy(named.url, named.credential);
  if (read.ok) return { ok: true, value: read.proxy };
  const fix = 'Give scheme, host and port of the proxy, for example http://proxy.internal:4750';
  return { ok: false, faults: [{ key: 'HOLDFAST_OUTBOUND_PROXY', problem: read.fault, fix }] };
}

function readAuthorities(path: string | undefined): Read<readonly string[]> {
  if (path === undefined) return { ok: true, value: [] };
  const read = readAuthoritiesFile('HOLDFAST_OUTBOUND_CA_FILE', path);
  return read.ok ? { ok: true, value: [read.pem] } : { ok: false, faults: [read.fault] };
}

function hostAndPort(origin: string): { readonly host: string; readonly port: number } {
  const { hostname, port, protocol } = new URL(origin);
  const standard = protocol === 'https:' ? 443 : 80;
  return { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: port === '' ? standard : Number(port) };
}
