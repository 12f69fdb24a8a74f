// Makes what PostgreSQL stores instead of a password (SCRAM-SHA-256), so that the password itself is never sent to be set.
import { createHmac, pbkdf2Sync } from 'node:crypto';
import { encodeBase64 } from './base64.ts';
import { sha256 } from './hash.ts';
import { randomBytes } from './random.ts';
import { reveal, type Secret } from './secret.ts';

const hashBytes = 32;
const saltBytes = 16;
/** The least that RFC 7677 section 4 allows, and PostgreSQL's own; our passwords have 256 random bits and need no slowness. */
const iterations = 4096;

export interface ScramSalt {
  readonly salt: Uint8Array;
  readonly iterations: number;
}

/**
 * `SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>` (RFC 5803 section 2, as PostgreSQL writes it), with a fresh
 * salt unless one is given. Throws TypeError for anything but printable ASCII: only there SASLprep changes nothing.
 */
export function makeScramVerifier(
  password: Secret<string>,
  { salt, iterations: rounds }: ScramSalt = { salt: randomBytes(saltBytes), iterations },
): string {
  const text = reveal(password, 'scram.derive');
  if (!/^[\x21-\x7e]+$/.test(text)) throw new TypeError('a password for SCRAM is printable ASCII here');
  const salted = pbkdf2Sync(text, salt, rounds, hashBytes, 'sha256');
  // RFC 5802 section 3.
  const storedKey = sha256(hmac(salted, 'Client Key'));
  const serverKey = hmac(salted, 'Server Key');
  salted.fill(0);
  const [saltText, stored, server] = [salt, storedKey, serverKey].map((bytes) => encodeBase64(bytes, 'padded'));
  return `SCRAM-SHA-256$${rounds}:${saltText}$${stored}:${server}`;
}

function hmac(key: Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
