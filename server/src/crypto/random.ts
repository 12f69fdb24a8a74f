// Everything random in the server: bytes, ids and tokens, from the operating system's generator.
import { randomBytes as systemRandomBytes, randomFillSync } from 'node:crypto';
import { unixMs as clockMs } from './clock.ts';
import { type Secret, toSecret } from './secret.ts';

const unixMsMax = 2 ** 48 - 1;
const tokenBytes = 32;
/** Randomness of ids, drawn for many at once: a call for each costs more than the rest of making one. Ids are public. */
const idPool = Buffer.alloc(4_096);
const idBytes = 16;
let idPoolUsed = idPool.length;

/** Random bytes for salts and nonces, which are public. Key material comes from `newSecretBytes`. */
export function randomBytes(length: number): Buffer {
  return systemRandomBytes(length);
}

/** Random bytes nobody may see. */
export function newSecretBytes(length: number): Secret<Buffer> {
  return toSecret(systemRandomBytes(length));
}

/**
 * A UUIDv7 (RFC 9562 section 5.7): 48 bits of Unix time in milliseconds, 74 random bits. Ids of one millisecond are in no
 * order. Throws RangeError for a time that isn't a whole number of milliseconds within 48 bits.
 */
export function newUuid(unixMs?: number): string {
  return writeUuid(newUuidBytes(unixMs));
}

/** The bytes of a new UUID, to be used before the next one is made. Throws as `newUuid`. */
export function newUuidBytes(unixMs: number = clockMs()): Uint8Array {
  if (!Number.isInteger(unixMs) || unixMs < 0 || unixMs > unixMsMax) {
    throw new RangeError('the time of a UUIDv7 is a whole number of milliseconds since 1970, within 48 bits');
  }
  const bytes = takeIdBytes();
  bytes.writeUIntBE(unixMs, 0, 6);
  bytes.writeUInt8(0x70 | (bytes.readUInt8(6) & 0x0f), 6);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  return bytes;
}

const hexDigits = Buffer.from('0123456789abcdef');
/** Where each byte's digits stand; between them are the hyphens. */
const digitPlaces = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
const uuidText = Buffer.from('00000000-0000-0000-0000-000000000000');

/** Into one text that is used again: pieces of a longer one, joined, cost four times as much. */
function writeUuid(bytes: Uint8Array): string {
  for (let index = 0; index < idBytes; index += 1) {
    const byte = bytes[index] ?? 0;
    const place = digitPlaces[index] ?? 0;
    uuidText[place] = hexDigits[byte >> 4] ?? 0;
    uuidText[place + 1] = hexDigits[byte & 15] ?? 0;
  }
  return uuidText.toString('latin1');
}

/** Sixteen random bytes that no other id has; the caller may write on them until the next call. */
function takeIdBytes(): Buffer {
  if (idPoolUsed === idPool.length) {
    randomFillSync(idPool);
    idPoolUsed = 0;
  }
  idPoolUsed += idBytes;
  return idPool.subarray(idPoolUsed - idBytes, idPoolUsed);
}

/** A bearer token: 256 random bits as 43 characters of base64url. */
export function newToken(): Secret<string> {
  return toSecret(systemRandomBytes(tokenBytes).toString('base64url'));
}
