// Keeps secrets out of evidence: reports leave the machine, so a secret is shown as a keyed fingerprint or not at all.
import { apiKeyPattern } from '@holdfast/protocol/api-key.ts';
import { encodeHex, encodeUtf8 } from '@holdfast/protocol/bytes.ts';
import { hmacSha256 } from '@holdfast/protocol/sha256.ts';

const fingerprintBytes = 16;
const keyBytesMin = 32;

/**
 * What stands for a secret in evidence: the same for the same secret under the same key, so that reuse and change show. It is
 * keyed because a plain hash of a guessable secret can be guessed. Throws on a key of fewer than 32 bytes.
 */
export function fingerprint(text: string, key: Uint8Array): string {
  if (key.length < keyBytesMin) throw new RangeError(`a fingerprint key has at least ${keyBytesMin} bytes`);
  return `fingerprint:${encodeHex(hmacSha256(key, encodeUtf8(text)).subarray(0, fingerprintBytes))}`;
}

const secretForms: readonly (readonly [RegExp, string])[] = [
  [new RegExp(apiKeyPattern), 'an API key'],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----/, 'a private key'],
  [/(?<![\w-])eyJ[\w-]{8,}\.eyJ[\w-]{8,}\./, 'a token'],
  [/\bbearer\s+[\w.~+/-]{16}/i, 'a bearer credential'],
  [/:\/\/[^\s/@:"]*:(?!\*+@|\$)[^\s/@"]+@/, 'a password in an address'],
];

/** Names the kind of secret a text seems to hold; undefined when it holds none of the known forms. */
export function findSecret(text: string): string | undefined {
  return secretForms.find(([pattern]) => pattern.test(text))?.[1];
}
