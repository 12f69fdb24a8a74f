// The audit log's leaf: fixed bytes that bind an event to its stream, its place and its payload without revealing any.
import { canonicalJsonBytes } from './canonical-json.ts';
import { equalBytes, plainBytes } from './bytes.ts';
import { uuidFromBytes, uuidToBytes } from './ids.ts';
import { leafHash } from './merkle.ts';
import { hashBytes, hmacSha256 } from './sha256.ts';

export type AuditOutcome = 'allowed' | 'denied' | 'failed';

/** One event of one stream. Counters are uint64, hence bigint. */
export type AuditLeaf = {
  readonly eventId: string;
  /** Microseconds since 1970-01-01T00:00:00Z. */
  readonly timeUs: bigint;
  /** 32 bytes that stand for the stream's owner; whoever lacks the key behind them learns nothing. */
  readonly streamPseudonym: Uint8Array;
  /** Place in the stream, from 1. */
  readonly streamSeq: bigint;
  /** Record hash of the stream's previous leaf; 32 zero bytes exactly when `streamSeq` is 1. */
  readonly previousHash: Uint8Array;
  /** OCSF class of the event, uint32. */
  readonly classUid: number;
  readonly outcome: AuditOutcome;
  /** `commitPayload` of the event's payload. */
  readonly payloadCommit: Uint8Array;
};

/** The last leaf of a verified stretch of a stream; where the next stretch must begin. */
export type ChainHead = {
  readonly streamPseudonym: Uint8Array;
  readonly streamSeq: bigint;
  readonly recordHash: Uint8Array;
};

export type ChainFault = 'malformed_leaf' | 'other_stream' | 'sequence_broken' | 'previous_hash_mismatch';

/** Bytes of every leaf of version 1. */
export const auditLeafBytes = 134;
/** Bytes of the salt of a payload commitment. */
export const payloadSaltBytes = 32;

const version = 1;
const offsets = {
  eventId: 1,
  timeUs: 17,
  pseudonym: 25,
  seq: 57,
  previous: 65,
  classUid: 97,
  outcome: 101,
  commit: 102,
};
const outcomes: readonly (AuditOutcome | undefined)[] = [undefined, 'allowed', 'denied', 'failed'];

/** Writes a leaf. Throws RangeError on a field out of range or a first place with a predecessor (and the reverse). */
export function encodeAuditLeaf(leaf: AuditLeaf): Uint8Array {
  const outcome = outcomes.indexOf(leaf.outcome);
  // From the pool of small buffers, every byte of which is written below: fresh memory costs more than the leaf.
  const bytes = plainBytes(Buffer.allocUnsafe(auditLeafBytes));
  const view = viewOf(bytes);
  bytes[0] = version;
  bytes.set(uuidToBytes(leaf.eventId), offsets.eventId);
  view.setBigUint64(offsets.timeUs, requireUint(leaf.timeUs, 64));
  bytes.set(requireHash(leaf.streamPseudonym), offsets.pseudonym);
  view.setBigUint64(offsets.seq, requireUint(leaf.streamSeq, 64));
  bytes.set(requireHash(leaf.previousHash), offsets.previous);
  view.setUint32(offsets.classUid, Number(requireUint(BigInt(leaf.classUid), 32)));
  bytes[offsets.outcome] = outcome;
  bytes.set(requireHash(leaf.payloadCommit), offsets.commit);
  if (outcome < 1 || !isPlaced(leaf.streamSeq, leaf.previousHash))
    throw new RangeError('the outcome is unknown or the place and previous hash disagree');
  return bytes;
}

/** Reads a leaf; undefined for another length, version or outcome, or a place that disagrees with the previous hash. */
export function decodeAuditLeaf(bytes: Uint8Array): AuditLeaf | undefined {
  const outcome = outcomes[bytes[offsets.outcome] ?? 0];
  if (outcome === undefined || !isAuditLeaf(bytes)) return undefined;
  const view = viewOf(bytes);
  return {
    eventId: uuidFromBytes(bytes.subarray(offsets.eventId, offsets.timeUs)),
    timeUs: view.getBigUint64(offsets.timeUs),
    streamPseudonym: bytes.slice(offsets.pseudonym, offsets.seq),
    streamSeq: view.getBigUint64(offsets.seq),
    previousHash: bytes.slice(offsets.previous, offsets.classUid),
    classUid: view.getUint32(offsets.classUid),
    outcome,
    payloadCommit: bytes.slice(offsets.commit),
  };
}

/** The leaf's hash in the tree and in its successor: SHA-256(0x00 || leaf). */
export function recordHash(leaf: Uint8Array): Uint8Array {
  return leafHash(leaf);
}

/**
 * HMAC-SHA-256 of the payload's canonical JSON under a random salt of 32 bytes. With salt and payload erased the
 * commitment says nothing. Throws RangeError on another salt length, CanonicalJsonError on a payload without JSON form.
 */
export function commitPayload(salt: Uint8Array, payload: unknown): Uint8Array {
  if (salt.length !== payloadSaltBytes) throw new RangeError('a payload salt has 32 bytes');
  return hmacSha256(salt, canonicalJsonBytes(payload));
}

/**
 * Checks leaves of one stream, in order: contiguous places, each leaf naming its predecessor's hash, one pseudonym.
 * They begin at place 1, or right after `after`. Says nothing about leaves cut off the end: compare `head` with a
 * trusted one, or prove it included in a checkpoint. `at` counts from 0; `head` is `after` when there are no leaves.
 */
export function verifyChain(
  leaves: Iterable<Uint8Array>,
  after?: ChainHead,
):
  | { readonly ok: true; readonly count: number; readonly head: ChainHead | undefined }
  | { readonly ok: false; readonly at: number; readonly reason: ChainFault } {
  let head = after;
  let count = 0;
  for (const leaf of leaves) {
    const reason = findChainFault(leaf, head);
    if (reason !== undefined) return { ok: false, at: count, reason };
    head = {
      // A copy: the caller may reuse one buffer for every leaf.
      streamPseudonym: head?.streamPseudonym ?? leaf.slice(offsets.pseudonym, offsets.seq),
      streamSeq: viewOf(leaf).getBigUint64(offsets.seq),
      recordHash: recordHash(leaf),
    };
    count += 1;
  }
  return { ok: true, count, head };
}

function findChainFault(leaf: Uint8Array, head: ChainHead | undefined): ChainFault | undefined {
  if (!isAuditLeaf(leaf)) return 'malformed_leaf';
  if (head && !equalBytes(leaf.subarray(offsets.pseudonym, offsets.seq), head.streamPseudonym)) return 'other_stream';
  if (viewOf(leaf).getBigUint64(offsets.seq) !== (head?.streamSeq ?? 0n) + 1n) return 'sequence_broken';
  const linked = !head || equalBytes(leaf.subarray(offsets.previous, offsets.classUid), head.recordHash);
  return linked ? undefined : 'previous_hash_mismatch';
}

function isAuditLeaf(bytes: Uint8Array): boolean {
  if (bytes.length !== auditLeafBytes || bytes[0] !== version || !outcomes[bytes[offsets.outcome] ?? 0]) return false;
  return isPlaced(viewOf(bytes).getBigUint64(offsets.seq), bytes.subarray(offsets.previous, offsets.classUid));
}

/** The first place, and no other, has no predecessor. */
function isPlaced(seq: bigint, previousHash: Uint8Array): boolean {
  let at = 0;
  while (at < hashBytes && previousHash[at] === 0) at += 1;
  return seq > 0n && (at === hashBytes) === (seq === 1n);
}

function requireUint(value: bigint, bits: number): bigint {
  if (BigInt.asUintN(bits, value) !== value) throw new RangeError(`does not fit in uint${bits}`);
  return value;
}

function requireHash(bytes: Uint8Array): Uint8Array {
  if (bytes.length !== hashBytes) throw new RangeError('a hash, pseudonym or commitment has 32 bytes');
  return bytes;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
