// What sends: one job a delivery, written down with it, that comes again until the receiver has it or it is given up.
import { z } from 'zod';
import { newUuid } from '#crypto/random.ts';
import type { OrgTx } from '#db/scope.ts';
import type { Context } from '#kernel/context.ts';
import { encodeId, Nothing } from '#kernel/fields.ts';
import { defineJob } from '#kernel/job.ts';
import { actorOf } from '#kernel/principal.ts';
import { insertPendingEvents } from '#kernel/queries.ts';
import { nextTry } from './backoff.ts';
import { KEPT_DAYS, TEST_TYPE } from './model.ts';
import { type DeliveryRow, forgetDeliveries, lockDelivery, noteTry } from './queries.ts';
import { type Tried, tryDelivery } from './sending.ts';

const payload = z.strictObject({ organization: z.uuid(), delivery: z.uuid() });

/**
 * Sent before its transaction, noted in it: whoever is killed in between sends it once more, under the same id. A receiver
 * that fails is no failure of the job, which plans the next try itself; what the job fails of is our own database or keys.
 */
export const deliverJob = defineJob({
  id: 'webhooks.deliver',
  summary: 'Sends one event to a webhook, and again after a while when it did not arrive',
  scope: 'org',
  tables: ['webhook_delivery', 'webhook_endpoint', 'webhook_secret'],
  audit: { none: 'what caused it was recorded when it did; that it was given up is written by the run that does' },
  timeoutMs: 30_000,
  attempts: 40,
  concurrency: 8,
  // A receiver that lets everybody wait must not keep the alarms of others from theirs.
  shareMax: 2,
  payload,
  prepare: (tools, { payload: what, signal }) => tryDelivery(tools, { ...what, signal }),
  run: async (ctx, what) => {
    const tried = ctx.prepared;
    if (tried === undefined) return;
    const delivery = await lockDelivery(ctx.tx, what.delivery);
    if (delivery?.state !== 'waiting') return;
    const { now } = ctx;
    const isOnce = delivery.type === TEST_TYPE || tried.isFinal;
    const nextAt = isOnce ? undefined : nextTry(delivery.round_attempts + 1, now);
    await noteTry(ctx.tx, delivery.id, { now, status: tried.status, fault: tried.fault, nextAt });
    if (nextAt !== undefined) await ctx.enqueue(deliverJob, what, nextAt);
    else if (tried.fault !== null) await tellGivenUp(ctx, what.organization, delivery, tried);
  },
});

async function tellGivenUp(
  ctx: Context<OrgTx, unknown>,
  organization: string,
  delivery: DeliveryRow,
  { fault, status }: Tried,
): Promise<void> {
  const { now } = ctx;
  await insertPendingEvents(ctx.tx, [
    {
      stream: { kind: 'org', id: organization },
      eventId: newUuid(now.getTime()),
      at: now,
      action: 'webhook.given_up',
      outcome: 'failed',
      actor: actorOf(ctx.principal),
      target: { kind: 'webhook', id: delivery.endpoint_id },
      requestId: ctx.requestId,
      facts: {
        delivery: encodeId('whd', delivery.id),
        type: delivery.type,
        attempts: delivery.attempts + 1,
        error: fault,
        status,
      },
    },
  ]);
}

export const forgetJob = defineJob({
  id: 'webhooks.forget',
  summary: 'Forgets deliveries of webhooks that are long over',
  scope: 'system',
  role: 'holdfast_maintenance',
  tables: ['webhook_delivery'],
  audit: { none: 'how they ended was recorded when they did' },
  timeoutMs: 30_000,
  attempts: 1,
  concurrency: 1,
  everySeconds: 600,
  payload: Nothing,
  run: (ctx) => forgetDeliveries(ctx.tx, KEPT_DAYS),
});
