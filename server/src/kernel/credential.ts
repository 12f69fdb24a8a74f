// How a secret in a request becomes a principal: declared by the module that owns the table of that secret.
import type { KeyPrincipal, Principal } from './principal.ts';
import type { Tools } from './tools.ts';

/** What a request says beside its key. Neither gives anything: each can only narrow what the key may do, or end it. */
export type KeyClaims = {
  /** The person the key shall act for (UUID). */
  readonly onBehalfOf?: string;
  /** The page a browser says the request comes from. */
  readonly origin?: string;
};

/** What the edge found in the request. `unknown` is a credential of no kind we issue: always refused. */
export type Credential =
  | { readonly kind: 'session'; readonly secret: string }
  | { readonly kind: 'api_key'; readonly secret: string; readonly claims?: KeyClaims }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'operator'; readonly uid: number };

/** One call with a key, as it is counted. */
export type KeyUse = {
  /** As limits see it: IPv4 whole, IPv6 by /64. */
  readonly addressKey: string;
  readonly userAgent: string;
  readonly isFailure: boolean;
};

/** What a session cookie begins with when break-glass opened it; no token of a person's session holds a point. */
export const EMERGENCY_PREFIX = 'emergency.';

export type CredentialKind = {
  readonly kind: 'session' | 'api_key' | 'emergency';
  /** One look-up: principal with status, role and rights, or undefined for anything that is not valid now. */
  readonly identify: (tools: Tools, secret: string, claims?: KeyClaims) => Promise<Principal | undefined>;
  /** Counts a call with a key; costs no trip and never throws. */
  readonly noteUse?: (tools: Tools, principal: KeyPrincipal, use: KeyUse) => void;
  /** Keeps what was counted, before the server ends. */
  readonly flush?: (tools: Tools) => Promise<void>;
};

export function defineCredential(kind: CredentialKind): CredentialKind {
  return Object.freeze(kind);
}
