// SQL of the log: taking pending events in, chaining them, and reading them back.
import { sql } from 'kysely';
import type { Lookup } from '#db/lookup.ts';
import type { OrgTx, SystemTx } from '#db/scope.ts';
import type { RowFilter } from '#kernel/authorize.ts';
import { listPage, type PageQuery } from '#kernel/page.ts';
import type { Stream } from '#kernel/queries.ts';

export type Outcome = 'allowed' | 'denied' | 'failed';

export type Event = {
  readonly stream_kind: Stream['kind'];
  readonly stream_id: string;
  readonly event_id: string;
  readonly at: Date;
  readonly action: string;
  readonly outcome: Outcome;
  readonly actor: unknown;
  readonly target: unknown;
  readonly request_id: string;
  readonly facts: unknown;
};

export type Head = {
  readonly stream_kind: Stream['kind'];
  readonly stream_id: string;
  readonly seq: string;
  readonly record_hash: Buffer;
};
export type State = { readonly origin: string; readonly size: string; readonly frontier: Buffer };

const SEQUENCER_LOCK = 4_215_201_002;

/** Only for efficiency: two sequencers would not hurt, the compare-and-swap on the size lets one of them commit. */
export async function tryLeadership(tx: SystemTx): Promise<boolean> {
  const { rows } = await sql<{
    readonly held: boolean;
  }>`select pg_try_advisory_xact_lock(${SEQUENCER_LOCK}) as held`.execute(tx);
  return rows[0]?.held === true;
}

/** Waiting events, oldest first; correct whatever order their transactions committed in. */
export async function readPending(tx: SystemTx, limit: number): Promise<readonly Event[]> {
  const { rows } = await sql<Event>`
    select stream_kind, stream_id, event_id, at, action, outcome, actor, target, request_id, facts
      from audit_pending order by at, event_id limit ${limit}`.execute(tx);
  return rows;
}

export function findState(tx: SystemTx) {
  return tx.selectFrom('audit_state').select(['origin', 'size', 'frontier']).executeTakeFirst();
}

export async function insertState(tx: SystemTx, state: State): Promise<void> {
  await tx
    .insertInto('audit_state')
    .values(state)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** The compare-and-swap that makes the tree grow from what was read, or not at all. */
export async function swapState(tx: SystemTx, oldSize: string, size: number, frontier: Buffer): Promise<boolean> {
  const swapped = await tx
    .updateTable('audit_state')
    .set({ size, frontier })
    .where(sql<boolean>`size = ${oldSize}`)
    .returning('size')
    .executeTakeFirst();
  return swapped !== undefined;
}

export async function findHeads(tx: SystemTx, streams: readonly Stream[]): Promise<readonly Head[]> {
  const { rows } = await sql<Head>`
    select stream_kind, stream_id, seq, record_hash from audit_head
     where (stream_kind, stream_id) in (
       select * from unnest(${streams.map((one) => one.kind)}::text[], ${streams.map((one) => one.id)}::uuid[]))`.execute(
    tx,
  );
  return rows;
}

export async function upsertHeads(tx: SystemTx, heads: readonly Head[]): Promise<void> {
  await tx
    .insertInto('audit_head')
    .values(heads.map((head) => ({ ...head })))
    .onConflict((conflict) =>
      conflict
        .columns(['stream_kind', 'stream_id'])
        .doUpdateSet({ seq: sql`excluded.seq`, record_hash: sql`excluded.record_hash` }),
    )
    .execute();
}

/** Where events got their place: in order, beginning at `firstLeaf`; three hashes of 32 bytes for each, joined. */
export type Placed = {
  readonly events: readonly Event[];
  readonly seqs: readonly string[];
  readonly firstLeaf: number;
  readonly salts: Buffer;
  readonly previousHashes: Buffer;
  readonly recordHashes: Buffer;
};

/**
 * Moves waiting events to their places, and tells how many it found: their columns never leave the database again, so what
 * was hashed is what is kept. To the millisecond, as the hash has it.
 */
export async function moveToLog(tx: SystemTx, placed: Placed): Promise<number> {
  const { events, seqs, firstLeaf, salts, previousHashes, recordHashes } = placed;
  const { numAffectedRows } = await sql`
    with placed as (
      select p.stream_kind, p.stream_id, p.event_id, p.seq, ${firstLeaf}::bigint + p.place - 1 as leaf_index,
             (p.place::integer - 1) * 32 + 1 as hash_at
        from unnest(${events.map((one) => one.stream_kind)}::text[], ${events.map((one) => one.stream_id)}::uuid[],
                    ${events.map((one) => one.event_id)}::uuid[], ${seqs}::bigint[])
             with ordinality as p (stream_kind, stream_id, event_id, seq, place)),
    moved as (
      delete from audit_pending a using placed p
       where a.stream_kind = p.stream_kind and a.stream_id = p.stream_id and a.event_id = p.event_id
      returning a.*, p.seq, p.leaf_index, p.hash_at)
    insert into audit_entry (stream_kind, stream_id, seq, leaf_index, event_id, at, action, outcome, actor, target, request_id, facts, salt, previous_hash, record_hash)
    select stream_kind, stream_id, seq, leaf_index, event_id, date_trunc('milliseconds', at), action, outcome, actor, target, request_id, facts,
           substr(${salts}::bytea, hash_at, 32), substr(${previousHashes}::bytea, hash_at, 32), substr(${recordHashes}::bytea, hash_at, 32)
      from moved`.execute(tx);
  return Number(numAffectedRows);
}

export async function insertCheckpoint(tx: SystemTx, size: number, note: string, at: Date): Promise<void> {
  await tx.insertInto('audit_checkpoint').values({ size, note, at }).execute();
}

const shown = [
  'seq',
  'leaf_index',
  'event_id',
  'at',
  'action',
  'outcome',
  'actor',
  'target',
  'request_id',
  'facts',
  'salt',
  'previous_hash',
  'record_hash',
] as const;

/** The chain of the organization, newest first. */
export function listEntries(tx: OrgTx, rows: RowFilter<'audit_entry'>, page: PageQuery) {
  return listPage(rows, page, tx.selectFrom('audit_entry').select(shown).where(ofOrg), {
    column: 'seq',
    type: 'bigint',
    direction: 'desc',
  });
}

/** A stretch of the organization's chain, oldest first, with what its leaves are made of. */
export function readStretch(tx: OrgTx, afterSeq: number, limit: number) {
  return tx
    .selectFrom('audit_entry')
    .select([...shown, 'stream_kind', 'stream_id'])
    .where(ofOrg)
    .where('seq', '>', String(afterSeq))
    .orderBy('seq')
    .limit(limit)
    .execute();
}

export function findHead(tx: OrgTx) {
  return tx.selectFrom('audit_head').select(['seq', 'record_hash']).where(ofOrg).executeTakeFirst();
}

/** In an organization's scope the caller's own stream is in reach too; the log of the organization is the organization's. */
const ofOrg = sql<boolean>`stream_kind = 'org' and stream_id = current_org()`;

export type LeafHash = { readonly leaf_index: string; readonly record_hash: Buffer };

export function readRecordHashes(lookup: Lookup, first: number, limit: number): Promise<readonly LeafHash[]> {
  return lookup<LeafHash>('read_record_hashes', [first, limit], 'jobs');
}

export async function findLatestCheckpoint(
  lookup: Lookup,
): Promise<{ readonly size: number; readonly note: string } | undefined> {
  const rows = await lookup<{ readonly size: string; readonly note: string }>('latest_checkpoint', [], 'jobs');
  return rows[0] === undefined ? undefined : { size: Number(rows[0].size), note: rows[0].note };
}

/** Events that wait for their place in the log, counted up to `atMost`. */
export async function countPending(lookup: Lookup, atMost: number): Promise<number> {
  const rows = await lookup<{ readonly waiting: string }>('count_pending_events', [atMost], 'health');
  return Number(rows[0]?.waiting ?? 0);
}
