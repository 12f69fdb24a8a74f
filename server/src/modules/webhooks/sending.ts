// One try of one delivery: signed with every live secret, sent through the outbound client, and what came of it.
import { signWebhookWithEach } from '@holdfast/protocol/webhook-signature.ts';
import { encodeId } from '#kernel/fields.ts';
import type { Tools } from '#kernel/tools.ts';
import { type OutboundReason, publicReason } from '#outbound/reasons.ts';
import type { Fault } from './model.ts';
import { findToSend, type ToSend } from './queries.ts';
import { openSecret } from './secrets.ts';

/** `fault` is null when the receiver has it. A fault that is final is not tried again. */
export type Tried = { readonly status: number | null; readonly fault: Fault | null; readonly isFinal: boolean };

/** The receiver has 15 seconds in all; the lease of the job outlasts that. */
const LIMITS = { connectMs: 5_000, firstByteMs: 12_000, totalMs: 15_000 };

const over = (fault: Fault): Tried => ({ status: null, fault, isFinal: true });

/** Tries it once; undefined when there is nothing to send any more. Throws when our own keys or database are away. */
export async function tryDelivery(
  tools: Tools,
  { organization, delivery, signal }: { organization: string; delivery: string; signal: AbortSignal },
): Promise<Tried | undefined> {
  const rows = await findToSend(tools.lookup, organization, delivery);
  const [first] = rows;
  if (first === undefined) return undefined;
  if (!first.is_enabled) return over('disabled');
  const sealer = await tools.keyring.forOrg(organization);
  const secrets = rows.map(({ secret_id: id, sealed }) => openSecret(sealer, id, sealed));
  const readable = secrets.filter((secret) => secret !== undefined);
  // Signed by fewer than are promised, a receiver that has the other secret would refuse what is true.
  if (readable.length < secrets.length) return { status: null, fault: 'unreadable', isFinal: false };
  return post(tools, organization, signal, messageOf(delivery, first, readable));
}

type Message = { readonly url: string; readonly headers: Readonly<Record<string, string>>; readonly body: string };

function messageOf(delivery: string, row: ToSend, secrets: readonly Uint8Array[]): Message {
  const id = encodeId('whd', delivery);
  const timestampSeconds = Math.floor(row.sent_at.getTime() / 1_000);
  return {
    url: row.url,
    body: row.body,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Holdfast-Webhooks/1',
      'webhook-id': id,
      'webhook-timestamp': String(timestampSeconds),
      'webhook-signature': signWebhookWithEach(secrets, { id, timestampSeconds, body: row.body }),
    },
  };
}

/** Redirects are not followed and no reply is read beyond its head. */
async function post(tools: Tools, tenant: string, signal: AbortSignal, message: Message): Promise<Tried> {
  const reply = await tools.outbound.open({ tenant, method: 'POST', signal, limits: LIMITS, ...message });
  if (!reply.ok) return { status: reply.status ?? null, fault: faultOf(reply.reason), isFinal: false };
  const { status } = reply;
  reply.abort();
  if (status >= 200 && status < 300) return { status, fault: null, isFinal: true };
  return status === 410 ? { status, fault: 'gone', isFinal: true } : { status, fault: 'refused', isFinal: false };
}

/** What the endpoint itself said may be told; what our network said is one word. */
function faultOf(reason: OutboundReason): Fault {
  return reason === 'redirect' ? 'redirected' : publicReason(reason);
}
