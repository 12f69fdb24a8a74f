// The two sealed texts, the code between two people, and the request: written for hands, stored as keyed hashes alone.
import { hashToken } from '#crypto/hash.ts';
import { newSecretBytes, newToken } from '#crypto/random.ts';
import { reveal, type Secret, toSecret } from '#crypto/secret.ts';
import { showTotpSecret } from '#crypto/totp.ts';
import type { LookupKind, Tools } from '#kernel/tools.ts';

type Keyed = Pick<Tools, 'keyring'>;
type Kind = Extract<LookupKind, `emergency_${string}`>;

/** 160 bits: nobody guesses one, whatever budget they have. */
const PART_BYTES = 20;
/** 40 bits, beside a right part, for ten minutes. */
const CODE_BYTES = 5;

/** Base32 in groups of four. */
export function newText(bytes: number): Secret<string> {
  const text = reveal(showTotpSecret(newSecretBytes(bytes)), 'emergency.make').toLowerCase();
  return toSecret((text.match(/.{4}/g) ?? []).join('-'));
}

export const newPart = (): Secret<string> => newText(PART_BYTES);
export const newCode = (): Secret<string> => newText(CODE_BYTES);
export const newRequest = newToken;

/** However it was typed: hyphens, blanks and case do not count. */
export function hashTyped({ keyring }: Keyed, kind: Kind, typed: Secret<string>): Buffer {
  const text = reveal(typed, 'emergency.hash').replaceAll(/[\s-]/g, '').toLowerCase();
  return hashToken(keyring.lookupKey(kind), toSecret(text));
}

export function hashExact({ keyring }: Keyed, kind: Kind, token: Secret<string>): Buffer {
  return hashToken(keyring.lookupKey(kind), token);
}
