// SHA-256 and HMAC-SHA-256, the only hash of every format here.
import { hash } from 'node:crypto';
import { plainBytes } from './bytes.ts';

/** Bytes of a SHA-256 digest. */
export const hashBytes = 32;

/** Bytes that SHA-256 takes in at once, which is what a key is padded to (RFC 2104). */
const blockBytes = 64;

/** SHA-256 of `data` (FIPS 180-4). */
export function sha256(data: Uint8Array): Uint8Array {
  // As text and back: a digest asked for as bytes has memory of its own and takes twice as long.
  return plainBytes(Buffer.from(hash('sha256', data, 'latin1'), 'latin1'));
}

/**
 * HMAC-SHA-256 of `data` under `key` (RFC 2104), as the two hashes it is: the platform's object for it costs more than both.
 */
export function hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array {
  const short = key.length > blockBytes ? sha256(key) : key;
  const inner = Buffer.allocUnsafe(blockBytes + data.length).fill(0x36, 0, blockBytes);
  const outer = Buffer.allocUnsafe(blockBytes + hashBytes).fill(0x5c, 0, blockBytes);
  for (let at = 0; at < short.length; at += 1) {
    inner[at] = 0x36 ^ (short[at] ?? 0);
    outer[at] = 0x5c ^ (short[at] ?? 0);
  }
  inner.set(data, blockBytes);
  outer.write(hash('sha256', inner, 'latin1'), blockBytes, 'latin1');
  return sha256(outer);
}
