// Reads a URL into the parts a rule can judge: scheme, host in one spelling, port, path.
import { bracketAddress, parseAddress, type Address } from './address.ts';
import { outboundFailure, type OutboundFailure } from './reasons.ts';

export interface Target {
  readonly ok: true;
  readonly scheme: 'https' | 'http';
  /** A lower-case ASCII name without trailing dot, or an address in canonical text without brackets. */
  readonly host: string;
  /** Set when the host is an IP literal. */
  readonly address: Address | undefined;
  readonly port: number;
  /** `scheme://host[:port]` with a default port left out; what redirects and pools compare. */
  readonly origin: string;
  /** Path and query, starting with a slash. */
  readonly path: string;
}

const urlCharsMax = 8192;
// Spaces, controls and backslashes are repaired by URL parsers, each in its own way; nobody needs them.
// oxlint-disable-next-line no-control-regex -- control characters are what this looks for
const unclean = /[\u0000-\u0020\u007f\\]/;

/** Reads an absolute URL, or one relative to `base` (a Location header). Reasons: url, scheme, userinfo. */
export function parseTarget(text: string, base?: Target): Target | OutboundFailure {
  if (text.length > urlCharsMax || unclean.test(text)) return outboundFailure('url', 'too long, or spaces in it');
  const url = URL.parse(text, base === undefined ? undefined : `${base.origin}${base.path}`);
  if (url === null) return outboundFailure('url', 'not an absolute URL');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return outboundFailure('scheme', url.protocol);
  if (hasUserinfo(text, url)) return outboundFailure('userinfo', url.hostname);
  const host = parseHost(url.hostname);
  if (host === undefined) return outboundFailure('url', 'not a host name');
  return buildTarget(url, host);
}

function buildTarget(url: URL, { host, address }: Host): Target {
  const scheme = url.protocol === 'https:' ? 'https' : 'http';
  const shown = address === undefined ? host : bracketAddress(address);
  return {
    ok: true,
    scheme,
    host,
    address,
    port: url.port === '' ? defaultPort(scheme) : Number(url.port),
    origin: `${scheme}://${shown}${url.port === '' ? '' : `:${url.port}`}`,
    path: `${url.pathname}${url.search}`,
  };
}

/** Brings a host, as a person wrote it, into the one spelling `Target.host` has; undefined when it is none. */
export function normalizeHost(text: string): string | undefined {
  if (/[/?#@\\:]/.test(text) || unclean.test(text)) return undefined;
  const url = URL.parse(`https://${text}/`);
  return url === null ? undefined : parseHost(url.hostname)?.host;
}

/** True when `host` is `domain` or, for `*.domain`, a name below it. */
export function isHostInDomain(host: string, domain: string): boolean {
  const wanted = domain.toLowerCase();
  return wanted.startsWith('*.') ? host.endsWith(wanted.slice(1)) && host.length > wanted.length - 1 : host === wanted;
}

function defaultPort(scheme: 'https' | 'http'): number {
  return scheme === 'https' ? 443 : 80;
}

/** An empty `user:password@` vanishes in parsing, so the written authority is looked at too. */
function hasUserinfo(text: string, url: URL): boolean {
  const authority = /^[a-z][a-z0-9+.-]*:\/*([^/?#]*)/i.exec(text)?.[1] ?? /^\/\/([^/?#]*)/.exec(text)?.[1] ?? '';
  return url.username !== '' || url.password !== '' || authority.includes('@');
}

type Host = Pick<Target, 'host' | 'address'>;

/** Takes a host as the URL parser left it (lower case, IDNA applied, numeric forms made plain). */
function parseHost(hostname: string): Host | undefined {
  const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  const address = parseAddress(bare);
  if (address !== undefined) return { host: address.text, address };
  if (hostname.startsWith('[')) return undefined;
  const name = hostname.endsWith('.') ? hostname.slice(0, -1) : hostname;
  return name.length <= 253 && name.split('.').every(isLabel) ? { host: name, address: undefined } : undefined;
}

function isLabel(label: string): boolean {
  return /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label);
}
