// The format of a sealed value: which key opens it is written inside, and it opens only at the place it was sealed for.
//
//   0x01 | algorithm (1) | data key id (16) | salt (32) | commitment (32) | ciphertext | tag (16)
//
// Algorithm 1: HKDF-Expand-SHA-256 of the data key over salt and context gives the record's key, commitment and nonce;
// AES-256-GCM with header and context as additional data. Every record has a key of its own from 256 random bits, so
// neither nonces nor the count of records per data key matter. GCM alone lets one ciphertext open under two keys; the
// commitment, a whole HMAC block compared before decrypting, doesn't.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { equalBytes } from './compare.ts';
import { encodeFields } from './fields.ts';
import { expandToBlocks } from './hkdf.ts';
import { reveal, type Secret, toSecret } from './secret.ts';
import { decodeUuid, encodeUuid } from './uuid.ts';

const version = 1;
const algorithm = 1;
const saltBytes = 32;
const commitmentBytes = 32;
const tagBytes = 16;
const nonceBytes = 12;
const saltAt = 18;
const commitmentAt = saltAt + saltBytes;
const ciphertextAt = commitmentAt + commitmentBytes;

/** What sealing adds to the length of a plaintext. */
export const sealedOverheadBytes = ciphertextAt + tagBytes;

/** Larger content is a stream, in a format of its own. */
export const plaintextBytesMax = 16 * 1024 * 1024;

/** The one place where a sealed value opens. Every field is required; persons' and system rows name their owner as org. */
export interface SealContext {
  /** What the value is for, so that two uses of one column never meet. */
  readonly purpose: string;
  readonly orgId: string;
  readonly table: string;
  readonly column: string;
  readonly rowId: string;
}

/** A data key in use: 32 bytes and the UUID written into everything it seals. */
export interface DataKey {
  readonly id: string;
  readonly key: Secret<Uint8Array>;
}

export type OpenResult =
  | { readonly ok: true; readonly plaintext: Secret<Buffer> }
  | { readonly ok: false; readonly reason: 'format' }
  | { readonly ok: false; readonly reason: 'unknown_key' | 'commitment' | 'tag'; readonly keyId: string };

/**
 * Seals a plaintext (empty is fine) for one place. Throws TypeError when a context field is empty or the key's id isn't a
 * UUID, RangeError when the key isn't 32 bytes or the plaintext exceeds `plaintextBytesMax`.
 */
export function seal(dataKey: DataKey, context: SealContext, plaintext: Secret<Uint8Array>): Buffer {
  const bytes = reveal(plaintext, 'envelope.seal');
  if (bytes.length > plaintextBytesMax) throw new RangeError(`a sealed value holds at most ${plaintextBytesMax} bytes`);
  const salt = randomBytes(saltBytes);
  const place = encodeContext(context, dataKey.id);
  const derived = deriveRecord(dataKey.key, salt, place);
  const header = Buffer.concat([Uint8Array.of(version, algorithm), encodeUuid(dataKey.id), salt, derived.commitment]);
  const cipher = createCipheriv('aes-256-gcm', derived.key, derived.nonce, { authTagLength: tagBytes });
  cipher.setAAD(encodeFields([header, place]));
  const ciphertext = Buffer.concat([cipher.update(bytes), cipher.final()]);
  derived.key.fill(0);
  return Buffer.concat([header, ciphertext, cipher.getAuthTag()]);
}

/**
 * Opens a sealed value at its place. `unknown_key` names the missing key; `commitment` means another key or another
 * place; `tag` means changed content. Throws as `seal` does for an impossible context or key.
 */
export function open(
  findKey: (dataKeyId: string) => Secret<Uint8Array> | undefined,
  context: SealContext,
  sealed: Uint8Array,
): OpenResult {
  const keyId = readSealedKeyId(sealed);
  if (keyId === undefined) return { ok: false, reason: 'format' };
  const place = encodeContext(context, keyId);
  const dataKey = findKey(keyId);
  if (dataKey === undefined) return { ok: false, reason: 'unknown_key', keyId };
  const header = sealed.subarray(0, ciphertextAt);
  const derived = deriveRecord(dataKey, header.subarray(saltAt, commitmentAt), place);
  if (!equalBytes(derived.commitment, header.subarray(commitmentAt))) return { ok: false, reason: 'commitment', keyId };
  const decipher = createDecipheriv('aes-256-gcm', derived.key, derived.nonce, { authTagLength: tagBytes });
  derived.key.fill(0);
  decipher.setAAD(encodeFields([header, place]));
  decipher.setAuthTag(sealed.subarray(-tagBytes));
  const plaintext = decipher.update(sealed.subarray(ciphertextAt, -tagBytes));
  try {
    // GCM gives all bytes in update; final only checks the tag.
    decipher.final();
  } catch {
    plaintext.fill(0);
    return { ok: false, reason: 'tag', keyId };
  }
  return { ok: true, plaintext: toSecret(plaintext) };
}

/** The id of the data key a value was sealed under, unauthenticated; undefined when the bytes aren't a sealed value. */
export function readSealedKeyId(sealed: Uint8Array): string | undefined {
  if (sealed.length < sealedOverheadBytes || sealed.length > sealedOverheadBytes + plaintextBytesMax) return undefined;
  if (sealed[0] !== version || sealed[1] !== algorithm) return undefined;
  return decodeUuid(sealed.subarray(2, saltAt));
}

function encodeContext(context: SealContext, dataKeyId: string): Buffer {
  const fields = [context.purpose, context.orgId, context.table, context.column, context.rowId, dataKeyId];
  if (fields.some((field) => field === '')) throw new TypeError('a sealed value names every part of its place');
  return encodeFields(fields);
}

function deriveRecord(dataKey: Secret<Uint8Array>, salt: Uint8Array, place: Uint8Array) {
  const info = encodeFields(['holdfast/seal/v1', salt, place]);
  const [key, commitment, nonceBlock] = expandToBlocks(dataKey, info, 3);
  if (key === undefined || commitment === undefined || nonceBlock === undefined) {
    throw new Error('HKDF-Expand gave fewer blocks than asked for');
  }
  return { key, commitment, nonce: nonceBlock.subarray(0, nonceBytes) };
}
