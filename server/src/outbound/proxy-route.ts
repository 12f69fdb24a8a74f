// The way to a target through the operator's proxy: connect to it, check it, have it open a tunnel, and never go around it.
import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { codeOf, ConnectError, describeTcpError, type Attempt, type Describe } from './attempt.ts';
import type { Address } from './address.ts';
import type { AddressBook } from './address-book.ts';
import { dial, secure, type Place } from './dial.ts';
import { findProxyAddresses, writeProxyAuthorization, type EgressProxy } from './egress-proxy.ts';
import { isLoopback } from './own-listeners.ts';
import { openTunnel } from './tunnel.ts';

export interface ProxyRoute {
  readonly proxy: EgressProxy;
  readonly book: AddressBook;
  readonly headerBytesMax: number;
  /** For an https proxy; left out, the machine's own authorities. */
  readonly secureContext: SecureContext | undefined;
  /** Shared among the addresses of the proxy. */
  readonly connectMs: number;
}

/** Addresses of the proxy that are tried. */
const addressesMax = 4;

/** `next` gets a connection that leads to `place`. There is no other way: whatever fails here fails the attempt. */
export async function connectThroughProxy(
  attempt: Attempt,
  route: ProxyRoute,
  place: Place,
  next: (socket: Socket) => void,
): Promise<void> {
  const { proxy, headerBytesMax, secureContext } = route;
  const authorization = writeProxyAuthorization(proxy);
  const found = await findProxyAddresses(proxy, route.book);
  if (attempt.isOver()) return;
  if (!found.ok) return attempt.fail(new ConnectError('proxy', `${proxy.host}: ${found.detail}`));
  const addresses = found.addresses.slice(0, addressesMax);
  // A loopback address means this machine to whoever listed it, and another one to a proxy elsewhere.
  if (isLoopback(place.address) && !addresses.every(isLoopback))
    return attempt.fail(new ConnectError('address', `${place.address.text} would be the proxy itself`));
  // Until the tunnel is open every failure is the proxy's; afterwards the connection is the target's.
  let isOpen = false;
  const describe: Describe = (error) => (isOpen ? describeTcpError(error) : describeProxyError(error));
  const askForTunnel = (carrier: Socket): void =>
    openTunnel(carrier, { place, authorization, headerBytesMax }, (error) => {
      if (attempt.isOver()) return;
      if (error !== undefined) return attempt.fail(error);
      isOpen = true;
      next(carrier);
    });
  dialFirst(attempt, route, addresses, describe, (tcp, address) => {
    if (proxy.scheme === 'http') return askForTunnel(tcp);
    const name = proxy.address === undefined ? proxy.host : undefined;
    return secure(attempt, tcp, { name, address }, { secureContext, describe }, askForTunnel);
  });
}

/** Connects to the first address that takes the connection, giving each its share of the time. */
function dialFirst(
  attempt: Attempt,
  route: ProxyRoute,
  [address, ...others]: readonly Address[],
  describe: Describe,
  next: (tcp: Socket, address: Address) => void,
): void {
  if (address === undefined) return attempt.fail(new ConnectError('proxy', 'no address'));
  const { connectMs, proxy } = route;
  const giveUp = (error: ConnectError): void => {
    clearTimeout(timer);
    if (isGivenUp || attempt.isOver()) return;
    isGivenUp = true;
    tcp.destroy();
    if (others.length === 0) attempt.fail(error);
    else dialFirst(attempt, { ...route, connectMs: connectMs - shareMs }, others, describe, next);
  };
  let isGivenUp = false;
  const shareMs = Math.ceil(connectMs / (others.length + 1));
  const timer = setTimeout(() => giveUp(new ConnectError('timeout_connect', proxy.host)), shareMs);
  const connected = (socket: Socket): void => {
    clearTimeout(timer);
    next(socket, address);
  };
  const tcp = dial(attempt, { address, port: proxy.port }, describe, connected, giveUp);
  return undefined;
}

function describeProxyError(error: Error): ConnectError {
  if (error instanceof ConnectError) return error;
  return new ConnectError('proxy', codeOf(error));
}
