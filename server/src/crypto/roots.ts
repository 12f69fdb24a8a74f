// Derives a separate key for each purpose from one key, so that one leak never crosses purposes.
import { hkdfSync } from 'node:crypto';
import { encodeFields } from './fields.ts';
import { reveal, type Secret, toSecret } from './secret.ts';

/** What a derived key may be used for. A new use is a new word here, never a second use of an old one. */
export const rootPurposes = [
  'sealing',
  'lookup',
  'audit-pseudonym',
  'audit-signing',
  'report-signing',
  'probe-tenant',
  'fingerprint',
  'challenge',
  'cookie',
  'cursor',
  'idempotency',
] as const;

export type RootPurpose = (typeof rootPurposes)[number];

declare const rootBrand: unique symbol;

/** A 32-byte key whose type says what it is for, so that a cookie key can't be handed to the audit signer. */
export type RootKey<P extends RootPurpose = RootPurpose> = Secret<Buffer> & { readonly [rootBrand]: P };

const parentBytes = 32;
const rootBytes = 32;

/**
 * HKDF-SHA-256 (RFC 5869) of a 32-byte key; the info is the purpose and the scope, each with its length, so that no two
 * purposes or scopes meet. Parent and child live apart: what must outlive a rotation (lookup, pseudonyms, signing)
 * derives from a stored secret sealed under the master key, never from the master key itself.
 * Throws RangeError when the key isn't 32 bytes or purpose and scope exceed 1,024 bytes.
 */
export function deriveRoot<P extends RootPurpose>(
  parent: Secret<Uint8Array>,
  purpose: P,
  scope: readonly string[] = [],
): RootKey<P> {
  const key = reveal(parent, 'root.derive');
  if (key.length !== parentBytes) throw new RangeError('roots derive from a key of 32 bytes');
  const info = encodeFields(['holdfast/root/v1', purpose, ...scope]);
  const root = Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), info, rootBytes));
  // The brand of a root is made here and nowhere else.
  return toSecret(root) as RootKey<P>;
}
