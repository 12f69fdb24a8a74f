// The key under which an instance signs reports, as text for people, and as verifiers use it.
import { encodeHex } from '@holdfast/protocol/bytes.ts';
import { sha256 } from '@holdfast/protocol/sha256.ts';
import type { Verifier } from '@holdfast/controls/dsse.ts';
import { verifySignature } from '#crypto/signing.ts';

export type ReportKey = Verifier;

const KEY = /^[A-Za-z0-9+/]{43}=$/;

/** 32 bytes of an Ed25519 public key in base64. */
export function showReportKey(publicKey: Uint8Array): string {
  return Buffer.from(publicKey).toString('base64');
}

/** Undefined for a text that is no such key. */
export function readReportKey(text: string): ReportKey | undefined {
  if (!KEY.test(text)) return undefined;
  const publicKey = Buffer.from(text, 'base64');
  return {
    keyId: reportKeyId(publicKey),
    verify: (message, signature) => verifySignature(publicKey, message, signature),
  };
}

/** SHA-256 of the key, hexadecimal. */
export function reportKeyId(publicKey: Uint8Array): string {
  return encodeHex(sha256(publicKey));
}
