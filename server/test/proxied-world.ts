// An outbound client whose one way out is a proxy, with a server behind it: the stage of the egress proxy's tests.
import assert from 'node:assert/strict';
import { toSecret } from '#crypto/secret.ts';
import { readEgressProxy, type EgressProxy } from '#outbound/egress-proxy.ts';
import { startConnectProxy, type ConnectProxy, type ConnectProxyOptions } from './connect-proxy.ts';
import { openWorld, type OutboundWorld, type WorldOptions } from './outbound-world.ts';
import { httpReply, type RawReply } from './raw-server.ts';

export interface ProxiedWorld extends OutboundWorld {
  readonly proxy: ConnectProxy;
}

export interface ProxiedOptions extends WorldOptions {
  readonly via?: ConnectProxyOptions;
  /** How the client names the proxy; `PORT` stands for its port. */
  readonly proxyUrl?: string;
  readonly credential?: string;
  readonly reply?: RawReply;
}

const hello: RawReply = (socket) => void socket.write(httpReply('hello'));

export async function openProxiedWorld(options: ProxiedOptions = {}): Promise<ProxiedWorld> {
  const { via = {}, credential, reply = hello, ...rest } = options;
  const proxy = await startConnectProxy(via);
  const { proxyUrl = `${via.tls === undefined ? 'http' : 'https'}://127.0.0.1:PORT` } = options;
  const named = egressProxyOf(proxyUrl.replace('PORT', String(proxy.port)), credential);
  const world = await openWorld(reply, { ...rest, proxy: named });
  return {
    ...world,
    proxy,
    [Symbol.asyncDispose]: async () => {
      await world[Symbol.asyncDispose]();
      await proxy[Symbol.asyncDispose]();
    },
  };
}

export function egressProxyOf(url: string, credential?: string): EgressProxy {
  const result = readEgressProxy(url, credential === undefined ? undefined : toSecret(credential));
  assert.ok(result.ok, JSON.stringify(result));
  return result.proxy;
}
