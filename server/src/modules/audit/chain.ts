// Walking one stream's chain: each entry is hashed again, must follow from the one before, and the last must be the head.
import type { AuditKeys } from '#kernel/tools.ts';
import { hashRecord, streamPseudonym } from './leaf.ts';
import type { Event } from './queries.ts';

export type Entry = Event & {
  readonly seq: string;
  readonly leaf_index: string;
  readonly salt: Buffer;
  readonly previous_hash: Buffer;
  readonly record_hash: Buffer;
};

/** One stream as it stands in the database. */
export type ChainReader = {
  readonly head: () => Promise<{ readonly seq: string; readonly record_hash: Buffer } | undefined>;
  /** At most `limit` entries after a place, oldest first. */
  readonly stretch: (afterSeq: number, limit: number) => Promise<readonly Entry[]>;
};

export type Fault = { readonly at: number; readonly reason: string };
export type Walked = { readonly through: number; readonly fault: Fault | undefined };

const STRETCH = 5_000;

/** Up to the head as it was when the walk began: what the sequencer adds meanwhile is the next walk's. */
export async function walkChain(reader: ChainReader, keys: AuditKeys): Promise<Walked> {
  const head = await reader.head();
  if (head === undefined) return walkWithoutHead(reader);
  const last = Number(head.seq);
  let through = 0;
  let previous: Buffer = Buffer.alloc(32);
  while (through < last) {
    const stretch = await reader.stretch(through, Math.min(STRETCH, last - through));
    if (stretch.length === 0) return { through, fault: { at: through + 1, reason: 'an entry is missing' } };
    for (const entry of stretch) {
      const reason = faultOf(keys, entry, through + 1, previous);
      if (reason !== undefined) return { through, fault: { at: through + 1, reason } };
      through += 1;
      previous = entry.record_hash;
    }
  }
  const isWhole = head.record_hash.equals(previous);
  return { through, fault: isWhole ? undefined : { at: last, reason: 'the chain does not end at its head' } };
}

/** A chain that has not begun has neither head nor entry. The first entry and the head come in one commit, so it is asked again. */
async function walkWithoutHead(reader: ChainReader): Promise<Walked> {
  const hasEntries = (await reader.stretch(0, 1)).length > 0;
  const isLost = hasEntries && (await reader.head()) === undefined;
  return { through: 0, fault: isLost ? { at: 1, reason: 'the chain has lost its head' } : undefined };
}

function faultOf(keys: AuditKeys, entry: Entry, expectedSeq: number, previous: Buffer): string | undefined {
  if (Number(entry.seq) !== expectedSeq) return 'an entry is missing';
  if (!entry.previous_hash.equals(previous)) return 'it does not follow from the entry before';
  const pseudonym = streamPseudonym(keys.pseudonymKey, entry);
  const hash = hashRecord(pseudonym, entry, { seq: expectedSeq, previousHash: previous, salt: entry.salt });
  // The tree is rebuilt from these very record hashes, so an entry that has its hash has its leaf.
  return hash.equals(entry.record_hash) ? undefined : 'the entry was changed';
}
