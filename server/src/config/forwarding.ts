// Reads the chain of addresses that proxies write into a request, all of it or nothing.
import { type Address, parseAddress } from './address.ts';

/** Headers as Node gives them: lower-case names, repeated ones joined or listed. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Headers by which a proxy, a tunnel or a platform speaks for somebody else. */
export const forwardingHeaders = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
  'x-forwarded-server',
  'x-forwarded-prefix',
  'x-forwarded-ssl',
  'x-forwarded-scheme',
  'x-original-forwarded-for',
  'x-original-host',
  'x-original-url',
  'x-rewrite-url',
  'x-real-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-proxyuser-ip',
  'x-envoy-external-address',
  'x-envoy-original-path',
  'x-azure-clientip',
  'x-appengine-user-ip',
  'true-client-ip',
  'cf-connecting-ip',
  'cf-connecting-ipv6',
  'cf-ray',
  'cdn-loop',
  'fastly-client-ip',
  'fly-client-ip',
  'x-vercel-forwarded-for',
  'x-ngrok-id',
  'tailscale-user-login',
] as const;

export type ChainReason = 'chain_malformed' | 'chain_too_long';
export type ChainReading =
  | { readonly ok: true; readonly hops: readonly Address[] }
  | { readonly ok: false; readonly reason: ChainReason };

const hopsMax = 32;
const charactersMax = 4096;

const forwardingNames: ReadonlySet<string> = new Set(forwardingHeaders);

/** Whether a request carries any of them: it has a few headers, and they are many. */
export function hasForwardingHeader(headers: Headers): boolean {
  for (const name of Object.keys(headers)) if (forwardingNames.has(name) && headers[name] !== undefined) return true;
  return false;
}

/** The values of a header as one list of its comma-separated parts. */
export function joinHeader(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  if (value === undefined || typeof value === 'string') return value;
  return value.length === 0 ? undefined : value.join(',');
}

/** `X-Forwarded-For`: addresses, client first; a port behind an address is dropped. */
export function parseForwardedFor(text: string): ChainReading {
  return parseHops(text.split(','), text, parseHop);
}

/** `Forwarded` (RFC 7239): the `for` of each element. Names and `unknown` say nothing one could rely on. */
export function parseForwarded(text: string): ChainReading {
  return parseHops(splitOutsideQuotes(text, ','), text, parseForwardedElement);
}

function parseHops(parts: readonly string[], text: string, parse: (part: string) => Address | undefined): ChainReading {
  if (text.length > charactersMax || parts.length > hopsMax) return { ok: false, reason: 'chain_too_long' };
  const hops: Address[] = [];
  for (const part of parts) {
    const hop = parse(part.replace(/^[ \t]+|[ \t]+$/g, ''));
    if (hop === undefined) return { ok: false, reason: 'chain_malformed' };
    hops.push(hop);
  }
  return { ok: true, hops };
}

function parseHop(text: string): Address | undefined {
  const bracketed = /^\[([^[\]]*)\](?::\d{1,5})?$/.exec(text)?.[1];
  if (bracketed !== undefined) return bracketed.includes(':') ? parseAddress(bracketed) : undefined;
  const withPort = /^(\d+\.\d+\.\d+\.\d+):\d{1,5}$/.exec(text)?.[1];
  return parseAddress(withPort ?? text);
}

function parseForwardedElement(element: string): Address | undefined {
  const found: string[] = [];
  for (const pair of splitOutsideQuotes(element, ';')) {
    const match = /^[ \t]*([!#$%&'*+.^_`|~0-9A-Za-z-]+)=(?:"([^"\\]*)"|([!#$%&'*+.^_`|~0-9A-Za-z:[\]-]+))[ \t]*$/.exec(
      pair,
    );
    if (match === null) return undefined;
    if (match[1]?.toLowerCase() === 'for') found.push(match[2] ?? match[3] ?? '');
  }
  // One `for` an element: of two, readers would take different ones.
  const [only, second] = found;
  return only === undefined || second !== undefined ? undefined : parseHop(only);
}

function splitOutsideQuotes(text: string, separator: ',' | ';'): readonly string[] {
  const parts: string[] = [];
  let part = '';
  let isQuoted = false;
  for (const character of text) {
    if (character === '"') isQuoted = !isQuoted;
    if (character === separator && !isQuoted) {
      parts.push(part);
      part = '';
    } else part += character;
  }
  parts.push(part);
  return parts;
}
