// The two layers of a connection: TCP to exactly one address, looked at again once connected, and checked TLS on top.
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext } from 'node:tls';
import { ConnectError, type Attempt, type Describe } from './attempt.ts';
import { isSameAddress, parseAddress, type Address } from './address.ts';

export interface Place {
  readonly address: Address;
  readonly port: number;
}

/** TCP probes find a peer that vanished while a stream is silent. */
const keepAliveProbeMs = 60_000;

/** Connects to the address itself; `onError` is told of failures until `next` is called, the attempt of all others. */
export function dial(
  attempt: Attempt,
  { address, port }: Place,
  describe: Describe,
  next: (socket: Socket) => void,
  onError: (error: ConnectError) => void = attempt.fail,
): Socket {
  let isConnected = false;
  const tcp = connectTcp({ host: address.text, port, family: address.family, lookup: refuseLookup });
  tcp.setNoDelay(true);
  tcp.setKeepAlive(true, keepAliveProbeMs);
  attempt.hold(tcp, describe, (error) => (isConnected ? attempt.fail(error) : onError(error)));
  tcp.once('connect', () => {
    isConnected = true;
    const actual = parseAddress(tcp.remoteAddress ?? '');
    if (actual !== undefined && isSameAddress(actual, address)) return next(tcp);
    return attempt.fail(new ConnectError('address', `connected to ${tcp.remoteAddress} instead of ${address.text}`));
  });
  return tcp;
}

/** Whose certificate is expected: of a name, or of an address when there is none. */
export interface Peer {
  readonly name: string | undefined;
  readonly address: Address;
}

/** Starts TLS on a connected socket. The certificate is always checked, whatever the environment says. */
export function secure(
  attempt: Attempt,
  socket: Socket,
  { name, address }: Peer,
  { secureContext, describe }: { readonly secureContext: SecureContext | undefined; readonly describe: Describe },
  next: (socket: Socket) => void,
): void {
  const tls = connectTls({
    socket,
    host: address.text,
    // RFC 6066 section 3: no server name for an address; the certificate must then carry the address itself.
    servername: name ?? '',
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    ALPNProtocols: ['http/1.1'],
    ...(secureContext === undefined ? {} : { secureContext }),
  });
  attempt.hold(tls, describe);
  tls.once('secureConnect', () => {
    if (attempt.isOver()) return;
    if (tls.authorized) next(tls);
    else attempt.fail(describe(new Error(String(tls.authorizationError))));
  });
}

/** An IP literal needs no look-up; should Node ever start one, it fails here. */
function refuseLookup(
  _name: string,
  _options: unknown,
  callback: (error: Error, address: string, family: number) => void,
): void {
  callback(new ConnectError('address', 'a look-up after the check'), '', 0);
}
