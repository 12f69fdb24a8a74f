// The one HTTP proxy through which every connection goes once the operator has named it: what it is and where it is.
import { reveal, type Secret } from '#crypto/secret.ts';
import type { Address } from './address.ts';
import type { AddressBook, AddressesResult } from './address-book.ts';
import { classifyAddress } from './address-table.ts';
import { parseTarget } from './target.ts';

export interface EgressProxy {
  readonly scheme: 'https' | 'http';
  /** In the spelling `Target.host` has. */
  readonly host: string;
  /** Set when the host is an IP literal. */
  readonly address: Address | undefined;
  readonly port: number;
  /** `user:password`. */
  readonly credential: Secret<string> | undefined;
}

export type EgressProxyResult =
  | { readonly ok: true; readonly proxy: EgressProxy }
  | { readonly ok: false; readonly fault: string };

/**
 * Reads the proxy the operator named: scheme, host and port. Its address may be private, that is the operator's word; what
 * is never allowed as a target is no proxy either. The credential comes apart, so that no message can show it.
 */
export function readEgressProxy(url: string, credential: Secret<string> | undefined): EgressProxyResult {
  const target = parseTarget(url);
  if (!target.ok) return { ok: false, fault: `not the address of a proxy (${target.reason})` };
  const { scheme, host, address, port, path } = target;
  if (path !== '/') return { ok: false, fault: 'a proxy has no path' };
  const never = address === undefined ? undefined : findNever([address]);
  if (never !== undefined) return { ok: false, fault: `never allowed: ${never}` };
  return { ok: true, proxy: { scheme, host, address, port, credential } };
}

/** Where the proxy is now. Its name is the operator's word, so it is looked up as the operating system does. */
export async function findProxyAddresses(proxy: EgressProxy, book: AddressBook): Promise<AddressesResult> {
  if (proxy.address !== undefined) return { ok: true, addresses: [proxy.address] };
  const found = await book.find(proxy.host, true);
  const never = found.ok ? findNever(found.addresses) : undefined;
  return never === undefined ? found : { ok: false, detail: `never allowed: ${never}` };
}

function findNever(addresses: readonly Address[]): string | undefined {
  return addresses.map(classifyAddress).find((verdict) => verdict.class === 'never')?.why;
}

/** The value of Proxy-Authorization (RFC 7617 section 2), or undefined when the proxy asks for none. */
export function writeProxyAuthorization({ credential }: EgressProxy): string | undefined {
  if (credential === undefined) return undefined;
  return `Basic ${Buffer.from(reveal(credential, 'outbound.proxy'), 'utf8').toString('base64')}`;
}
