// SQL of the tables the pipeline itself owns: pending audit rows, denial tallies, idempotent replies, epochs, jobs.
import { type Kysely, sql } from 'kysely';
import type { OrgTx, SystemTx } from '#db/scope.ts';
import type { StreamTables } from '#db/types.ts';
import { maskSecrets } from '#telemetry/scan.ts';

export type Stream = { readonly kind: 'org' | 'person' | 'system'; readonly id: string };
/** Any scope's transaction: the pipeline's own tables are in reach of all of them. */
export type AnyTx = Kysely<StreamTables>;

export type PendingEvent = {
  readonly stream: Stream;
  readonly eventId: string;
  readonly at: Date;
  readonly action: string;
  readonly outcome: 'allowed' | 'denied' | 'failed';
  readonly actor: object;
  readonly target: object | null;
  readonly requestId: string;
  readonly facts: object;
};

/** A text of a caller, such as a name, may be a secret that was pasted into the wrong field: what looks like one is masked. */
export async function insertPendingEvents(tx: AnyTx, events: readonly PendingEvent[]): Promise<void> {
  await tx
    .insertInto('audit_pending')
    .values(
      events.map((event) => ({
        stream_kind: event.stream.kind,
        stream_id: event.stream.id,
        event_id: event.eventId,
        at: event.at,
        action: event.action,
        outcome: event.outcome,
        actor: JSON.stringify(event.actor),
        target: event.target === null ? null : JSON.stringify(event.target),
        request_id: maskSecrets(event.requestId),
        facts: JSON.stringify(event.facts, maskValue),
      })),
    )
    .execute();
}

function maskValue(_name: string, value: unknown): unknown {
  return typeof value === 'string' ? maskSecrets(value) : value;
}

export type TallyRow = {
  readonly stream: Stream;
  readonly minute: Date;
  readonly source: string;
  readonly reason: string;
  readonly count: number;
};

/** Adds counts; one parameter a column, however many rows. */
export async function addToTally(tx: SystemTx, rows: readonly TallyRow[]): Promise<void> {
  await sql`
    insert into denial_tally (minute, stream_kind, stream_id, source, reason, count)
    select * from unnest(
      ${rows.map((row) => row.minute.toISOString())}::timestamptz[], ${rows.map((row) => row.stream.kind)}::text[],
      ${rows.map((row) => row.stream.id)}::uuid[], ${rows.map((row) => row.source)}::text[],
      ${rows.map((row) => row.reason)}::text[], ${rows.map((row) => row.count)}::bigint[])
    on conflict (minute, stream_kind, stream_id, source, reason) do update set count = denial_tally.count + excluded.count`.execute(
    tx,
  );
}

export type ReplyKey = {
  readonly stream: Stream;
  readonly principal: string;
  readonly route: string;
  readonly keyHash: Buffer;
};

/** Takes the key for the length of the transaction, or says at once that another request holds it: never a wait. */
export async function tryLockReplyKey(tx: AnyTx, key: ReplyKey): Promise<boolean> {
  const name = `${key.stream.kind}:${key.stream.id}:${key.principal}:${key.route}:${key.keyHash.toString('hex')}`;
  const { rows } = await sql<{
    held: boolean;
  }>`select pg_try_advisory_xact_lock(hashtextextended(${name}, 7420)) as held`.execute(tx);
  return rows[0]?.held === true;
}

export function findReply(tx: AnyTx, key: ReplyKey, now: Date) {
  return tx
    .selectFrom('idempotency')
    .select(['fingerprint', 'status', 'reply', 'sealed'])
    .where('stream_kind', '=', key.stream.kind)
    .where('stream_id', '=', key.stream.id)
    .where('principal', '=', key.principal)
    .where('route', '=', key.route)
    .where('key_hash', '=', key.keyHash)
    .where('expires_at', '>', now)
    .executeTakeFirst();
}

export type StoredReply = {
  readonly fingerprint: Buffer;
  readonly status: number;
  readonly reply: Buffer;
  readonly sealed: boolean;
  readonly expiresAt: Date;
};

export async function storeReply(tx: AnyTx, key: ReplyKey, stored: StoredReply): Promise<void> {
  const identity = {
    stream_kind: key.stream.kind,
    stream_id: key.stream.id,
    principal: key.principal,
    route: key.route,
    key_hash: key.keyHash,
  };
  await tx
    .deleteFrom('idempotency')
    .where((eb) => eb.and(identity))
    .execute();
  await tx
    .insertInto('idempotency')
    .values({
      ...identity,
      fingerprint: stored.fingerprint,
      status: stored.status,
      reply: stored.reply,
      sealed: stored.sealed,
      expires_at: stored.expiresAt,
    })
    .execute();
}

export async function raiseEpoch(tx: OrgTx, kind: string): Promise<void> {
  await sql`insert into epoch (org_id, kind, value) values (current_org(), ${kind}, 1)
    on conflict (org_id, kind) do update set value = epoch.value + 1`.execute(tx);
}

export type NewJob = {
  readonly stream: Stream;
  readonly id: string;
  readonly kind: string;
  readonly payload: object;
  readonly enqueuedBy: object;
  readonly requestId: string;
  readonly runAt: Date;
};

export async function insertJob(tx: AnyTx, job: NewJob): Promise<void> {
  await tx
    .insertInto('job')
    .values({
      stream_kind: job.stream.kind,
      stream_id: job.stream.id,
      id: job.id,
      kind: job.kind,
      payload: JSON.stringify(job.payload),
      enqueued_by: JSON.stringify(job.enqueuedBy),
      request_id: job.requestId,
      run_at: job.runAt,
    })
    .execute();
}

const HOUSEKEEPING_ROWS_MAX = 10_000;

export async function deleteExpiredReplies(tx: AnyTx, now: Date): Promise<void> {
  await sql`delete from idempotency where ctid in (
    select ctid from idempotency where expires_at <= ${now} limit ${HOUSEKEEPING_ROWS_MAX})`.execute(tx);
}

/** Forgets limits whose burst is whole again. */
export async function deleteExpiredLimits(tx: SystemTx): Promise<void> {
  await sql`select forget_refilled_limits(${HOUSEKEEPING_ROWS_MAX})`.execute(tx);
}

/** Takes out the counts of minutes that are over; a replica's last flush comes within seconds of its minute. */
export function takeClosedTallies(tx: SystemTx, now: Date) {
  const isOver = new Date(now.getTime() - 90_000);
  return tx.deleteFrom('denial_tally').where('minute', '<', isOver).returningAll().execute();
}

/** A fact about the installation itself, such as its wrapped root key. */
export function findInstallationFact(tx: SystemTx, name: string) {
  return tx.selectFrom('installation').select('value').where('name', '=', name).executeTakeFirst();
}

/** Keeps the first value when two replicas start at once. */
export async function insertInstallationFact(tx: SystemTx, name: string, value: object): Promise<void> {
  await tx
    .insertInto('installation')
    .values({ name, value: JSON.stringify(value) })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
}

/** Sets a fact about the installation, whatever it was. */
export async function putInstallationFact(tx: SystemTx, name: string, value: object): Promise<void> {
  const text = JSON.stringify(value);
  await tx
    .insertInto('installation')
    .values({ name, value: text })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: text, updated_at: sql`now()` }))
    .execute();
}

/** Sets a fact that may be set once; false when it was set before. */
export async function claimInstallationFact(tx: SystemTx, name: string, value: object): Promise<boolean> {
  const claimed = await tx
    .insertInto('installation')
    .values({ name, value: JSON.stringify(value) })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .returning('name')
    .executeTakeFirst();
  return claimed !== undefined;
}
