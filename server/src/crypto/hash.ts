// Digests, message authentication, and the only form in which tokens are stored.
import { createHmac, hash } from 'node:crypto';
import type { RootKey } from './roots.ts';
import { reveal, type Secret } from './secret.ts';

/** SHA-256; text is hashed as UTF-8. */
export function sha256(data: string | Uint8Array): Buffer {
  return hash('sha256', data, 'buffer');
}

/** SHA-256 as 64 lower-case hexadecimal characters. */
export function sha256Hex(data: string | Uint8Array): string {
  return hash('sha256', data, 'hex');
}

/** SHA-256 as 43 characters of base64url. */
export function sha256Base64Url(data: string | Uint8Array): string {
  return hash('sha256', data, 'base64url');
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
