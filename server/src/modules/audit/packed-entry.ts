// An entry of the log out of the one text it is read as when chains are walked.
import type { Event, Outcome } from './queries.ts';

/** What the leaf of an entry is made of, and what the leaf must hash to. */
export type PackedEntry = Omit<Event, 'stream_kind' | 'stream_id'> & {
  readonly seq: number;
  readonly salt: Buffer;
  readonly previous_hash: Buffer;
  readonly record_hash: Buffer;
};

/** As `packedEntry` of the queries writes them. */
type Columns = readonly [
  seq: number,
  eventId: string,
  atMs: number,
  action: string,
  outcome: Outcome,
  actor: unknown,
  target: unknown,
  requestId: string,
  facts: unknown,
  hashes: string | null,
];

/** Undefined for what no sequencer writes: times finer than the milliseconds that are hashed, or hashes of another length. */
export function unpackEntry(packed: string): PackedEntry | undefined {
  // The columns are those of that query.
  const [seq, event_id, atMs, action, outcome, actor, target, request_id, facts, hashes] = JSON.parse(
    packed,
  ) as Columns;
  if (hashes === null || !Number.isInteger(atMs)) return undefined;
  const bytes = Buffer.from(hashes.slice('\\x'.length), 'hex');
  return {
    seq,
    event_id,
    at: new Date(atMs),
    action,
    outcome,
    actor,
    target,
    request_id,
    facts,
    salt: bytes.subarray(0, 32),
    previous_hash: bytes.subarray(32, 64),
    record_hash: bytes.subarray(64),
  };
}
