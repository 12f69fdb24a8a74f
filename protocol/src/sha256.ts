// SHA-256 and HMAC-SHA-256, the only hash of every format here.
import { createHmac, hash } from 'node:crypto';

/** Bytes of a SHA-256 digest. */
export const hashBytes = 32;

/** SHA-256 of `data` (FIPS 180-4). */
export function sha256(data: Uint8Array): Uint8Array {
  return plainBytes(hash('sha256', data, 'buffer'));
}

/** HMAC-SHA-256 of `data` under `key` (RFC 2104). */
export function hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array {
  return plainBytes(createHmac('sha256', key).update(data).digest());
}

// A Buffer prints and compares differently from the arrays everything else returns.
function plainBytes(digest: Buffer): Uint8Array {
  return new Uint8Array(digest.buffer, digest.byteOffset, digest.byteLength);
}
