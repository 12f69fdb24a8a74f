// Ed25519 (RFC 8032) over raw 32-byte keys and seeds, as signed notes carry them.
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { concatBytes, encodeHex } from './bytes.ts';

/** Bytes of a public key and of a private seed. */
export const ed25519KeyBytes = 32;
/** Bytes of a signature. */
export const ed25519SignatureBytes = 64;

// RFC 8410: the fixed DER that precedes the raw key in SubjectPublicKeyInfo and in PKCS #8.
const spkiHeader = Uint8Array.fromHex('302a300506032b6570032100');
const pkcs8Header = Uint8Array.fromHex('302e020100300506032b657004220420');

// The y coordinates, little-endian, sign bit clear, of points of small order (and the encodings of 0 and 1 above the
// prime). Under such a "key" anyone can forge where the library lets it pass, as OpenSSL 3.0 does; the all-zero array of a
// forgotten initialization is one of them.
const smallOrderKeys: ReadonlySet<string> = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
]);

/** Whether 32 bytes can serve as a public key: the right length and not a point under which anyone can forge. */
export function isEd25519PublicKey(publicKey: Uint8Array): boolean {
  if (publicKey.length !== ed25519KeyBytes) return false;
  const unsigned = publicKey.map((byte, index) => (index === ed25519KeyBytes - 1 ? byte & 0x7f : byte));
  return !smallOrderKeys.has(encodeHex(unsigned));
}

/** Whether `signature` is the key's over `message`; false, never an exception, for malformed input. */
export function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (!isEd25519PublicKey(publicKey) || signature.length !== ed25519SignatureBytes) return false;
  try {
    const key = createPublicKey({ key: Buffer.from(concatBytes(spkiHeader, publicKey)), format: 'der', type: 'spki' });
    return verify(null, message, key, signature);
  } catch {
    return false;
  }
}

/** Signature of `message` by the private key of a 32-byte seed. Throws on a seed of another length. */
export function signEd25519(seed: Uint8Array, message: Uint8Array): Uint8Array {
  return new Uint8Array(sign(null, message, importSeed(seed)));
}

/** Raw public key of a 32-byte seed. Throws on a seed of another length. */
export function ed25519PublicKey(seed: Uint8Array): Uint8Array {
  const spki = createPublicKey(importSeed(seed)).export({ format: 'der', type: 'spki' });
  return new Uint8Array(spki.subarray(spkiHeader.length));
}

function importSeed(seed: Uint8Array): ReturnType<typeof createPrivateKey> {
  if (seed.length !== ed25519KeyBytes) throw new RangeError('an Ed25519 seed has 32 bytes');
  return createPrivateKey({ key: Buffer.from(concatBytes(pkcs8Header, seed)), format: 'der', type: 'pkcs8' });
}
