// Secrets of webhooks: made here, sealed before the transaction, opened for one try at a time.
import { formatWebhookSecret, parseWebhookSecret, webhookSecretBytes } from '@holdfast/protocol/webhook-signature.ts';
import { newSecretBytes } from '#crypto/random.ts';
import { reveal, type Secret, toSecret } from '#crypto/secret.ts';
import { orgOf, type Principal } from '#kernel/principal.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { OrgSealer, Tools } from '#kernel/tools.ts';
import { errors } from './model.ts';

export type PreparedSecret = {
  readonly orgId: string;
  /** Of the row that it is sealed for. */
  readonly id: string;
  readonly text: Secret<string>;
  readonly sealed: Buffer;
};

/** Break-glass must not silence its own alarm, nor leave an ear behind: throws `webhook.person_needed` for it. */
export async function refuseEmergency(principal: Principal): Promise<void> {
  if (principal.kind === 'emergency') throw errors['webhook.person_needed']();
}

/** A new secret for the caller's organization. Throws as `refuseEmergency`, and `auth.forbidden` for who is in none. */
export async function prepareSecret(tools: Tools, principal: Principal): Promise<PreparedSecret> {
  await refuseEmergency(principal);
  const orgId = orgOf(principal);
  if (orgId === undefined) throw kernelErrors['auth.forbidden']();
  const [id, bytes] = [tools.newId(), newSecretBytes(webhookSecretBytes)];
  const text = toSecret(formatWebhookSecret(reveal(bytes, 'webhook.show')));
  const sealer = await tools.keyring.forOrg(orgId);
  const sealed = sealer.seal(placeOf(id), toSecret(Buffer.from(reveal(text, 'webhook.seal'), 'utf8')));
  return { orgId, id, text, sealed };
}

/** The bytes that sign; undefined when the row holds nothing that opens there. */
export function openSecret(sealer: OrgSealer, id: string, sealed: Uint8Array): Uint8Array | undefined {
  const opened = sealer.open(placeOf(id), sealed);
  return opened.ok ? parseWebhookSecret(reveal(opened.plaintext, 'webhook.sign').toString('utf8')) : undefined;
}

function placeOf(id: string) {
  return { purpose: 'webhook-secret', table: 'webhook_secret', column: 'sealed', rowId: id };
}
