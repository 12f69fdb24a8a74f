// Challenges of passkeys: signed and not stored, so that strangers who ask for one fill no table.
import { unixMs } from '#crypto/clock.ts';
import { equalBytes } from '#crypto/compare.ts';
import { encodeFields } from '#crypto/fields.ts';
import { hmacSha256, sha256 } from '#crypto/hash.ts';
import { randomBytes } from '#crypto/random.ts';
import type { Tools } from '#kernel/tools.ts';

/** What an answer may be used for; a registration is of one person, an assertion of whoever has a passkey. */
export type ChallengeUse =
  | { readonly purpose: 'assertion' }
  | { readonly purpose: 'registration'; readonly userId: string };

/** One of ours whose time is not over. Whether it was answered before is for the transaction that takes it. */
export type OpenChallenge = { readonly text: string; readonly hash: Buffer; readonly expiresAt: Date };

export const CHALLENGE_MS = 5 * 60_000;

const RANDOM_BYTES = 32;
const EXPIRY_BYTES = 8;
const SIGNED_BYTES = RANDOM_BYTES + EXPIRY_BYTES;
const MAC_BYTES = 32;

/** 32 random bytes, when it ends, and an HMAC-SHA-256 over both and its use; base64url. */
export function issueChallenge(tools: Pick<Tools, 'keyring'>, use: ChallengeUse): string {
  const signed = Buffer.alloc(SIGNED_BYTES, randomBytes(RANDOM_BYTES));
  signed.writeBigUInt64BE(BigInt(unixMs() + CHALLENGE_MS), RANDOM_BYTES);
  return Buffer.concat([signed, sign(tools, use, signed)]).toString('base64url');
}

/** Undefined for a challenge that is not ours, was issued for another use, or has ended. */
export function openChallenge(
  tools: Pick<Tools, 'keyring'>,
  use: ChallengeUse,
  text: string,
): OpenChallenge | undefined {
  const bytes = Buffer.from(text, 'base64url');
  // One text for each challenge, so that none is taken twice in two spellings.
  if (bytes.length !== SIGNED_BYTES + MAC_BYTES || bytes.toString('base64url') !== text) return undefined;
  const signed = bytes.subarray(0, SIGNED_BYTES);
  if (!equalBytes(bytes.subarray(SIGNED_BYTES), sign(tools, use, signed))) return undefined;
  const expiresMs = Number(signed.readBigUInt64BE(RANDOM_BYTES));
  return expiresMs > unixMs() ? { text, hash: sha256(bytes), expiresAt: new Date(expiresMs) } : undefined;
}

function sign({ keyring }: Pick<Tools, 'keyring'>, use: ChallengeUse, signed: Buffer): Buffer {
  const userId = use.purpose === 'registration' ? use.userId : '';
  return hmacSha256(keyring.challengeKey, encodeFields(['holdfast/passkey/v1', use.purpose, userId, signed]));
}
