// SQL of the job table, as the maintenance role: claiming with a lease, rescheduling, and giving up.
import { sql } from 'kysely';
import type { SystemTx } from '#db/scope.ts';
import type { Actor } from '#kernel/principal.ts';
import type { AnyTx, Stream } from '#kernel/queries.ts';

export type ClaimedJob = {
  readonly stream_kind: Stream['kind'];
  readonly stream_id: string;
  readonly id: string;
  readonly kind: string;
  readonly payload: unknown;
  readonly enqueued_by: Actor;
  readonly request_id: string;
  readonly attempts: number;
  readonly fence: string;
};

type Identity = Pick<ClaimedJob, 'stream_kind' | 'stream_id' | 'id' | 'fence'>;

export type Claim = {
  readonly kind: string;
  readonly limit: number;
  readonly leaseSeconds: number;
  /** How many of one stream may be leased at a time. */
  readonly shareMax: number | undefined;
};

/** Leases due jobs of a kind, oldest first; a job whose lease ran out is due again, under a higher fence. */
export async function claimJobs(
  tx: SystemTx,
  { kind, limit, leaseSeconds, shareMax }: Claim,
): Promise<readonly ClaimedJob[]> {
  const isDue = sql<boolean>`failed_at is null and run_at <= now() and (lease_until is null or lease_until < now()) and kind = ${kind}`;
  const isWithinShare =
    shareMax === undefined
      ? sql<boolean>`true`
      : sql<boolean>`(stream_kind, stream_id, id) in (
          select stream_kind, stream_id, id
            from (select stream_kind, stream_id, id, row_number() over (partition by stream_kind, stream_id order by run_at, id) as place
                    from job where ${isDue}) due
            left join (select stream_kind, stream_id, count(*) as n from job
                        where failed_at is null and lease_until >= now() and kind = ${kind} group by 1, 2) leased
                   using (stream_kind, stream_id)
           where place + coalesce(n, 0) <= ${shareMax})`;
  const { rows } = await sql<ClaimedJob>`
    update job set lease_until = now() + make_interval(secs => ${leaseSeconds}), attempts = attempts + 1, fence = fence + 1
     where (stream_kind, stream_id, id) in (
       select stream_kind, stream_id, id from job
        where ${isDue} and ${isWithinShare}
        order by run_at for update skip locked limit ${limit})
    returning stream_kind, stream_id, id, kind, payload, enqueued_by, request_id, attempts, fence`.execute(tx);
  return rows;
}

/** Takes the job out in the transaction of its work; false when another worker has it by now. */
export async function finishJob(tx: AnyTx, job: Identity): Promise<boolean> {
  const done = await tx
    .deleteFrom('job')
    .where('stream_kind', '=', job.stream_kind)
    .where('stream_id', '=', job.stream_id)
    .where('id', '=', job.id)
    .where(sql<boolean>`fence = ${job.fence}`)
    .returning('id')
    .executeTakeFirst();
  return done !== undefined;
}

export async function rescheduleJob(
  tx: SystemTx,
  job: Identity,
  change: { delaySeconds: number; attempts: number; error: string | null },
): Promise<void> {
  await sql`
    update job set lease_until = null, run_at = now() + make_interval(secs => ${change.delaySeconds}), attempts = ${change.attempts}, last_error = ${change.error}
     where stream_kind = ${job.stream_kind} and stream_id = ${job.stream_id} and id = ${job.id} and fence = ${job.fence}`.execute(
    tx,
  );
}

export async function failJob(tx: SystemTx, job: Identity, error: string): Promise<void> {
  await sql`
    update job set lease_until = null, failed_at = now(), last_error = ${error}
     where stream_kind = ${job.stream_kind} and stream_id = ${job.stream_id} and id = ${job.id} and fence = ${job.fence}`.execute(
    tx,
  );
}

/** A schedule is one row with a fixed id: many replicas insert it, one row stands. */
export async function insertSchedule(tx: SystemTx, stream: Stream, id: string, kind: string): Promise<void> {
  await sql`
    insert into job (stream_kind, stream_id, id, kind, payload, enqueued_by, request_id, run_at)
    values (${stream.kind}, ${stream.id}, ${id}, ${kind}, '{}', '{"kind":"job","id":"schedule"}', 'schedule', now())
    on conflict do nothing`.execute(tx);
}
