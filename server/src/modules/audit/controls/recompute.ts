// Recomputes a chain from what the API shows of it, with the public formats alone: no code that wrote it takes part.
import { commitPayload, encodeAuditLeaf, recordHash, verifyChain } from '@holdfast/protocol/audit-leaf.ts';
import { decodeHex, encodeHex } from '@holdfast/protocol/bytes.ts';
import type { z } from 'zod';
import type { Entry } from '../model.ts';

export type ShownEntry = z.output<typeof Entry>;

/** Where two entries, or an entry and its hash, do not fit. */
export type ChainFault = {
  readonly at: 'sequence' | 'previous_hash' | 'record_hash' | 'clock';
  /** Place in the chain. */
  readonly place: number;
};

/** OCSF class API Activity, the class of every event so far. */
const CLASS_UID = 6003;
/** Entries stand in the order of their sequencing; a transaction may have begun this much before the one in front of it. */
const OVERTAKING_MS = 300_000;
const ZERO_HASH = '0'.repeat(64);

/** Faults of consecutive entries, oldest first. A run that begins at place 1 must begin as a chain does. */
export function recomputeChain(entries: readonly ShownEntry[], streamPseudonym: string): readonly ChainFault[] {
  const faults = entries.flatMap((entry, at) => faultsOf(entry, entries[at - 1], streamPseudonym));
  // A second opinion on the whole: the leaves by themselves, as an offline verifier takes them.
  const isFromStart = entries[0]?.sequence === 1;
  if (!isFromStart || faults.length > 0) return faults;
  const verified = verifyChain(entries.map((entry) => leafOf(entry, streamPseudonym)));
  return verified.ok ? [] : [{ at: 'previous_hash', place: verified.at + 1 }];
}

function faultsOf(entry: ShownEntry, before: ShownEntry | undefined, streamPseudonym: string): readonly ChainFault[] {
  const place = entry.sequence;
  const isNext = before === undefined || (place === before.sequence + 1 && entry.index > before.index);
  const expected = place === 1 ? ZERO_HASH : before?.record_hash;
  const isLinked = expected === undefined || entry.previous_hash === expected;
  const isHashed = entry.record_hash === hashOf(entry, streamPseudonym);
  const isLater = before === undefined || Date.parse(entry.at) >= Date.parse(before.at) - OVERTAKING_MS;
  return [
    ...(isNext ? [] : [{ at: 'sequence', place } as const]),
    ...(isLinked ? [] : [{ at: 'previous_hash', place } as const]),
    ...(isHashed ? [] : [{ at: 'record_hash', place } as const]),
    ...(isLater ? [] : [{ at: 'clock', place } as const]),
  ];
}

/** Undefined for an entry that is no leaf at all, such as a later one that names no predecessor. */
export function hashOf(entry: ShownEntry, streamPseudonym: string): string | undefined {
  try {
    return encodeHex(recordHash(leafOf(entry, streamPseudonym)));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function leafOf(entry: ShownEntry, streamPseudonym: string): Uint8Array {
  const { action, actor, at, facts, outcome, requestId, target } = entry;
  return encodeAuditLeaf({
    eventId: entry.eventId,
    timeUs: BigInt(Date.parse(at)) * 1_000n,
    streamPseudonym: bytesOf(streamPseudonym),
    streamSeq: BigInt(entry.sequence),
    previousHash: bytesOf(entry.previous_hash),
    classUid: CLASS_UID,
    outcome,
    payloadCommit: commitPayload(bytesOf(entry.salt), { action, actor, at, facts, outcome, requestId, target }),
  });
}

function bytesOf(hex: string): Uint8Array {
  return decodeHex(hex) ?? new Uint8Array(0);
}
