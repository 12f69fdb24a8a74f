// SQL of webhooks. No tenant predicate is written: row security adds it; look-ups name the organization themselves.
import { sql, type Updateable } from 'kysely';
import type { Lookup } from '#db/lookup.ts';
import type { OrgTx, SystemTx } from '#db/scope.ts';
import type { WebhookEndpointTable } from '#db/types.ts';
import type { Fault } from './model.ts';

const columns = ['id', 'name', 'url', 'enabled_at', 'version', 'created_at'] as const;

export type EndpointRow = NonNullable<Awaited<ReturnType<typeof findEndpoint>>>;

export function findEndpoint(tx: OrgTx, id: string) {
  return tx.selectFrom('webhook_endpoint').select(columns).where('id', '=', id).executeTakeFirst();
}

/** Changes of one wait for each other; what is queued for it goes on. */
export function lockEndpoint(tx: OrgTx, id: string) {
  return tx.selectFrom('webhook_endpoint').select(columns).where('id', '=', id).forNoKeyUpdate().executeTakeFirst();
}

export function listEndpoints(tx: OrgTx) {
  return tx.selectFrom('webhook_endpoint').select(columns).orderBy('created_at').orderBy('id').execute();
}

/** The same, none of which is deleted until the transaction ends; those that are just being deleted are gone. */
export function keepEndpoints(tx: OrgTx) {
  const query = tx.selectFrom('webhook_endpoint').select(columns).orderBy('created_at').orderBy('id');
  return query.forKeyShare().execute();
}

type NewEndpoint = {
  readonly org_id: string;
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly enabled_at: Date;
  readonly created_at: Date;
};

export function insertEndpoint(tx: OrgTx, row: NewEndpoint) {
  return tx.insertInto('webhook_endpoint').values(row).returning(columns).executeTakeFirstOrThrow();
}

export function updateEndpoint(tx: OrgTx, id: string, change: Updateable<WebhookEndpointTable>) {
  return tx
    .updateTable('webhook_endpoint')
    .set(change)
    .set((eb) => ({ version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .returning(columns)
    .executeTakeFirstOrThrow();
}

export async function deleteEndpoint(tx: OrgTx, id: string): Promise<void> {
  await tx.deleteFrom('webhook_endpoint').where('id', '=', id).execute();
}

type NewSecret = {
  readonly org_id: string;
  readonly id: string;
  readonly endpoint_id: string;
  readonly sealed: Buffer;
  readonly created_at: Date;
};

/** The secret from now on; the one before signs until `overlapEndsAt`, and any before that no more. */
export async function replaceSecret(tx: OrgTx, row: NewSecret, overlapEndsAt: Date | undefined): Promise<void> {
  const ofEndpoint = tx.deleteFrom('webhook_secret').where('endpoint_id', '=', row.endpoint_id);
  if (overlapEndsAt === undefined) await ofEndpoint.execute();
  else {
    await ofEndpoint.where('ends_at', 'is not', null).execute();
    await tx
      .updateTable('webhook_secret')
      .set({ ends_at: overlapEndsAt })
      .where('endpoint_id', '=', row.endpoint_id)
      .execute();
  }
  await tx.insertInto('webhook_secret').values(row).execute();
}

/** When each secret was made and ends; never what it is. */
export function listSecretTimes(tx: OrgTx) {
  return tx.selectFrom('webhook_secret').select(['endpoint_id', 'created_at', 'ends_at']).execute();
}

/** The secret that each signs with, and since when; the oldest first. */
export function listWebhookSecretAges(tx: OrgTx, limit: number) {
  return tx
    .selectFrom('webhook_secret')
    .innerJoin('webhook_endpoint', (join) =>
      join
        .onRef('webhook_endpoint.org_id', '=', 'webhook_secret.org_id')
        .onRef('webhook_endpoint.id', '=', 'webhook_secret.endpoint_id'),
    )
    .select(['webhook_endpoint.id as id', 'webhook_endpoint.name as name', 'webhook_secret.created_at as since'])
    .where('webhook_secret.ends_at', 'is', null)
    .orderBy('webhook_secret.created_at')
    .orderBy('webhook_endpoint.id')
    .limit(limit)
    .execute();
}

export type DeliveryCount = {
  readonly endpoint_id: string;
  readonly waiting: string | number | bigint;
  readonly dead: string | number | bigint;
};

export function countDeliveries(tx: OrgTx): Promise<readonly DeliveryCount[]> {
  return tx
    .selectFrom('webhook_delivery')
    .select('endpoint_id')
    .select(sql<string>`count(*) filter (where state = 'waiting')`.as('waiting'))
    .select(sql<string>`count(*) filter (where state = 'dead')`.as('dead'))
    .groupBy('endpoint_id')
    .execute();
}

type NewDelivery = {
  readonly org_id: string;
  readonly id: string;
  readonly endpoint_id: string;
  readonly type: string;
  readonly body: string;
  readonly created_at: Date;
  readonly next_at: Date;
};

export async function insertDelivery(tx: OrgTx, row: NewDelivery): Promise<void> {
  await tx.insertInto('webhook_delivery').values(row).execute();
}

const deliveryColumns = [
  'id',
  'endpoint_id',
  'type',
  'state',
  'attempts',
  'round_attempts',
  'created_at',
  'next_at',
  'tried_at',
  'last_status',
  'last_error',
] as const;

export type DeliveryRow = NonNullable<Awaited<ReturnType<typeof lockDelivery>>>;

export function lockDelivery(tx: OrgTx, id: string) {
  return tx.selectFrom('webhook_delivery').select(deliveryColumns).where('id', '=', id).forUpdate().executeTakeFirst();
}

export function listDeliveries(tx: OrgTx, endpointId: string, atMost: number) {
  return tx
    .selectFrom('webhook_delivery')
    .select(deliveryColumns)
    .where('endpoint_id', '=', endpointId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(atMost)
    .execute();
}

export type Outcome = {
  readonly now: Date;
  readonly status: number | null;
  readonly fault: Fault | null;
  /** When it is tried again; undefined when it is over. */
  readonly nextAt: Date | undefined;
};

/** Notes how one try ended. */
export async function noteTry(tx: OrgTx, id: string, { now, status, fault, nextAt }: Outcome): Promise<void> {
  const ended = fault === null ? 'delivered' : 'dead';
  await tx
    .updateTable('webhook_delivery')
    .set({ tried_at: now, last_status: status, last_error: fault })
    .set((eb) => ({ attempts: eb('attempts', '+', 1), round_attempts: eb('round_attempts', '+', 1) }))
    .set(nextAt === undefined ? { state: ended, ended_at: now } : { next_at: nextAt })
    .where('id', '=', id)
    .execute();
}

/** Lets what is over begin anew, under its own id. */
export async function reopenDelivery(tx: OrgTx, id: string, now: Date): Promise<void> {
  await tx
    .updateTable('webhook_delivery')
    .set({ state: 'waiting', ended_at: null, next_at: now, round_attempts: 0 })
    .where('id', '=', id)
    .execute();
}

export type ToSend = {
  readonly url: string;
  readonly is_enabled: boolean;
  readonly body: string;
  readonly secret_id: string;
  readonly sealed: Buffer;
  readonly sent_at: Date;
};

/** A delivery that waits, a row for each secret that signs it; none when it is over or gone. */
export function findToSend(lookup: Lookup, orgId: string, deliveryId: string): Promise<readonly ToSend[]> {
  return lookup<ToSend>('webhook_to_send', [orgId, deliveryId], 'jobs');
}

const ROWS_MAX = 1_000;

/** Forgets what is long over, and ends what nothing tries any more. As the maintenance role. */
export async function forgetDeliveries(tx: SystemTx, days: number): Promise<void> {
  await sql`
    update webhook_delivery set state = 'dead', last_error = 'lost', ended_at = now()
     where (org_id, id) in (
       select org_id, id from webhook_delivery
        where ended_at is null and next_at < now() - interval '3 days' limit ${ROWS_MAX})`.execute(tx);
  await sql`
    delete from webhook_delivery where (org_id, id) in (
      select org_id, id from webhook_delivery
       where ended_at < now() - make_interval(days => ${days}) limit ${ROWS_MAX})`.execute(tx);
}
