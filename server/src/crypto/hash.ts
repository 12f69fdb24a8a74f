// Digests, message authentication, and the only form in which tokens are stored.
import { createHash, createHmac } from 'node:crypto';
import type { RootKey } from './roots.ts';
import { reveal, type Secret } from './secret.ts';

/** SHA-256; text is hashed as UTF-8. */
export function sha256(data: string | Uint8Array): Buffer {
  return createHash('sha256').update(data).digest();
}

/** SHA-256 as 64 lower-case hexadecimal characters. */
export function sha256Hex(data: string | Uint8Array): string {
  return sha256(data).toString('hex');
}

/** HMAC-SHA-256 (RFC 2104); text is authenticated as UTF-8. */
export function hmacSha256(key: Secret<Uint8Array>, data: string | Uint8Array): Buffer {
  return createHmac('sha256', reveal(key, 'hmac.sign')).update(data).digest();
}

/**
 * What is stored and looked up instead of a token: 32 bytes of HMAC-SHA-256, worthless without the lookup key. Derive the
 * key with a scope (`['session']`, `['api_key']`) so that a row of one kind never answers for another. Only for tokens
 * with at least 128 random bits; passwords go to `hashPassword`.
 */
export function hashToken(purposeKey: RootKey<'lookup'>, token: Secret<string>): Buffer {
  return hmacSha256(purposeKey, reveal(token, 'token.hash'));
}
