// SQL of the scheduled verification: every stream in turn, checkpoints of all ages, and what the last round found.
import { sql } from 'kysely';
import type { Lanes } from '#db/pool.ts';
import { inScope, type SystemTx } from '#db/scope.ts';
import { findInstallationFact, putInstallationFact, type Stream } from '#kernel/queries.ts';
import { type Head, packedEntry } from './queries.ts';

/** The role that reads every stream; here it writes nothing. */
const readEverything = {
  lane: 'jobs',
  role: 'holdfast_sequencer',
  readOnly: true,
  statementTimeoutMs: 30_000,
} as const;

function read<T>(lanes: Lanes, work: (tx: SystemTx) => Promise<T>): Promise<T> {
  return inScope<SystemTx, T>(lanes, { system: true }, ({ tx }) => work(tx), readEverything);
}

/** The next stream in their order that has an entry or a head. */
export function findStreamAfter(lanes: Lanes, { kind, id }: Stream): Promise<Stream | undefined> {
  return read(lanes, async (tx) => {
    const { rows } = await sql<Stream>`
      select kind, id from (
        (select stream_kind as kind, stream_id as id from audit_entry
          where (stream_kind, stream_id) > (${kind}, ${id}::uuid) order by stream_kind, stream_id limit 1)
        union
        (select stream_kind, stream_id from audit_head
          where (stream_kind, stream_id) > (${kind}, ${id}::uuid) order by stream_kind, stream_id limit 1)
      ) as streams order by kind, id limit 1`.execute(tx);
    return rows[0];
  });
}

export function findHeadOf(lanes: Lanes, { kind, id }: Stream): Promise<Head | undefined> {
  return read(lanes, async (tx) => {
    const { rows } = await sql<Head>`
      select stream_kind, stream_id, seq, record_hash from audit_head
       where stream_kind = ${kind} and stream_id = ${id}`.execute(tx);
    return rows[0];
  });
}

export function readStretchOf(
  lanes: Lanes,
  { kind, id }: Stream,
  afterSeq: number,
  limit: number,
): Promise<readonly string[]> {
  return read(lanes, async (tx) => {
    const { rows } = await sql<{ readonly entry: string }>`
      select ${packedEntry} as entry from audit_entry
       where stream_kind = ${kind} and stream_id = ${id} and seq > ${afterSeq} order by seq limit ${limit}`.execute(tx);
    return rows.map((row) => row.entry);
  });
}

/** The first checkpoint at or after each of these sizes. */
export function readCheckpointsNear(lanes: Lanes, sizes: readonly number[]): Promise<readonly string[]> {
  return read(lanes, async (tx) => {
    const { rows } = await sql<{ readonly note: string }>`
      select distinct found.note from unnest(${sizes}::bigint[]) as wanted (size)
       cross join lateral (
         select c.note from audit_checkpoint c where c.size >= wanted.size order by c.size limit 1) as found`.execute(
      tx,
    );
    return rows.map(({ note }) => note);
  });
}

const BEGUN = 'audit_verification_begun';
const RESULT = 'audit_verification';

/** Takes the round that is due, for one of the replicas. */
export function claimRound(lanes: Lanes, everySeconds: number): Promise<boolean> {
  return inScope<SystemTx, boolean>(
    lanes,
    { system: true },
    async ({ tx, now }) => {
      const { rows } = await sql<{ readonly held: boolean }>`
        select pg_try_advisory_xact_lock(hashtextextended(${BEGUN}, 7420)) as held`.execute(tx);
      if (rows[0]?.held !== true) return false;
      const fact = (await findInstallationFact(tx, BEGUN))?.value;
      const [begunAt]: readonly unknown[] = Array.isArray(fact) ? fact : [];
      const begun = typeof begunAt === 'string' ? Date.parse(begunAt) : Number.NaN;
      // A time ahead of the clock is from a clock that was wrong.
      const ageMs = now.getTime() - begun;
      if (ageMs >= 0 && ageMs < everySeconds * 1_000) return false;
      await putInstallationFact(tx, BEGUN, [now.toISOString()]);
      return true;
    },
    { lane: 'jobs' },
  );
}

/** The round was not ended: whoever comes next may begin it again. */
export function releaseRound(lanes: Lanes): Promise<void> {
  return putFact(lanes, BEGUN, []);
}

export function putRound(lanes: Lanes, found: object): Promise<void> {
  return putFact(lanes, RESULT, found);
}

export function findRound(lanes: Lanes): Promise<unknown> {
  return inScope<SystemTx, unknown>(
    lanes,
    { system: true },
    async ({ tx }) => (await findInstallationFact(tx, RESULT))?.value,
    { lane: 'health', readOnly: true },
  );
}

function putFact(lanes: Lanes, name: string, value: object): Promise<void> {
  return inScope<SystemTx, void>(lanes, { system: true }, ({ tx }) => putInstallationFact(tx, name, value), {
    lane: 'jobs',
  });
}
