// An authenticator in software that holds one passkey, makes real registrations and assertions, and does wrong when told to.
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { makeCertificate, makeKeys } from '#crypto/certificate.test-support.ts';
import { type Cbor, encodeCbor } from './cbor.ts';

/** What is different from what a browser and an honest authenticator do. */
export type Wrong = {
  readonly origin?: string;
  readonly rpId?: string;
  readonly type?: string;
  readonly challenge?: string;
  readonly crossOrigin?: boolean;
  readonly topOrigin?: string;
  readonly isPresent?: false;
  readonly isVerified?: false;
  /** The counter that is shown; the authenticator's own stays as it is. */
  readonly counter?: number;
  /** Signs with a key that nobody enrolled. */
  readonly hasOtherKey?: true;
  readonly isTampered?: true;
  readonly userHandle?: string | null;
  /** Names another credential. */
  readonly id?: string;
  readonly isBackedUp?: boolean;
  /** Signed by the new key itself, or by a key that a certificate names; none is what browsers give who are asked for none. */
  readonly attestation?: 'self' | 'certified';
  readonly algorithm?: number;
};

export type Authenticator = {
  readonly id: string;
  /** What `navigator.credentials.create()` gives. */
  readonly register: (options: CreationAsked, wrong?: Wrong) => RegistrationAnswer;
  /** What `navigator.credentials.get()` gives. */
  readonly assert: (options: { readonly challenge: string }, wrong?: Wrong) => AssertionAnswer;
};

export type CreationAsked = {
  readonly challenge: string;
  readonly rp: { readonly id: string };
  readonly user: { readonly id: string };
};

export type RegistrationAnswer = ReturnType<typeof answerOf<{ attestationObject: string; transports: string[] }>>;
export type AssertionAnswer = ReturnType<
  typeof answerOf<{ authenticatorData: string; signature: string; userHandle?: string | null }>
>;

type Settings = {
  readonly origin: string;
  /** Goes up by one with each assertion; without it the counter stays 0, as that of synced passkeys does. */
  readonly isCounting?: boolean;
};

const FLAGS = { present: 0x01, verified: 0x04, backupEligible: 0x08, backedUp: 0x10, attested: 0x40 };

export function createAuthenticator({ origin, isCounting = true }: Settings): Authenticator {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const credentialId = randomBytes(32);
  const id = credentialId.toString('base64url');
  const rpId = new URL(origin).hostname;
  let userHandle = '';
  let counter = 0;

  const clientData = (type: string, challenge: string, wrong: Wrong): Buffer =>
    Buffer.from(
      JSON.stringify({
        type: wrong.type ?? type,
        challenge: wrong.challenge ?? challenge,
        origin: wrong.origin ?? origin,
        crossOrigin: wrong.crossOrigin ?? false,
        ...(wrong.topOrigin === undefined ? {} : { topOrigin: wrong.topOrigin }),
      }),
    );

  /** WebAuthn level 3, section 6.1: whose host, what the user did, how often, and in a registration the new key. */
  const authenticatorData = (wrong: Wrong, attested?: Buffer): Buffer => {
    const flags =
      (wrong.isPresent === false ? 0 : FLAGS.present) |
      (wrong.isVerified === false ? 0 : FLAGS.verified) |
      (isCounting ? 0 : FLAGS.backupEligible) |
      ((wrong.isBackedUp ?? !isCounting) ? FLAGS.backedUp : 0) |
      (attested === undefined ? 0 : FLAGS.attested);
    const count = Buffer.alloc(4);
    count.writeUInt32BE(wrong.counter ?? counter);
    return Buffer.concat([sha256(wrong.rpId ?? rpId), Buffer.of(flags), count, attested ?? Buffer.alloc(0)]);
  };

  return {
    id,
    register(options, wrong = {}) {
      userHandle = options.user.id;
      const idLength = Buffer.alloc(2);
      idLength.writeUInt16BE(credentialId.length);
      const key = encodeCbor(coseKeyOf(keys.publicKey, wrong.algorithm ?? -7));
      const attested = Buffer.concat([Buffer.alloc(16), idLength, credentialId, key]);
      const data = authenticatorData(wrong, attested);
      const client = clientData('webauthn.create', options.challenge, wrong);
      const attestationObject = encodeCbor(
        new Map<Cbor, Cbor>([...attest(wrong.attestation, { keys, data, client, credentialId }), ['authData', data]]),
      );
      return answerOf(wrong.id ?? id, client, {
        attestationObject: attestationObject.toString('base64url'),
        transports: ['internal', 'hybrid', 'no such transport'],
      });
    },
    assert(options, wrong = {}) {
      if (isCounting) counter += 1;
      const data = authenticatorData(wrong);
      const client = clientData('webauthn.get', options.challenge, wrong);
      const signed = Buffer.concat([data, sha256(client)]);
      const signer = wrong.hasOtherKey
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
        : keys.privateKey;
      const signature = sign('sha256', signed, signer);
      // The last byte of an ECDSA signature is of its second number, so the form stays right.
      if (wrong.isTampered) signature.writeUInt8((signature.at(-1) ?? 0) ^ 1, signature.length - 1);
      return answerOf(wrong.id ?? id, client, {
        authenticatorData: data.toString('base64url'),
        signature: signature.toString('base64url'),
        ...(wrong.userHandle === null ? {} : { userHandle: wrong.userHandle ?? userHandle }),
      });
    },
  };
}

type Attested = {
  readonly keys: { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
  readonly data: Buffer;
  readonly client: Buffer;
  readonly credentialId: Buffer;
};

/** Format and statement of WebAuthn level 3, sections 8.7 (none), 8.2 (packed) and 8.6 (fido-u2f). */
function attest(kind: Wrong['attestation'], { keys, data, client, credentialId }: Attested): readonly [Cbor, Cbor][] {
  if (kind === undefined) return entries('none', []);
  if (kind === 'self') {
    const signature = sign('sha256', Buffer.concat([data, sha256(client)]), keys.privateKey);
    return entries('packed', [
      ['alg', -7],
      ['sig', signature],
    ]);
  }
  const vendor = makeKeys();
  const [notBeforeMs, notAfterMs] = [Date.now() - 60_000, Date.now() + 60_000];
  const pem = makeCertificate({ name: 'vendor', keys: vendor, notBeforeMs, notAfterMs });
  const certificate = Buffer.from(pem.replaceAll(/-----.*-----|\n/g, ''), 'base64');
  const { x = '', y = '' } = keys.publicKey.export({ format: 'jwk' });
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  const signed = Buffer.concat([Buffer.of(0), data.subarray(0, 32), sha256(client), credentialId, point]);
  return entries('fido-u2f', [
    ['x5c', [certificate]],
    ['sig', sign('sha256', signed, vendor.privateKey)],
  ]);
}

function entries(format: string, statement: readonly [Cbor, Cbor][]): readonly [Cbor, Cbor][] {
  return [
    ['fmt', format],
    ['attStmt', new Map(statement)],
  ];
}

function answerOf<Response extends object>(id: string, client: Buffer, response: Response) {
  return {
    id,
    rawId: id,
    type: 'public-key' as const,
    clientExtensionResults: {},
    response: { clientDataJSON: client.toString('base64url'), ...response },
  };
}

function sha256(data: string | Buffer): Buffer {
  return createHash('sha256').update(data).digest();
}

/** RFC 9053 section 7.1.1: an elliptic curve key of two coordinates, on P-256. */
function coseKeyOf(publicKey: KeyObject, algorithm: number): Cbor {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  return new Map<Cbor, Cbor>([
    [1, 2],
    [3, algorithm],
    [-1, 1],
    [-2, Buffer.from(x, 'base64url')],
    [-3, Buffer.from(y, 'base64url')],
  ]);
}
