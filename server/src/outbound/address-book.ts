// Keeps resolved addresses for a short while and never asks twice at once, so that the hot path does not wait on DNS.
import { parseAddress, type Address } from './address.ts';
import type { Resolver, ResolverResult } from './resolver.ts';

export type AddressesResult =
  | { readonly ok: true; readonly addresses: readonly Address[] }
  | { readonly ok: false; readonly detail: string };

export interface AddressBook {
  /** All addresses of a name, IPv4 first; fails as a whole when one answer can't be read. */
  find(name: string, listed: boolean): Promise<AddressesResult>;
}

export interface AddressBookOptions {
  readonly resolver: Resolver;
  readonly resolveMs: number;
  /** The longest an answer is kept; its own time to live may shorten this, down to not at all. */
  readonly cacheMs: number;
  readonly namesMax: number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

interface Kept {
  readonly result: AddressesResult;
  readonly untilMs: number;
}

const answersMax = 256;
/** The resolver keeps the time itself and may return what it has; this is for one that does not. */
const graceMs = 500;
// RFC 6761 section 6.3: these names are never asked of anyone.
const loopback: AddressesResult = parseAnswers(['127.0.0.1', '::1']);

export function createAddressBook({ resolver, resolveMs, cacheMs, namesMax, now }: AddressBookOptions): AddressBook {
  const kept = new Map<string, Kept>();
  const asking = new Map<string, Promise<AddressesResult>>();

  const ask = async (key: string, name: string, listed: boolean): Promise<AddressesResult> => {
    const answer = await limitTime(() => resolver({ name, listed, timeoutMs: resolveMs }), resolveMs + graceMs);
    const result = answer.ok ? parseAnswers(answer.answers.map(({ address }) => address)) : answer;
    const ttlMs = answer.ok ? Math.min(cacheMs, ...answer.answers.map(({ ttlSeconds }) => ttlSeconds * 1000)) : 0;
    if (result.ok && ttlMs > 0) {
      kept.set(key, { result, untilMs: now() + ttlMs });
      if (kept.size > namesMax) kept.delete(kept.keys().next().value ?? '');
    }
    return result;
  };

  return {
    find: (name, listed) => {
      if (name === 'localhost' || name.endsWith('.localhost')) return Promise.resolve(loopback);
      const key = `${listed ? 'listed' : 'other'} ${name}`;
      const known = kept.get(key);
      if (known !== undefined && known.untilMs > now()) return Promise.resolve(known.result);
      kept.delete(key);
      const running = asking.get(key) ?? ask(key, name, listed).finally(() => asking.delete(key));
      asking.set(key, running);
      return running;
    },
  };
}

/** Order stays the resolver's within a family; IPv4 first, because a machine without an IPv6 route still has its answers. */
function parseAnswers(texts: readonly string[]): AddressesResult {
  if (texts.length === 0) return { ok: false, detail: 'no address' };
  if (texts.length > answersMax) return { ok: false, detail: 'too many addresses' };
  const addresses = texts.map((text) => parseAddress(text)).filter((address) => address !== undefined);
  if (addresses.length < texts.length) return { ok: false, detail: 'an answer is not a plain address' };
  return { ok: true, addresses: addresses.sort((a, b) => a.family - b.family) };
}

/** A resolver that hangs or throws is a failed one. */
async function limitTime(ask: () => Promise<ResolverResult>, timeoutMs: number): Promise<ResolverResult> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<ResolverResult>((resolve) => {
    timer = setTimeout(() => resolve({ ok: false, detail: 'timed out' }), timeoutMs);
  });
  try {
    return await Promise.race([ask(), late]);
  } catch {
    return { ok: false, detail: 'resolver failed' };
  } finally {
    clearTimeout(timer);
  }
}
