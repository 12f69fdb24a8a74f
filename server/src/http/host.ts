// Decides whether a request is meant for this server, and from whom it comes: 421 with the fix for anything else.
import type { IncomingMessage } from 'node:http';
import { type Config, findClientAddress, type HostRule, judgeHost } from '#config.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { addressKey } from '#kernel/limits/address-key.ts';
import { remember } from './memo.ts';

export type Visitor = {
  /** The true client address. */
  readonly address: string;
  readonly addressKey: string;
  /** The origin this request was sent to, as a browser writes it. */
  readonly origin: string;
};

const keyOf = remember(1_000, addressKey);
/** Of hosts that are served alone, and therefore few. */
const originOf = remember(100, (url) => new URL(url).origin);

type Trust = Pick<Config, 'trustedProxies' | 'proxyHeader'>;

/** Throws 421 `request.misdirected`, or 400 for a head that HTTP forbids. */
export function demandHost(request: IncomingMessage, rule: HostRule, trust: Trust): Visitor {
  const { headers, socket } = request;
  // RFC 9112 section 3.2: HTTP/1.1 without Host is a 400, whatever else it says.
  if (headers.host === undefined && request.httpVersion === '1.1')
    throw kernelErrors['request.malformed']({ detail: 'The request has no Host.' });
  const peer = socket.remoteAddress ?? '';
  const hosts = [headers.host, authorityOf(request.url ?? '')].filter((host) => host !== undefined);
  const verdict = judgeHost({ hosts, headers, peer, encrypted: isEncrypted(request) }, rule);
  if (!verdict.ok) throw kernelErrors['request.misdirected']({ detail: verdict.fix });
  const found = findClientAddress(peer, headers, trust);
  if (!found.ok) throw kernelErrors['request.misdirected']({ detail: found.fix });
  const address = found.client.address.text;
  const scheme = isSecure(request, rule) ? 'https' : 'http';
  return { address, addressKey: keyOf(address), origin: originOf(`${scheme}://${hosts[0] ?? ''}`) };
}

/** Whether this server ended TLS on the connection itself. */
export function isEncrypted({ socket }: IncomingMessage): boolean {
  return 'encrypted' in socket && socket.encrypted === true;
}

/** Whether the client's side of the way is TLS: ours, or that of the proxy in front of an exposed server. */
export function isSecure(request: IncomingMessage, rule: HostRule): boolean {
  return isEncrypted(request) || rule.exposed;
}

/** RFC 9112 section 3.2.2: the authority of an absolute request target. */
function authorityOf(target: string): string | undefined {
  if (target.startsWith('/')) return undefined;
  return /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(target)?.[1];
}

/** The target as a path: of an absolute one, what follows its authority. */
export function toOriginForm(target: string): string {
  if (target.startsWith('/')) return target;
  const absolute = /^https?:\/\/[^/?#]*(.*)$/is.exec(target);
  if (absolute === null) return target;
  const rest = absolute[1] ?? '';
  return rest.startsWith('/') ? rest : `/${rest}`;
}
