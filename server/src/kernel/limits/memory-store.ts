// Limits in this process alone: what holds while the shared store can't answer.
//
// Bounded without forgetting. An entry whose burst is whole again says nothing, so it may be dropped; any other is kept,
// whatever arrives, because dropping it would hand its key a new burst, and a flood of fresh keys would do exactly that.
// When no entry can be dropped, a newcomer gets none: it draws from one of a fixed number of shared buckets, chosen by its
// hash, together with every other newcomer that falls there. A flood thus gets a fixed number of bursts in all, however
// many keys it invents; honest newcomers may be refused meanwhile, and known keys are served as before. A newcomer that
// later gets an entry starts from what its shared bucket had used, so that changing over forgives nothing.
import { type ClockUs, monotonicUs } from './clock.ts';
import { type Draft, draftOf, paceOf, settle, takenOf } from './gcra.ts';
import { type Limit, type LimitStore, storedKey, type Taken, type Taking } from './limits.ts';

export type MemoryStore = LimitStore & {
  /** `take`, at once. */
  readonly takeNow: (takings: readonly Taking[]) => readonly Taken[];
  /** Learns from another store that this much of a key's burst is used: the state only ever gets stricter. */
  readonly raise: (key: string, limit: Limit, usedUs: number) => void;
  /** Keys with an entry of their own. */
  readonly size: () => number;
};

export type MemoryStoreOptions = {
  readonly clock?: ClockUs;
  readonly entriesMax?: number;
  /** Shared buckets for each magnitude of window. */
  readonly sharedBuckets?: number;
};

/**
 * Entries looked at for a place when the store is full: a few microseconds, which bounds what a newcomer can cost. When none
 * of these is free although another may be, the newcomer is served from a shared bucket: stricter, never looser.
 */
const LOOKED_AT_MAX = 128;

/** Holds about 15 MB when full at the default sizes. Throws RangeError for a size below 1. */
export function createMemoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  const { clock = monotonicUs, entriesMax = 100_000, sharedBuckets = 1_024 } = options;
  if (!(entriesMax >= 1)) throw new RangeError('a store has room for at least one entry');
  const entries = new Map<string, number>();
  const shared = createSharedBuckets(sharedBuckets);
  let hand = entries.entries();

  /** Drops some entries that say nothing any more; the hand goes round, so every entry has its turn. */
  function hasRoom(now: number): boolean {
    for (let looked = 0; entries.size >= entriesMax && looked < LOOKED_AT_MAX; looked += 1) {
      const next = hand.next();
      if (next.done === true) hand = entries.entries();
      else if (next.value[1] <= now) entries.delete(next.value[0]);
    }
    return entries.size < entriesMax;
  }

  function write(key: string, windowUs: number, until: number, now: number): void {
    if (entries.has(key) || hasRoom(now)) entries.set(key, until);
    else shared.raise(key, windowUs, until);
  }

  function takeOne(key: string, draft: Draft): Taken {
    const now = clock();
    const own = entries.get(key);
    const usedUs = Math.max((own ?? shared.until(key, draft.windowUs)) - now, 0);
    // What a key without an entry took is mixed with what others took: giving back there would give away theirs.
    if (own === undefined && draft.costUs < 0) return takenOf(Math.min(usedUs, draft.windowUs), 0, draft);
    const settled = settle(usedUs, draft);
    if (settled.usedUs !== usedUs) write(key, draft.windowUs, now + settled.usedUs, now);
    return settled.taken;
  }

  function takeNow(takings: readonly Taking[]): readonly Taken[] {
    // All are checked before the first takes.
    const asked = takings.map((taking) => ({ key: storedKey(taking.key), draft: draftOf(taking) }));
    return asked.map(({ key, draft }) => takeOne(key, draft));
  }

  function raise(key: string, limit: Limit, usedUs: number): void {
    const stored = storedKey(key);
    const { windowUs } = paceOf(limit);
    const now = clock();
    const until = now + usedUs;
    if (usedUs > 0 && until > (entries.get(stored) ?? shared.until(stored, windowUs)))
      write(stored, windowUs, until, now);
  }

  return { take: async (takings) => takeNow(takings), takeNow, raise, size: () => entries.size };
}

type SharedBuckets = {
  readonly until: (key: string, windowUs: number) => number;
  readonly raise: (key: string, windowUs: number, until: number) => void;
};

/** Windows of one magnitude share, so that a rule by the hour, used up, does not close one by the second for an hour. */
function createSharedBuckets(count: number): SharedBuckets {
  if (!(Number.isSafeInteger(count) && count >= 1)) throw new RangeError('newcomers need at least one shared bucket');
  const byMagnitude = new Map<number, Float64Array>();
  // Keys are digests, so their first bits are as good as another hash.
  const placeOf = (key: string): number => Buffer.from(key.slice(0, 8), 'base64url').readUInt32BE(0) % count;
  const until = (key: string, windowUs: number): number =>
    byMagnitude.get(Math.clz32(windowUs / 1_000))?.[placeOf(key)] ?? Number.NEGATIVE_INFINITY;
  return {
    until,
    raise: (key, windowUs, to) => {
      const magnitude = Math.clz32(windowUs / 1_000);
      const buckets = byMagnitude.get(magnitude) ?? new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
      byMagnitude.set(magnitude, buckets);
      buckets[placeOf(key)] = Math.max(until(key, windowUs), to);
    },
  };
}
