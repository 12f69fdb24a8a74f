// Passkeys as a proof: what a browser answered is looked at before the transaction, and taken inside it, once.
import { verifyAuthenticationResponse } from '@simplewebauthn/server';
import { encodeUuid } from '#crypto/uuid.ts';
import type { PersonTx } from '#db/scope.ts';
import type { Tools } from '#kernel/tools.ts';
import type { OpenChallenge } from './challenge.ts';
import type { AssertionJson } from './passkey-json.ts';
import { findPasskey, insertAnswered, type KnownPasskey, usePasskey } from './passkey-queries.ts';
import { findChallenge, relyingPartyOf } from './relying-party.ts';

/** An answer that is right; whether it was used before is for `takeAssertion`. */
export type CheckedAssertion = {
  readonly userId: string;
  readonly factorId: string;
  readonly signCount: number;
  readonly isBackedUp: boolean;
  readonly challengeHash: Buffer;
  readonly challengeExpiresAt: Date;
};

/**
 * Whose passkey it is, when all of it is right: our challenge, our origin, a verified user, the key that was enrolled.
 * Undefined for anything else; throws only when the database does.
 */
export async function checkAssertion(tools: Tools, sent: AssertionJson): Promise<CheckedAssertion | undefined> {
  const challenge = findChallenge(tools, { purpose: 'assertion' }, sent.response.clientDataJSON);
  if (challenge === undefined) return undefined;
  const known = await findPasskey(tools.lookup, Buffer.from(sent.id, 'base64url'));
  if (known === undefined || !isOf(sent.response.userHandle, known.user_id)) return undefined;
  const verified = await verify(tools, sent, known, challenge);
  if (verified === undefined) return undefined;
  return {
    userId: known.user_id,
    factorId: known.id,
    signCount: verified.newCounter,
    isBackedUp: verified.credentialBackedUp,
    challengeHash: challenge.hash,
    challengeExpiresAt: challenge.expiresAt,
  };
}

/**
 * Takes the answer, under `lockPerson`: false when its challenge was answered before or has ended, the passkey is gone, or its
 * counter did not grow, which means that somebody has a copy of the key.
 */
export async function takeAssertion(tx: PersonTx, checked: CheckedAssertion, now: Date): Promise<boolean> {
  const { userId, challengeHash, challengeExpiresAt } = checked;
  const isFirst = await insertAnswered(tx, { userId, hash: challengeHash, expiresAt: challengeExpiresAt }, now);
  return isFirst && (await usePasskey(tx, checked, now));
}

/** A browser that names the person names ours. */
function isOf(userHandle: string | null | undefined, userId: string): boolean {
  return userHandle === undefined || userHandle === null || userHandle === encodeUuid(userId).toString('base64url');
}

async function verify(tools: Tools, sent: AssertionJson, known: KnownPasskey, challenge: OpenChallenge) {
  const { origin, rpId } = relyingPartyOf(tools);
  const { clientDataJSON, authenticatorData, signature } = sent.response;
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: {
        id: sent.id,
        rawId: sent.rawId,
        type: sent.type,
        clientExtensionResults: {},
        response: { clientDataJSON, authenticatorData, signature },
      },
      expectedChallenge: challenge.text,
      expectedOrigin: origin,
      expectedRPID: rpId,
      requireUserVerification: true,
      credential: {
        id: sent.id,
        publicKey: new Uint8Array(known.public_key),
        counter: Number(known.sign_count),
      },
    });
    return verified ? authenticationInfo : undefined;
  } catch {
    // The library says by throwing what is wrong with an answer; nothing in here asks a database.
    return undefined;
  }
}
