// Limits in this process alone: what holds while the shared store can't answer, and in tests.
//
// Bounded without forgetting. An entry whose burst is whole again says nothing, so it may be dropped; any other is kept,
// whatever arrives, because dropping it would hand its key a new burst, and a flood of fresh keys would do exactly that.
// When no entry can be dropped, a newcomer gets none: it draws from one of a fixed number of shared buckets, chosen by its
// hash, together with every other newcomer that falls there. A flood thus gets a fixed number of bursts in all, however
// many keys it invents; honest newcomers may be refused meanwhile, and known keys are served as before. A newcomer that
// later gets an entry starts from what its shared bucket had used, so that changing over forgives nothing.
import { type ClockUs, monotonicUs } from './clock.ts';
import { type Draft, draftOf, settle } from './gcra.ts';
import { type LimitStore, storedKey, type Taken, type Taking } from './limits.ts';

export type MemoryStore = LimitStore & {
  /** `take`, at once. */
  readonly takeNow: (takings: readonly Taking[]) => readonly Taken[];
  /** Learns from another store that this much of a key is used: the state only ever gets stricter. */
  readonly raise: (key: string, usedUs: number) => void;
  /** Keys with an entry of their own. */
  readonly size: () => number;
};

export type MemoryStoreOptions = {
  readonly clock?: ClockUs;
  readonly entriesMax?: number;
  readonly sharedBuckets?: number;
};

/** Entries looked at for a place when the store is full: bounds what a newcomer can cost. */
const LOOKED_AT_MAX = 16;

/** Throws RangeError for sizes below 1. About 15 MB when full at the default sizes. */
export function createMemoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  const { clock = monotonicUs, entriesMax = 100_000, sharedBuckets = 1_024 } = options;
  if (!(entriesMax >= 1 && sharedBuckets >= 1)) throw new RangeError('a store has room for at least one entry');
  const fullAt = new Map<string, number>();
  const shared = new Float64Array(sharedBuckets).fill(Number.NEGATIVE_INFINITY);
  let hand = fullAt.entries();

  /** Drops some entries that say nothing any more; the hand goes round, so every entry has its turn. */
  function hasRoom(now: number): boolean {
    for (let looked = 0; fullAt.size >= entriesMax && looked < LOOKED_AT_MAX; looked += 1) {
      const next = hand.next();
      if (next.done === true) hand = fullAt.entries();
      else if (next.value[1] <= now) fullAt.delete(next.value[0]);
    }
    return fullAt.size < entriesMax;
  }

  function write(key: string, until: number, now: number): void {
    if (fullAt.has(key) || hasRoom(now)) fullAt.set(key, until);
    else shared[bucketOf(key)] = Math.max(until, sharedUntil(key));
  }

  function takeOne(key: string, draft: Draft): Taken {
    const now = clock();
    const own = fullAt.get(key);
    const usedUs = Math.max((own ?? sharedUntil(key)) - now, 0);
    const settled = settle(usedUs, draft);
    // What a key without an entry took is mixed with what others took: giving back there would give away theirs.
    const isGivingAway = own === undefined && draft.costUs < 0;
    if (settled.usedUs !== usedUs && !isGivingAway) write(key, now + settled.usedUs, now);
    return settled.taken;
  }

  function takeNow(takings: readonly Taking[]): readonly Taken[] {
    const drafts = takings.map(draftOf);
    return drafts.map((draft, index) => takeOne(storedKey(takings[index]?.key ?? ''), draft));
  }

  function sharedUntil(key: string): number {
    return shared[bucketOf(key)] ?? Number.POSITIVE_INFINITY;
  }

  /** Keys are digests already, so their first bits are as good as another hash. */
  function bucketOf(key: string): number {
    return Buffer.from(key.slice(0, 8), 'base64url').readUInt32BE(0) % sharedBuckets;
  }

  return {
    take: async (takings) => takeNow(takings),
    takeNow,
    raise: (key, usedUs) => {
      const stored = storedKey(key);
      const now = clock();
      const until = now + usedUs;
      if (usedUs > 0 && until > (fullAt.get(stored) ?? sharedUntil(stored))) write(stored, until, now);
    },
    size: () => fullAt.size,
  };
}
