// Decides which requests are meant for this server: whom it is addressed to, and whether a proxy nobody declared is in between.
import { type Address, anyCidrContains, type Cidr, parseSocketAddress } from './address.ts';
import { hasForwardingHeader, type Headers, joinHeader } from './forwarding.ts';
import { type Config, publicOrigin } from './shape.ts';

/** What is served, worked out once after listening. */
export type HostRule = {
  readonly hosts: ReadonlySet<string>;
  readonly exposed: boolean;
  readonly trustedProxies: readonly Cidr[];
  /** Where people are sent instead. */
  readonly origin: string;
};

/** What a request says of itself. */
export type HostFacts = {
  /** Every Host and `:authority` it has, and the authority of an absolute request target. */
  readonly hosts: readonly string[];
  readonly headers: Headers;
  /** The address at the other end of the socket. */
  readonly peer: string;
  /** Whether this server itself ended TLS on the connection. */
  readonly encrypted: boolean;
};

export type HostReason =
  | 'peer_unreadable'
  | 'undeclared_proxy'
  | 'plaintext'
  | 'plaintext_at_proxy'
  | 'host_missing'
  | 'host_not_served';

/** `fix` is the text of the 421 reply; it holds nothing the request brought. */
export type HostVerdict =
  | { readonly ok: true; readonly peer: Address; readonly viaProxy: boolean }
  | { readonly ok: false; readonly reason: HostReason; readonly fix: string };

/** Builds the rule. On loopback three hosts with our port are served, exposed the public URL's alone. */
export function makeHostRule(config: Config, boundPort: number): HostRule {
  const origin = publicOrigin(config, boundPort);
  const scheme = config.tls === undefined ? 'http' : 'https';
  const origins = config.exposed
    ? [origin]
    : ['localhost', '127.0.0.1', '[::1]'].map((name) => `${scheme}://${name}:${boundPort}`);
  return {
    hosts: new Set(origins.flatMap(hostsOf)),
    exposed: config.exposed,
    trustedProxies: config.trustedProxies,
    origin,
  };
}

/** Judges a request before anything else looks at it. Only what is provably meant for us passes. */
export function judgeHost(facts: HostFacts, rule: HostRule): HostVerdict {
  const peer = parseSocketAddress(facts.peer);
  if (peer === undefined) return refuse('peer_unreadable', rule);
  const viaProxy = anyCidrContains(rule.trustedProxies, peer);
  if (!viaProxy && hasForwardingHeader(facts.headers)) return refuse('undeclared_proxy', rule);
  if (rule.exposed && !viaProxy && !facts.encrypted) return refuse('plaintext', rule);
  if (rule.exposed && viaProxy && !saysHttps(facts.headers)) return refuse('plaintext_at_proxy', rule);
  if (facts.hosts.length === 0) return refuse('host_missing', rule);
  if (!facts.hosts.every((host) => rule.hosts.has(host.toLowerCase()))) return refuse('host_not_served', rule);
  return { ok: true, peer, viaProxy };
}

/** A host as clients write it: the port is left out, or may be, where it is the scheme's own. */
function hostsOf(origin: string): readonly string[] {
  const url = new URL(origin);
  return url.port === '' ? [url.host, `${url.host}:${url.protocol === 'https:' ? 443 : 80}`] : [url.host];
}

/** A declared proxy that says how the client came must say https; one that says nothing ended TLS by its declaration. */
function saysHttps(headers: Headers): boolean {
  const proto = joinHeader(headers, 'x-forwarded-proto');
  return proto === undefined || proto.split(',').every((part) => part.trim().toLowerCase() === 'https');
}

function refuse(reason: HostReason, rule: HostRule): HostVerdict {
  return { ok: false, reason, fix: fixFor(reason, rule) };
}

function fixFor(reason: HostReason, { exposed, origin }: HostRule): string {
  const declare =
    'set HOLDFAST_PUBLIC_URL to the https address people use and HOLDFAST_TRUSTED_PROXIES to the addresses of the proxy';
  switch (reason) {
    case 'peer_unreadable':
      return 'The connection has no address any more; connect again.';
    case 'undeclared_proxy':
      return `This request came through a proxy or tunnel this server was not told about. If it is yours, ${declare}.`;
    case 'plaintext':
      return `This server speaks TLS, or plain HTTP to its declared proxies alone. Use ${origin}. If you are a proxy, ${declare}.`;
    case 'plaintext_at_proxy':
      return `The proxy took this request over plain http. Use ${origin}, and have the proxy redirect to it.`;
    case 'host_missing':
      return `This request names no host. Use ${origin}.`;
    case 'host_not_served':
      return exposed
        ? `Only ${origin} is served. A proxy has to pass on the Host it received.`
        : `Only ${origin}, and the same port of 127.0.0.1 and [::1], is served here. To serve another name, ${declare}.`;
  }
}
