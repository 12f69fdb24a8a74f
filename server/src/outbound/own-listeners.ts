// Tells whether a request would come back to this very server, through the address, a wildcard or the public name.
import { networkInterfaces } from 'node:os';
import { isSameAddress, parseAddress, type Address } from './address.ts';
import { normalizeHost } from './target.ts';
import { isInRange, rangeOf } from './range.ts';

/** A place this server listens at: an address (0.0.0.0 and :: mean every local one) or a public host name, and a port. */
export interface OwnListener {
  readonly host: string;
  readonly port: number;
}

const loopback = [rangeOf('127.0.0.0/8'), rangeOf('::1/128')];

/** True when `host` (with the address it leads to) and `port` are one of `listeners`. */
export function isOwnListener(
  listeners: readonly OwnListener[],
  host: string,
  address: Address,
  port: number,
  listLocal: () => readonly Address[] = listLocalAddresses,
): boolean {
  return listeners.some((listener) => {
    if (listener.port !== port) return false;
    const own = parseAddress(listener.host);
    if (own === undefined) return normalizeHost(listener.host) === host;
    if (own.bytes.some((byte) => byte !== 0)) return isSameAddress(own, address);
    return isLoopback(address) || listLocal().some((local) => isSameAddress(local, address));
  });
}

/** 127.0.0.0/8 or ::1. */
export function isLoopback(address: Address): boolean {
  return loopback.some((range) => isInRange(address, range));
}

/** The addresses of this machine's interfaces now. */
export function listLocalAddresses(): readonly Address[] {
  return Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .map((entry) => parseAddress(entry.address))
    .filter((address) => address !== undefined);
}
