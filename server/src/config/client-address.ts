// Finds who really calls: the socket's address, or behind declared proxies the right-most address that is none of them.
import { type Address, anyCidrContains, blockAround, type Cidr, parseSocketAddress } from './address.ts';
import { type ChainReason, type Headers, joinHeader, parseForwarded, parseForwardedFor } from './forwarding.ts';

export type ProxyTrust = {
  readonly trustedProxies: readonly Cidr[];
  readonly proxyHeader: 'x-forwarded-for' | 'forwarded';
};

/** `addressClass` is the block that limits count: one IPv4 address, one IPv6 /64. */
export type ClientAddress = {
  readonly address: Address;
  readonly addressClass: string;
  /** proxy: the address is a declared proxy's own, because it named nobody. It never satisfies an allow-list. */
  readonly speaker: 'client' | 'proxy';
};

export type ClientAddressReason = 'peer_unreadable' | ChainReason;

export type ClientAddressResult =
  | { readonly ok: true; readonly client: ClientAddress }
  | { readonly ok: false; readonly reason: ClientAddressReason; readonly fix: string };

const ipv6ClassBits = 64;

const fixes: Readonly<Record<ClientAddressReason, string>> = {
  peer_unreadable: 'The connection has no address any more; connect again.',
  chain_malformed: 'Have the proxy send addresses alone in its forwarding header, and drop what the client sent.',
  chain_too_long: 'Have the proxy drop the forwarding header that the client sent.',
};

/**
 * The true client address. Headers of an undeclared peer count for nothing. Behind a declared proxy the chain is read from
 * the right, and each declared proxy vouches for the hop before it; a chain with any unreadable hop is refused whole.
 */
export function findClientAddress(peer: string, headers: Headers, trust: ProxyTrust): ClientAddressResult {
  const socket = parseSocketAddress(peer);
  if (socket === undefined) return refuse('peer_unreadable');
  if (!anyCidrContains(trust.trustedProxies, socket)) return accept(socket, 'client');
  const text = joinHeader(headers, trust.proxyHeader);
  if (text === undefined) return accept(socket, 'proxy');
  const chain = trust.proxyHeader === 'forwarded' ? parseForwarded(text) : parseForwardedFor(text);
  if (!chain.ok) return refuse(chain.reason);
  const client = chain.hops.findLast((hop) => !anyCidrContains(trust.trustedProxies, hop));
  return client === undefined ? accept(chain.hops[0] ?? socket, 'proxy') : accept(client, 'client');
}

/** The block an address counts in: neighbors within one IPv6 /64 are one customer. */
export function addressClassOf(address: Address): string {
  return blockAround(address, address.family === 4 ? 32 : ipv6ClassBits).text;
}

function accept(address: Address, speaker: ClientAddress['speaker']): ClientAddressResult {
  return { ok: true, client: { address, addressClass: addressClassOf(address), speaker } };
}

function refuse(reason: ClientAddressReason): ClientAddressResult {
  return { ok: false, reason, fix: fixes[reason] };
}
