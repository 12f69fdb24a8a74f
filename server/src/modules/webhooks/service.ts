// The rules of webhooks: a few of them, names that differ, a secret shown once, and nothing secret in the log.
import type { z } from 'zod';
import { reveal } from '#crypto/secret.ts';
import type { OrgTx } from '#db/scope.ts';
import type { Context } from '#kernel/context.ts';
import { encodeId } from '#kernel/fields.ts';
import { getOrg } from '#kernel/principal.ts';
import type { NewWebhook, QueuedDelivery, RotatedSecret, Webhook, WebhookChange } from './model.ts';
import { errors, type MadeWebhook, TEST_TYPE, WEBHOOKS_MAX } from './model.ts';
import {
  countDeliveries,
  deleteEndpoint,
  type DeliveryRow,
  type EndpointRow,
  insertEndpoint,
  listEndpoints,
  listSecretTimes,
  reopenDelivery,
  replaceSecret,
  updateEndpoint,
} from './queries.ts';
import { deliverJob } from './jobs.ts';
import { queueDelivery } from './queue.ts';
import type { PreparedSecret } from './secrets.ts';

type Shown = z.input<typeof Webhook>;

export async function describeWebhooks(ctx: Context<OrgTx>): Promise<readonly Shown[]> {
  const describe = await prepareWords(ctx);
  return (await listEndpoints(ctx.tx)).map(describe);
}

/** What is known of all of them beside their rows, to put each into words. */
async function prepareWords({ tx, now }: Context<OrgTx, unknown>): Promise<(row: EndpointRow) => Shown> {
  const [secrets, counts] = [await listSecretTimes(tx), await countDeliveries(tx)];
  return (row) => {
    const own = secrets.filter(({ endpoint_id: id }) => id === row.id);
    const previous = own.find(({ ends_at: endsAt }) => endsAt !== null && endsAt > now);
    const count = counts.find(({ endpoint_id: id }) => id === row.id);
    return {
      id: encodeId('whk', row.id),
      name: row.name,
      url: row.url,
      isEnabled: isOn(row),
      secretSetAt: (own.find(({ ends_at: endsAt }) => endsAt === null)?.created_at ?? row.created_at).toISOString(),
      previousSecretEndsAt: previous?.ends_at?.toISOString() ?? null,
      waiting: Number(count?.waiting ?? 0),
      dead: Number(count?.dead ?? 0),
      version: row.version,
      createdAt: row.created_at.toISOString(),
    };
  };
}

/** Throws `webhook.too_many` and `webhook.name_taken`. The organization is locked. */
export async function createWebhook(
  ctx: Context<OrgTx, PreparedSecret>,
  wanted: NewWebhook,
  id: string,
): Promise<z.input<typeof MadeWebhook>> {
  const { tx, now, prepared } = ctx;
  const others = await listEndpoints(tx);
  if (others.length >= WEBHOOKS_MAX) throw errors['webhook.too_many']();
  refuseTakenName(others, wanted.name);
  const row = await insertEndpoint(tx, { org_id: prepared.orgId, id, ...wanted, enabled_at: now, created_at: now });
  await putSecret(ctx, id, undefined);
  ctx.subject('webhook', id);
  ctx.note(factsOf(row));
  return { ...(await prepareWords(ctx))(row), secret: reveal(prepared.text, 'webhook.show') };
}

function putSecret(ctx: Context<OrgTx, PreparedSecret>, endpointId: string, overlapEndsAt: Date | undefined) {
  const { tx, now, prepared } = ctx;
  const row = {
    org_id: prepared.orgId,
    id: prepared.id,
    endpoint_id: endpointId,
    sealed: prepared.sealed,
    created_at: now,
  };
  return replaceSecret(tx, row, overlapEndsAt);
}

/** Throws `webhook.name_taken`. The organization is locked. */
export async function changeWebhook(
  ctx: Context<OrgTx, unknown>,
  before: EndpointRow,
  change: WebhookChange,
): Promise<Shown> {
  const { name, url, isEnabled } = change;
  const others = (await listEndpoints(ctx.tx)).filter(({ id }) => id !== before.id);
  if (name !== undefined) refuseTakenName(others, name);
  const row = await updateEndpoint(ctx.tx, before.id, {
    ...(name === undefined ? {} : { name }),
    ...(url === undefined ? {} : { url }),
    ...(isEnabled === undefined ? {} : { enabled_at: isEnabled ? (before.enabled_at ?? ctx.now) : null }),
  });
  ctx.subject('webhook', row.id);
  ctx.note({ ...factsOf(row), nameBefore: before.name, hostBefore: hostOf(before), wasEnabled: isOn(before) });
  return (await prepareWords(ctx))(row);
}

/** The secret before signs beside the new one for `overlapHours`; 0 ends it at once. */
export async function rotateSecret(
  ctx: Context<OrgTx, PreparedSecret>,
  row: EndpointRow,
  overlapHours: number,
): Promise<z.input<typeof RotatedSecret>> {
  const endsAt = overlapHours === 0 ? undefined : new Date(ctx.now.getTime() + overlapHours * 3_600_000);
  await putSecret(ctx, row.id, endsAt);
  ctx.subject('webhook', row.id);
  ctx.note({ name: row.name, overlapHours });
  return {
    secret: reveal(ctx.prepared.text, 'webhook.show'),
    previousSecretEndsAt: endsAt?.toISOString() ?? null,
  };
}

export async function removeWebhook(ctx: Context<OrgTx, unknown>, row: EndpointRow): Promise<Record<string, never>> {
  await deleteEndpoint(ctx.tx, row.id);
  ctx.subject('webhook', row.id);
  ctx.note(factsOf(row));
  return {};
}

/** Queues a test; the job sends it, so nobody who may not do this makes the server call. Throws `webhook.disabled`. */
export async function testWebhook(
  ctx: Context<OrgTx>,
  row: EndpointRow,
  slug: string,
): Promise<z.input<typeof QueuedDelivery>> {
  demandEnabled(row);
  const event = { type: TEST_TYPE, data: { organization: slug } };
  const id = encodeId('whd', await queueDelivery(ctx, getOrg(ctx.principal), row.id, event));
  ctx.subject('webhook', row.id);
  ctx.note({ delivery: id });
  return { id };
}

/** Sends what is over once more, under its own id. Throws `webhook.disabled` and `webhook.still_waiting`. */
export async function redeliver(
  ctx: Context<OrgTx>,
  row: EndpointRow,
  delivery: DeliveryRow,
): Promise<z.input<typeof QueuedDelivery>> {
  demandEnabled(row);
  if (delivery.state === 'waiting') throw errors['webhook.still_waiting']();
  await reopenDelivery(ctx.tx, delivery.id, ctx.now);
  await ctx.enqueue(deliverJob, { organization: getOrg(ctx.principal), delivery: delivery.id });
  const id = encodeId('whd', delivery.id);
  ctx.subject('webhook', row.id);
  ctx.note({ delivery: id, type: delivery.type });
  return { id };
}

function demandEnabled(row: EndpointRow): void {
  if (!isOn(row)) throw errors['webhook.disabled']();
}

function refuseTakenName(others: readonly EndpointRow[], name: string): void {
  if (others.some((other) => other.name === name)) throw errors['webhook.name_taken']();
}

function isOn(row: EndpointRow): boolean {
  return row.enabled_at !== null;
}

/** The host alone: many receivers put what lets one in into the path. */
function hostOf(row: EndpointRow): string {
  return new URL(row.url).host;
}

function factsOf(row: EndpointRow) {
  return { name: row.name, host: hostOf(row), isEnabled: isOn(row) };
}
