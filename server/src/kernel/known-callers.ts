// Keys whose last call was let in, so that their next need not be looked up before its admission, which looks again anyway.
import { sha256Base64Url } from '#crypto/hash.ts';
import type { Credential } from './credential.ts';
import type { KeyPrincipal } from './principal.ts';
import type { Tools } from './tools.ts';

/** What is remembered of a caller does not hold any more; nothing was recorded. */
export class StandingLost extends Error {
  override readonly name = 'StandingLost';
}

/**
 * What is remembered may let a call in, by an admission that finds the same again; it never refuses one. So an entry may
 * be as old as it likes, and revocation needs no word to this cache. Keys that are unknown are not remembered.
 */
export type KnownCallers = {
  readonly find: (credential: Credential | undefined) => KeyPrincipal | undefined;
  readonly remember: (credential: Credential, principal: KeyPrincipal) => void;
  readonly forget: (credential: Credential) => void;
};

const CALLERS_MAX = 10_000;
const callers = new WeakMap<Tools, KnownCallers>();

/** The known callers of a running server. */
export function knownCallersOf(tools: Tools): KnownCallers {
  let known = callers.get(tools);
  if (known === undefined) callers.set(tools, (known = createKnownCallers()));
  return known;
}

/** Under a digest of the key, never the key itself. The entry made first goes first: making it again is one look-up. */
export function createKnownCallers(callersMax = CALLERS_MAX): KnownCallers {
  const principals = new Map<string, KeyPrincipal>();
  return {
    find: (credential) => (credential?.kind === 'api_key' ? principals.get(nameOf(credential)) : undefined),
    remember: (credential, principal) => {
      if (credential.kind !== 'api_key') return;
      principals.set(nameOf(credential), principal);
      if (principals.size > callersMax) principals.delete(principals.keys().next().value ?? '');
    },
    forget: (credential) => {
      if (credential.kind === 'api_key') principals.delete(nameOf(credential));
    },
  };
}

/** One key that acts for two people, or from two pages, is two callers. No key has a line break in it. */
function nameOf({ secret, claims }: Extract<Credential, { readonly kind: 'api_key' }>): string {
  if (claims === undefined) return sha256Base64Url(secret);
  return sha256Base64Url(`${secret}\n${claims.onBehalfOf ?? ''}\n${claims.origin ?? ''}`);
}
