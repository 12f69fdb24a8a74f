// The one judgment: may this target, at these addresses, be asked? Every door of the outbound client passes it.
import type { Address } from './address.ts';
import { classifyAddress } from './address-table.ts';
import { standardPorts, type AllowList, type Listing } from './allow-list.ts';
import { isOwnListener, type OwnListener } from './own-listeners.ts';
import { isInRange, type AddressRange } from './range.ts';
import { outboundFailure, type OutboundFailure } from './reasons.ts';
import { isHostInDomain, type Target } from './target.ts';

export interface Policy {
  readonly allow: AllowList;
  /** Closed on top of the table, for example public addresses that are internal here. Only an exact entry opens them. */
  readonly deny: readonly AddressRange[];
  /** Read at every judgment, because ports are known only after listening. */
  readonly listeners: () => readonly OwnListener[];
}

/** Narrowing by the caller: it can only take away. */
export interface Narrowing {
  /** Ignores the operator's list: nothing private, nothing plain. For addresses that come out of untrusted text. */
  readonly onlyPublic?: boolean;
  /** The organization's domain list: `example.com` or `*.example.com` (names below it). An empty list is nobody. */
  readonly domains?: readonly string[];
}

/**
 * What can be refused before a name is looked up. A name without a listing may still lead to a listed address, so scheme
 * and port are only final here when no address is listed at all.
 */
export function judgeTarget(policy: Policy, target: Target, narrowing: Narrowing): OutboundFailure | undefined {
  const { domains, onlyPublic = false } = narrowing;
  if (domains !== undefined && !domains.some((domain) => isHostInDomain(target.host, domain))) {
    return outboundFailure('domain', target.host);
  }
  const mayBeListed =
    !onlyPublic && (policy.allow.hasAddresses || policy.allow.findHost(target.host, target.port) !== undefined);
  return mayBeListed ? undefined : judgeUnlisted(target);
}

/** Refuses when any one of the addresses is denied: choosing the good ones is what rebinding hopes for. */
export function judgeAddresses(
  policy: Policy,
  target: Target,
  addresses: readonly Address[],
  narrowing: Narrowing,
): OutboundFailure | undefined {
  for (const address of addresses) {
    const failure = judgeAddress(policy, target, address, narrowing);
    if (failure !== undefined) return failure;
  }
  return addresses.length === 0 ? outboundFailure('resolve', `${target.host} has no address`) : undefined;
}

/** Judges one address of a target; used again for every connection that is about to be made. */
export function judgeAddress(
  policy: Policy,
  target: Target,
  address: Address,
  { onlyPublic = false }: Narrowing,
): OutboundFailure | undefined {
  const verdict = classifyAddress(address);
  const detail = `${target.host} is ${address.text}: ${verdict.why}`;
  if (verdict.class === 'never') return outboundFailure('address', detail);
  const listing = onlyPublic ? undefined : findListing(policy, target, address);
  if (listing !== 'exact') {
    if (policy.deny.some((range) => isInRange(address, range)))
      return outboundFailure('address', `${detail}, on the deny list`);
    if (isOwnListener(policy.listeners(), target.host, address, target.port))
      return outboundFailure('listener', detail);
  }
  if (listing !== undefined) return undefined;
  if (verdict.class !== 'public') return outboundFailure('address', detail);
  return judgeUnlisted(target);
}

function findListing({ allow }: Policy, target: Target, address: Address): Listing | undefined {
  const found = [allow.findHost(target.host, target.port), allow.findAddress(address, target.port)];
  return found.find((listing) => listing === 'exact') ?? found.find((listing) => listing !== undefined);
}

/** Whoever is not listed is asked over https at an ordinary port. */
function judgeUnlisted(target: Target): OutboundFailure | undefined {
  if (target.scheme !== 'https') return outboundFailure('scheme', target.origin);
  return target.port === 80 || !standardPorts.has(target.port) ? outboundFailure('port', target.origin) : undefined;
}
