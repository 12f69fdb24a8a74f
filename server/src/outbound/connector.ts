// Opens the connection itself: to the one checked address, under the target's name, straight or through the operator's proxy.
import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import type { buildConnector } from 'undici';
import type { Address } from './address.ts';
import { ConnectError, describeTcpError, describeTlsError, startAttempt, type Connecting } from './attempt.ts';
import { dial, secure } from './dial.ts';
import { connectThroughProxy, type ProxyRoute } from './proxy-route.ts';
import type { OutboundFailure } from './reasons.ts';
import type { Target } from './target.ts';

export interface ConnectorOptions {
  readonly target: Target;
  /** The checked address; the name is not looked up again. */
  readonly address: Address;
  readonly connectMs: number;
  /** Judges the address once more for every connection. */
  readonly judge: (address: Address) => OutboundFailure | undefined;
  /** Trusted certificate authorities; left out, the machine's own. */
  readonly secureContext: SecureContext | undefined;
  /** The only way out when it is given. */
  readonly route: ProxyRoute | undefined;
  readonly connecting: Connecting;
}

/** Makes undici's connector for one pool. What undici passes (name, port, server name) is not used: the pool is pinned. */
export function createConnector(options: ConnectorOptions): buildConnector.connector {
  return (_given, callback) => {
    const { target, address, route, secureContext } = options;
    const denied = options.judge(address);
    if (denied !== undefined) return callback(new ConnectError(denied.reason, denied.detail), null);
    const place = { address, port: target.port };
    const attempt = startAttempt({ ...options, goal: `${address.text}:${target.port}` }, callback);
    const finish = (socket: Socket): void => {
      if (target.scheme === 'http') return attempt.succeed(socket);
      const peer = { name: target.address === undefined ? target.host : undefined, address };
      return secure(attempt, socket, peer, { secureContext, describe: describeTlsError }, attempt.succeed);
    };
    if (route === undefined) return void dial(attempt, place, describeTcpError, finish);
    connectThroughProxy(attempt, route, place, finish).catch((error: unknown) =>
      attempt.fail(new ConnectError('proxy', error instanceof Error ? error.name : 'unknown error')),
    );
    return undefined;
  };
}
