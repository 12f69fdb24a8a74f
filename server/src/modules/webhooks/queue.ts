// From an event to its deliveries: one for each webhook that is enabled, written in the transaction of what it tells of.
import { newUuid } from '#crypto/random.ts';
import type { OrgTx } from '#db/scope.ts';
import type { Context } from '#kernel/context.ts';
import { deliverJob } from './jobs.ts';
import { insertDelivery, keepEndpoints } from './queries.ts';

/** `type` is `resource.verb`. The data goes to other machines: no names of people, and nothing that opens a door. */
export type WebhookEvent = { readonly type: string; readonly data: Readonly<Record<string, string | number>> };

/** What is needed of a handler's, or a job's, context. */
export type Queuing = Pick<Context<OrgTx, unknown>, 'tx' | 'now' | 'enqueue'>;

/** Queues the event for every enabled webhook of the organization; it leaves if, and only if, the transaction commits. */
export async function queueWebhooks(ctx: Queuing, orgId: string, event: WebhookEvent): Promise<void> {
  for (const endpoint of await keepEndpoints(ctx.tx))
    if (endpoint.enabled_at !== null) await queueDelivery(ctx, orgId, endpoint.id, event);
}

/** Queues it for one; its id is what the receiver knows it by. */
export async function queueDelivery(
  ctx: Queuing,
  orgId: string,
  endpointId: string,
  { type, data }: WebhookEvent,
): Promise<string> {
  const { tx, now } = ctx;
  const id = newUuid(now.getTime());
  const body = JSON.stringify({ type, timestamp: now.toISOString(), data });
  await insertDelivery(tx, { org_id: orgId, id, endpoint_id: endpointId, type, body, created_at: now, next_at: now });
  await ctx.enqueue(deliverJob, { organization: orgId, delivery: id });
  return id;
}
