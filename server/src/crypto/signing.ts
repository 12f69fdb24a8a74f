// Signs the audit log's checkpoints and the reports of controls: Ed25519 keys (RFC 8032), derived, so that they need no file of their own.
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import type { RootKey } from './roots.ts';
import { reveal } from './secret.ts';

// RFC 8410 section 7: the PKCS #8 and SPKI frames around the 32 bytes of an Ed25519 seed and public key.
const privateKeyFrame = Buffer.from('302e020100300506032b657004220420', 'hex');
const publicKeyFrame = Buffer.from('302a300506032b6570032100', 'hex');
const publicKeyBytes = 32;
const signatureBytes = 64;

export interface Signer {
  /** The 32 raw bytes that verifiers pin. */
  readonly publicKey: Buffer;
  /** A 64-byte signature over the message itself (no prehash). */
  sign(message: Uint8Array): Buffer;
}

/** A signer whose seed is a signing root; the same root gives the same key, on every replica and after every restart. */
export function createSigner(root: RootKey<'audit-signing' | 'report-signing'>): Signer {
  const encoded = Buffer.concat([privateKeyFrame, reveal(root, 'signing.create')]);
  const privateKey = createPrivateKey({ key: encoded, format: 'der', type: 'pkcs8' });
  encoded.fill(0);
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return {
    publicKey: Buffer.from(spki.subarray(publicKeyFrame.length)),
    sign: (message) => sign(null, message, privateKey),
  };
}

/** Whether the signature over the message is by the holder of the key. Wrong lengths and points off the curve are false. */
export function verifySignature(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== publicKeyBytes || signature.length !== signatureBytes) return false;
  const key = createPublicKey({ key: Buffer.concat([publicKeyFrame, publicKey]), format: 'der', type: 'spki' });
  return verify(null, message, key, signature);
}
