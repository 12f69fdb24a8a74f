// Signed envelopes (DSSE 1.0), read in the one spelling in which they are written, so that no byte of them can be changed.
import { decodeBase64, decodeUtf8, encodeBase64, encodeUtf8, concatBytes } from '@holdfast/protocol/bytes.ts';
import { canonicalJson, parseCanonicalJson, type JsonValue } from '@holdfast/protocol/canonical-json.ts';
import { list, object, readShape, text } from './shape.ts';

/** Signs with one Ed25519 key. `keyId` names it to whoever verifies. */
export type Signer = {
  readonly keyId: string;
  readonly sign: (message: Uint8Array) => Uint8Array | Promise<Uint8Array>;
};

/** A key that is trusted. */
export type Verifier = {
  readonly keyId: string;
  readonly verify: (message: Uint8Array, signature: Uint8Array) => boolean | Promise<boolean>;
};

/** What a signature covers: DSSE's pre-authentication encoding, `DSSEv1 <length> <type> <length> <payload>`. */
export function preAuthenticate(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = encodeUtf8(payloadType);
  return concatBytes(encodeUtf8(`DSSEv1 ${type.length} `), type, encodeUtf8(` ${payload.length} `), payload);
}

/** Canonical JSON of an envelope with one signature over the canonical JSON of `value`. */
export async function sealEnvelope(payloadType: string, value: JsonValue, signer: Signer): Promise<string> {
  const payload = encodeUtf8(canonicalJson(value));
  const signature = await signer.sign(preAuthenticate(payloadType, payload));
  const signatures = [{ keyid: signer.keyId, sig: encodeBase64(signature) }];
  return canonicalJson({ payload: encodeBase64(payload), payloadType, signatures });
}

type Refusal = { readonly ok: false; readonly reason: string };

/** The value of an envelope with exactly one signature, by a trusted key, in exactly the form `sealEnvelope` writes. */
export async function openEnvelope(
  envelope: string,
  payloadType: string,
  verifiers: readonly Verifier[],
): Promise<{ readonly ok: true; readonly value: JsonValue; readonly keyId: string } | Refusal> {
  const read = readEnvelope(envelope, payloadType);
  if (!read.ok) return read;
  const { payload, keyId, signature } = read;
  const verifier = verifiers.find((each) => each.keyId === keyId);
  if (verifier === undefined) return refuse('it is signed by a key that is not trusted');
  if (!(await verifier.verify(preAuthenticate(payloadType, payload), signature))) {
    return refuse('its signature is wrong');
  }
  const parsed = parseCanonicalJson(decodeUtf8(payload) ?? '');
  return parsed.ok ? { ok: true, value: parsed.value, keyId } : refuse('its payload is not canonical');
}

const envelopeShape = object({
  payload: text('a payload'),
  payloadType: text('a payload type'),
  signatures: list(object({ keyid: text('a key id'), sig: text('a signature') })),
});

type Envelope = { readonly payload: Uint8Array; readonly keyId: string; readonly signature: Uint8Array };

function readEnvelope(envelope: string, payloadType: string): ({ readonly ok: true } & Envelope) | Refusal {
  const parsed = parseCanonicalJson(envelope);
  const read = parsed.ok ? readShape(envelopeShape, parsed.value, 'envelope') : undefined;
  if (read?.ok !== true) return refuse('it is no envelope in its canonical form');
  const [signature, second] = read.value.signatures;
  if (signature === undefined || second !== undefined) return refuse('it has not exactly one signature');
  if (read.value.payloadType !== payloadType) return refuse('its payload is of another type');
  const payload = decodeBase64(read.value.payload);
  const bytes = decodeBase64(signature.sig);
  if (payload === undefined || bytes === undefined) return refuse('it is not in base64');
  return { ok: true, payload, keyId: signature.keyid, signature: bytes };
}

function refuse(reason: string): Refusal {
  return { ok: false, reason };
}
