// Walking one stream's chain: each entry is hashed again, must follow from the one before, and the last must be the head.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AuditKeys } from '#kernel/tools.ts';
import { hashRecord, streamPseudonym } from './leaf.ts';
import { type PackedEntry, unpackEntry } from './packed-entry.ts';
import type { Head } from './queries.ts';

/** One stream as it stands in the database. */
export type ChainReader = {
  readonly head: () => Promise<Head | undefined>;
  /** At most `limit` entries after a place, oldest first, packed. */
  readonly stretch: (afterSeq: number, limit: number) => Promise<readonly string[]>;
};

export type Fault = { readonly at: number; readonly reason: string };
export type Walked = { readonly through: number; readonly fault: Fault | undefined };

/** Hashed in one go, which takes this thread some ten milliseconds. */
const STRETCH = 2_000;

/**
 * Up to the head as it was when the walk began: what the sequencer adds meanwhile is the next walk's. A stretch is hashed
 * while the next one is read.
 */
export async function walkChain(reader: ChainReader, keys: AuditKeys): Promise<Walked> {
  const head = await reader.head();
  if (head === undefined) return walkWithoutHead(reader);
  const pseudonym = streamPseudonym(keys.pseudonymKey, head);
  const last = Number(head.seq);
  const readAfter = (seq: number): Promise<readonly string[]> => reader.stretch(seq, Math.min(STRETCH, last - seq));
  let walked: Link = { through: 0, previous: Buffer.alloc(32), fault: undefined };
  for (let stretch = await readAfter(0); walked.through < last;) {
    const [here, from] = [stretch, walked];
    const reading = here.length < last - from.through ? readAfter(from.through + here.length) : Promise.resolve([]);
    const hashing = nextTurn().then(() => walkStretch(pseudonym, here, from));
    // Both have ended before the failure of one ends the transaction they read in.
    await Promise.allSettled([reading, hashing]);
    walked = await hashing;
    if (walked.fault !== undefined) return walked;
    stretch = await reading;
  }
  const isWhole = head.record_hash.equals(walked.previous);
  const { through } = walked;
  return { through, fault: isWhole ? undefined : { at: last, reason: 'the chain does not end at its head' } };
}

type Link = Walked & { readonly previous: Buffer };

function walkStretch(pseudonym: Buffer, stretch: readonly string[], from: Link): Link {
  let { through, previous } = from;
  if (stretch.length === 0) return { through, previous, fault: { at: through + 1, reason: 'an entry is missing' } };
  for (const packed of stretch) {
    const entry = checkEntry(pseudonym, packed, through + 1, previous);
    if (typeof entry === 'string') return { through, previous, fault: { at: through + 1, reason: entry } };
    through += 1;
    previous = entry.record_hash;
  }
  return { through, previous, fault: undefined };
}

/** A chain that has not begun has neither head nor entry. The first entry and the head come in one commit, so it is asked again. */
async function walkWithoutHead(reader: ChainReader): Promise<Walked> {
  const hasEntries = (await reader.stretch(0, 1)).length > 0;
  const isLost = hasEntries && (await reader.head()) === undefined;
  return { through: 0, fault: isLost ? { at: 1, reason: 'the chain has lost its head' } : undefined };
}

const CHANGED = 'the entry was changed';

/** The entry, or what is wrong with it. */
function checkEntry(pseudonym: Buffer, packed: string, expectedSeq: number, previous: Buffer): PackedEntry | string {
  const entry = unpackEntry(packed);
  if (entry === undefined) return CHANGED;
  if (entry.seq !== expectedSeq) return 'an entry is missing';
  if (!entry.previous_hash.equals(previous)) return 'it does not follow from the entry before';
  const hash = hashRecord(pseudonym, entry, { seq: expectedSeq, previousHash: previous, salt: entry.salt });
  // The tree is rebuilt from these very record hashes, so an entry that has its hash has its leaf.
  return hash.equals(entry.record_hash) ? entry : CHANGED;
}
