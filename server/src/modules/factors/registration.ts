// New passkeys: what a browser made is looked at before the transaction that enrolls it.
import { verifyRegistrationResponse } from '@simplewebauthn/server';
import { decodeAttestationObject } from '@simplewebauthn/server/helpers';
import type { Tools } from '#kernel/tools.ts';
import type { OpenChallenge } from './challenge.ts';
import type { RegistrationJson } from './passkey-json.ts';
import { ALGORITHMS, findChallenge, relyingPartyOf } from './relying-party.ts';

/** A credential that was made for this person, on this origin, by a verified user. */
export type CheckedRegistration = {
  readonly credentialId: Buffer;
  readonly publicKey: Buffer;
  readonly signCount: number;
  readonly transports: readonly string[];
  readonly isBackedUp: boolean;
  readonly challenge: OpenChallenge;
};

const CREDENTIAL_ID_BYTES_MAX = 1_023;
/** WebAuthn level 3, section 5.8.4; what else browsers may say is of no use to others. */
const TRANSPORTS: readonly string[] = ['ble', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'];

/** Undefined for anything that does not verify. */
export async function checkRegistration(
  tools: Tools,
  userId: string,
  sent: RegistrationJson,
): Promise<CheckedRegistration | undefined> {
  const challenge = findChallenge(tools, { purpose: 'registration', userId }, sent.response.clientDataJSON);
  if (challenge === undefined || !speaksForItself(sent.response.attestationObject)) return undefined;
  const verified = await verify(tools, sent, challenge);
  if (verified === undefined) return undefined;
  const { credential, credentialBackedUp } = verified;
  const credentialId = Buffer.from(credential.id, 'base64url');
  if (credential.id !== sent.id || credentialId.length > CREDENTIAL_ID_BYTES_MAX) return undefined;
  return {
    credentialId,
    publicKey: Buffer.from(credential.publicKey),
    signCount: credential.counter,
    transports: TRANSPORTS.filter((transport) => sent.response.transports?.includes(transport)),
    isBackedUp: credentialBackedUp,
    challenge,
  };
}

/**
 * Without an attestation, or one that the new key signed itself. We ask for none; one with certificates would have the
 * library call the addresses that stand in them.
 */
function speaksForItself(attestationObject: string): boolean {
  try {
    const object = decodeAttestationObject(new Uint8Array(Buffer.from(attestationObject, 'base64url')));
    const format = object.get('fmt');
    return format === 'none' || (format === 'packed' && object.get('attStmt').get('x5c') === undefined);
  } catch {
    return false;
  }
}

async function verify(tools: Tools, sent: RegistrationJson, challenge: OpenChallenge) {
  const { origin, rpId } = relyingPartyOf(tools);
  const { clientDataJSON, attestationObject } = sent.response;
  try {
    const { registrationInfo } = await verifyRegistrationResponse({
      response: {
        id: sent.id,
        rawId: sent.rawId,
        type: sent.type,
        clientExtensionResults: {},
        response: { clientDataJSON, attestationObject },
      },
      expectedChallenge: challenge.text,
      expectedOrigin: origin,
      expectedRPID: rpId,
      requireUserVerification: true,
      supportedAlgorithmIDs: [...ALGORITHMS],
    });
    return registrationInfo;
  } catch {
    // The library says by throwing what is wrong with an answer; nothing in here asks a database.
    return undefined;
  }
}
