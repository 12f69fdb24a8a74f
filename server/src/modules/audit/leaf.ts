// From an event to its leaf: the one place that says which columns are under the proof, used to write and to verify.
import { commitPayload, encodeAuditLeaf, recordHash } from '@holdfast/protocol/audit-leaf.ts';
import { hmacSha256 } from '#crypto/hash.ts';
import type { RootKey } from '#crypto/roots.ts';
import type { Event } from './queries.ts';

/** OCSF class API Activity; finer classes come with the events' own catalogue. */
const CLASS_UID = 6003;

/** The stream is in the leaf as its pseudonym. */
type Recorded = Omit<Event, 'stream_kind' | 'stream_id'>;

export type Link = { readonly seq: number; readonly previousHash: Uint8Array; readonly salt: Uint8Array };

/** What stands for a stream in leaves that leave the house: meaningless without the key. */
export function streamPseudonym(
  key: RootKey<'audit-pseudonym'>,
  stream: Pick<Event, 'stream_kind' | 'stream_id'>,
): Buffer {
  return hmacSha256(key, `${stream.stream_kind}:${stream.stream_id}`);
}

/** The record hash of an event at its place: every column a reader sees is committed to. */
export function hashRecord(pseudonym: Uint8Array, event: Recorded, link: Link): Buffer {
  const payload = {
    action: event.action,
    actor: event.actor,
    at: event.at.toISOString(),
    facts: event.facts,
    outcome: event.outcome,
    requestId: event.request_id,
    target: event.target ?? null,
  };
  const leaf = encodeAuditLeaf({
    eventId: event.event_id,
    timeUs: BigInt(event.at.getTime()) * 1_000n,
    streamPseudonym: pseudonym,
    streamSeq: BigInt(link.seq),
    previousHash: link.previousHash,
    classUid: CLASS_UID,
    outcome: event.outcome,
    payloadCommit: commitPayload(link.salt, payload),
  });
  return Buffer.from(recordHash(leaf));
}
