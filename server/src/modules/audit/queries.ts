// SQL of the log: taking pending events in, chaining them, and reading them back.
import { sql } from 'kysely';
import type { Lookup } from '#db/lookup.ts';
import type { OrgTx, SystemTx } from '#db/scope.ts';
import type { RowFilter } from '#kernel/authorize.ts';
import { defineList, type ListQuery } from '#kernel/list.ts';
import { listPage } from '#kernel/page.ts';
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

/** An event that waits, and where: rows of waiting events are never written again, so the place is theirs until they leave. */
export type Waiting = Event & { readonly place: string };

/** Waiting events after one of them, oldest first; correct whatever order their transactions committed in. */
export async function readPending(tx: SystemTx, limit: number, after?: Waiting): Promise<readonly Waiting[]> {
  // Asked for by its place: a time read here has lost its microseconds.
  const rest =
    after === undefined
      ? sql``
      : sql`where (at, event_id) > ((select at from audit_pending where ctid = ${after.place}::tid), ${after.event_id}::uuid)`;
  const { rows } = await sql<Waiting>`
    select ctid::text as place, stream_kind, stream_id, event_id, at, action, outcome, actor, target, request_id, facts
      from audit_pending ${rest} order by at, event_id limit ${limit}`.execute(tx);
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
  await sql`
    insert into audit_head (stream_kind, stream_id, seq, record_hash)
    select h.stream_kind, h.stream_id, h.seq, substr(${Buffer.concat(heads.map((head) => head.record_hash))}::bytea, (h.place::integer - 1) * 32 + 1, 32)
      from unnest(${heads.map((head) => head.stream_kind)}::text[], ${arrayOf(heads.map((head) => head.stream_id))}::uuid[],
                  ${arrayOf(heads.map((head) => head.seq))}::bigint[])
           with ordinality as h (stream_kind, stream_id, seq, place)
        on conflict (stream_kind, stream_id) do update set seq = excluded.seq, record_hash = excluded.record_hash`.execute(
    tx,
  );
}

/** Where events got their place: in order, beginning at `firstLeaf`; three hashes of 32 bytes for each, joined. */
export type Placed = {
  readonly events: readonly Waiting[];
  readonly seqs: readonly string[];
  readonly firstLeaf: number;
  readonly salts: Buffer;
  readonly previousHashes: Buffer;
  readonly recordHashes: Buffer;
};

/**
 * Moves waiting events to their places, and tells how many it found: their columns never leave the database again, so what
 * was hashed is what is kept. To the millisecond, as the hash has it. Rows are fetched by where they are, or each batch
 * would read all that waits.
 */
export async function moveToLog(tx: SystemTx, placed: Placed): Promise<number> {
  const { events, seqs, firstLeaf, salts, previousHashes, recordHashes } = placed;
  const places = `{"${events.map((one) => one.place).join('","')}"}`;
  const { numAffectedRows } = await sql`
    with placed as (
      select p.at_place, p.event_id, p.seq, ${firstLeaf}::bigint + p.place - 1 as leaf_index, (p.place::integer - 1) * 32 + 1 as hash_at
        from unnest(${places}::tid[], ${arrayOf(events.map((one) => one.event_id))}::uuid[], ${arrayOf(seqs)}::bigint[])
             with ordinality as p (at_place, event_id, seq, place)),
    moved as (
      delete from audit_pending a using placed p
       where a.ctid = any (${places}::tid[]) and a.ctid = p.at_place and a.event_id = p.event_id
      returning a.*, p.seq, p.leaf_index, p.hash_at)
    insert into audit_entry (stream_kind, stream_id, seq, leaf_index, event_id, at, action, outcome, actor, target, request_id, facts, salt, previous_hash, record_hash)
    select stream_kind, stream_id, seq, leaf_index, event_id, date_trunc('milliseconds', at), action, outcome, actor, target, request_id, facts,
           substr(${salts}::bytea, hash_at, 32), substr(${previousHashes}::bytea, hash_at, 32), substr(${recordHashes}::bytea, hash_at, 32)
      from moved`.execute(tx);
  return Number(numAffectedRows);
}

/** An array as PostgreSQL reads it, of UUIDs or numbers, which need no quotes: the driver would look at each for some. */
function arrayOf(plain: readonly string[]): string {
  return `{${plain.join(',')}}`;
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
export const entryList = defineList({
  sorts: { sequence: { column: 'seq', type: 'bigint' } },
  first: '-sequence',
  search: ['action', 'outcome', 'request_id', 'actor', 'target', 'facts'],
  unique: { column: 'seq', type: 'bigint' },
});

export type EntryQuery = ListQuery & {
  readonly action?: string | undefined;
  readonly outcome?: Outcome | undefined;
  /** The person behind the act, as UUID. */
  readonly user?: string | undefined;
  readonly from?: string | undefined;
  readonly until?: string | undefined;
};

export function listEntries(tx: OrgTx, rows: RowFilter<'audit_entry'>, asked: EntryQuery) {
  let query = tx.selectFrom('audit_entry').select(shown).where(ofOrg);
  if (asked.action !== undefined) query = query.where('action', '=', asked.action);
  if (asked.outcome !== undefined) query = query.where('outcome', '=', asked.outcome);
  if (asked.user !== undefined) query = query.where(sql`actor ->> 'user'`, '=', asked.user);
  if (asked.from !== undefined) query = query.where('at', '>=', new Date(asked.from));
  if (asked.until !== undefined) query = query.where('at', '<', new Date(asked.until));
  return listPage(rows, asked, query, entryList);
}

/**
 * The columns of `audit_entry` as one JSON text: a long chain is read as fast as it is hashed only if the driver has little
 * to decode. Hashes that are not of 32 bytes are none.
 */
export const packedEntry = sql<string>`json_build_array(
  seq, event_id, extract(epoch from at) * 1000, action, outcome, actor, target, request_id, facts,
  case when octet_length(salt) = 32 and octet_length(previous_hash) = 32 and octet_length(record_hash) = 32
       then salt || previous_hash || record_hash end)::text`;

/** A stretch of the organization's chain, oldest first, packed. */
export async function readStretch(tx: OrgTx, afterSeq: number, limit: number): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom('audit_entry')
    .select(packedEntry.as('entry'))
    .where(ofOrg)
    .where('seq', '>', String(afterSeq))
    .orderBy('seq')
    .limit(limit)
    .execute();
  return rows.map((row) => row.entry);
}

export async function findHead(tx: OrgTx): Promise<Head | undefined> {
  const { rows } = await sql<Head>`
    select stream_kind, stream_id, seq, record_hash from audit_head where ${ofOrg}`.execute(tx);
  return rows[0];
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
