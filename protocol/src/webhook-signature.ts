// The signature under a webhook and the text of its secret, as Standard Webhooks 1.0.0 has them (symmetric, `v1`).
import { concatBytes, decodeBase64, encodeBase64, encodeUtf8 } from './bytes.ts';
import { hmacSha256 } from './sha256.ts';

/** What the texts of secrets begin with. */
export const webhookSecretPrefix = 'whsec_';

/** Bytes a secret may have, by the specification. */
export const webhookSecretBytesMin = 24;
export const webhookSecretBytesMax = 64;

/** Random bytes in the secrets that we make. */
export const webhookSecretBytes = 32;

/** What is signed of one message: `body` goes out byte for byte as it is here. */
export type WebhookMessage = {
  /** The same on every try, so that a receiver knows what it has already. */
  readonly id: string;
  /** Seconds since 1970 of this very try. */
  readonly timestampSeconds: number;
  readonly body: string;
};

/** Writes a secret. Throws RangeError outside 24 to 64 bytes. */
export function formatWebhookSecret(bytes: Uint8Array): string {
  if (!isSecretLength(bytes.length)) throw new RangeError('the secret of a webhook has 24 to 64 bytes');
  return webhookSecretPrefix + encodeBase64(bytes);
}

/** Reads a secret to its bytes; undefined for anything `formatWebhookSecret` would not write. */
export function parseWebhookSecret(text: string): Uint8Array | undefined {
  if (!text.startsWith(webhookSecretPrefix)) return undefined;
  const bytes = decodeBase64(text.slice(webhookSecretPrefix.length));
  return bytes !== undefined && isSecretLength(bytes.length) ? bytes : undefined;
}

/**
 * One signature, `v1,` and base64. Throws RangeError for an id that is empty or has a full stop, which would let parts of the
 * signed text change places, and for a time that is not a whole number of seconds.
 */
export function signWebhook(secret: Uint8Array, { id, timestampSeconds, body }: WebhookMessage): string {
  if (!/^[!-\-/-~]+$/.test(id)) throw new RangeError('the id of a webhook is printable ASCII without a full stop');
  if (!Number.isSafeInteger(timestampSeconds) || timestampSeconds < 0)
    throw new RangeError('the time of a webhook is a whole number of seconds');
  const signed = concatBytes(encodeUtf8(`${id}.${String(timestampSeconds)}.`), encodeUtf8(body));
  return `v1,${encodeBase64(hmacSha256(secret, signed))}`;
}

/** The value of `webhook-signature`: one signature for each secret, so that a receiver may know either while they change. */
export function signWebhookWithEach(secrets: readonly Uint8Array[], message: WebhookMessage): string {
  if (secrets.length === 0) throw new RangeError('a webhook is signed with at least one secret');
  return secrets.map((secret) => signWebhook(secret, message)).join(' ');
}

function isSecretLength(length: number): boolean {
  return length >= webhookSecretBytesMin && length <= webhookSecretBytesMax;
}
