// What a rate limit is, and the one question every store answers: may this key take so much now?
import { sha256Base64Url } from '#crypto/hash.ts';

/** `burst` at once, then `perMinute`. One key is always asked with one limit: the key names the rule, not only the caller. */
export type Limit = { readonly perMinute: number; readonly burst: number };

/**
 * cost > 0 takes that many, all or none · 0 looks: would one more be allowed? · < 0 gives back what an earlier taking took.
 *
 * To count failures only, take before the attempt and give back after a success. Looking first and taking after the
 * failure lets any number of parallel attempts pass between the two.
 */
export type Taking = { readonly key: string; readonly limit: Limit; readonly cost: number };

export type Taken = {
  readonly allowed: boolean;
  /** Whole units left now. */
  readonly remaining: number;
  /** 0 when allowed; how long the same taking stays refused if nobody else takes; Infinity when its cost exceeds the burst. */
  readonly retryAfterMs: number;
  /** Until the whole burst is there again. */
  readonly resetMs: number;
};

export type LimitStore = {
  /**
   * One answer for each taking, in order; each is decided on its own, so a refused one does not undo the others. Throws
   * RangeError for a limit or cost that means nothing, and rejects when the store can't answer, which is never an allowance.
   */
  readonly take: (takings: readonly Taking[]) => Promise<readonly Taken[]>;
};

/**
 * The form of a key that stores keep: 43 characters whatever came in, so a key made of a caller's input costs no more
 * room than another. Every store applies it at its door.
 */
export function storedKey(key: string): string {
  const known = storedKeys.get(key);
  if (known !== undefined) return known;
  const stored = sha256Base64Url(key);
  if (key.length > KEPT_LENGTH_MAX) return stored;
  if (storedKeys.size >= KEPT_KEYS_MAX) storedKeys.clear();
  storedKeys.set(key, stored);
  return stored;
}

/** Of callers who come again and again, five a call; a flood of new keys makes it forget, not grow. */
const storedKeys = new Map<string, string>();
const KEPT_KEYS_MAX = 5_000;
const KEPT_LENGTH_MAX = 128;
