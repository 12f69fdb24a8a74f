// Opens the connection itself: to the one checked address, under the target's name, and looks again once connected.
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext } from 'node:tls';
import type { buildConnector } from 'undici';
import { isSameAddress, parseAddress, type Address } from './address.ts';
import type { OutboundFailure, OutboundReason } from './reasons.ts';
import type { Target } from './target.ts';

/** Why no connection came to be. Nothing of any request has left then. */
export class ConnectError extends Error {
  override readonly name = 'ConnectError';
  readonly reason: OutboundReason;

  constructor(reason: OutboundReason, detail: string) {
    super(detail);
    this.reason = reason;
  }
}

export interface ConnectorOptions {
  readonly target: Target;
  /** The checked address; the name is not looked up again. */
  readonly address: Address;
  readonly connectMs: number;
  /** Judges the address once more for every connection. */
  readonly judge: (address: Address) => OutboundFailure | undefined;
  /** Trusted certificate authorities; left out, the machine's own. */
  readonly secureContext: SecureContext | undefined;
  /** Connections still being made, so that a shutdown can end them. */
  readonly connecting: Set<Socket>;
}

/** TCP probes find a peer that vanished while a stream is silent. */
const keepAliveProbeMs = 60_000;

type Settle = (failure: ConnectError | undefined) => void;

/** Makes undici's connector for one pool. What undici passes (name, port, server name) is not used: the pool is pinned. */
export function createConnector(options: ConnectorOptions): buildConnector.connector {
  return (_given, callback) => {
    const { target, address, connecting } = options;
    const denied = options.judge(address);
    if (denied !== undefined) return callback(new ConnectError(denied.reason, denied.detail), null);
    const tcp = connectTcp({ host: address.text, port: target.port, family: address.family, lookup: refuseLookup });
    tcp.setNoDelay(true);
    tcp.setKeepAlive(true, keepAliveProbeMs);
    let socket: Socket = tcp;
    const settle = once((failure) => {
      clearTimeout(timer);
      connecting.delete(tcp);
      if (failure === undefined) return callback(null, socket);
      socket.destroy();
      tcp.destroy();
      return callback(failure, null);
    });
    const timer = setTimeout(
      () => settle(new ConnectError('timeout_connect', `${address.text}:${target.port}`)),
      options.connectMs,
    );
    connecting.add(tcp);
    tcp.on('error', (error) => settle(describeTcpError(renameReset(error))));
    tcp.once('close', () => settle(new ConnectError('reset', 'closed while connecting')));
    tcp.once('connect', () => {
      const actual = parseAddress(tcp.remoteAddress ?? '');
      if (actual === undefined || !isSameAddress(actual, address)) {
        return settle(new ConnectError('address', `connected to ${tcp.remoteAddress} instead of ${address.text}`));
      }
      if (target.scheme === 'http') return settle(undefined);
      socket = secure(tcp, options, settle);
      return undefined;
    });
  };
}

/** Starts TLS on a connected socket. The certificate is always checked, whatever the environment says. */
function secure(tcp: Socket, { target, address, secureContext }: ConnectorOptions, settle: Settle): Socket {
  const tls = connectTls({
    socket: tcp,
    host: address.text,
    // RFC 6066 section 3: no server name for an address; the certificate must then carry the address itself.
    servername: target.address === undefined ? target.host : '',
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    ALPNProtocols: ['http/1.1'],
    ...(secureContext === undefined ? {} : { secureContext }),
  });
  tls.on('error', (error) => settle(describeTlsError(renameReset(error))));
  tls.once('secureConnect', () => {
    settle(tls.authorized ? undefined : new ConnectError('tls', String(tls.authorizationError)));
  });
  return tls;
}

/** An IP literal needs no look-up; should Node ever start one, it fails here. */
function refuseLookup(
  _name: string,
  _options: unknown,
  callback: (error: Error, address: string, family: number) => void,
): void {
  callback(new ConnectError('address', 'a look-up after the check'), '', 0);
}

/** The code a reset has from here on. */
export const resetCode = 'UPSTREAM_RESET';

/**
 * undici takes an ECONNRESET for the end of a body that has no length and no chunks, so a cut stream would look whole. This
 * listener comes before undici's, and under another code the reset stays a failure.
 */
function renameReset(error: Error): Error {
  return 'code' in error && error.code === 'ECONNRESET' ? Object.assign(error, { code: resetCode }) : error;
}

function describeTcpError(error: Error): ConnectError {
  if (error instanceof ConnectError) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code === 'ECONNREFUSED') return new ConnectError('refused', code);
  if (code === 'ETIMEDOUT') return new ConnectError('timeout_connect', code);
  return new ConnectError(code === resetCode || code === 'EPIPE' ? 'reset' : 'unreachable', code);
}

function describeTlsError(error: Error): ConnectError {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return new ConnectError(code === resetCode || code === 'EPIPE' ? 'reset' : 'tls', code);
}

function once(settle: Settle): Settle {
  let settled = false;
  return (failure) => {
    if (settled) return;
    settled = true;
    settle(failure);
  };
}
