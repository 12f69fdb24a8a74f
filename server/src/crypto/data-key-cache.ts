// Keeps unwrapped data keys for minutes, so that sealing doesn't call the key provider, and zeroes them when they leave.
import { monotonicMs as monotonic } from './clock.ts';
import { eraseSecret, type Secret } from './secret.ts';

const ttlSecondsMax = 600;
const sweepMsMax = 60_000;
const attemptsMax = 8;

export interface DataKeyCacheOptions {
  /** More than 0, at most 600: the time a key lives on after its provider refuses it. */
  readonly ttlSeconds: number;
  readonly entriesMax: number;
  /** A monotonic clock; with a wall clock set back, keys would outlive their time. */
  readonly monotonicMs?: () => number;
}

export type LoadedKey<F extends string> =
  | { readonly ok: true; readonly key: Secret<Uint8Array> }
  | { readonly ok: false; readonly reason: F };

export type UseResult<T, F extends string> =
  | { readonly ok: true; readonly value: T }
  /** `evicted`: the key was taken out again and again while it was being loaded. */
  | { readonly ok: false; readonly reason: F | 'evicted' };

export interface DataKeyCache {
  /**
   * Runs synchronous work with a key, loading it at most once for all who wait. The work must not keep the key: it is
   * zeroed on eviction, and a key revealed after that throws. Failures aren't cached; an error of `load` is passed on.
   */
  use<T, F extends string>(
    dataKeyId: string,
    load: () => Promise<LoadedKey<F>>,
    work: (key: Secret<Uint8Array>) => T,
  ): Promise<UseResult<T, F>>;
  /** The key if it is here and fresh, for use in this turn. */
  find(dataKeyId: string): Secret<Uint8Array> | undefined;
  /** Forgets and zeroes a key, also one being loaded now: for retired and destroyed keys. */
  evict(dataKeyId: string): void;
  /** Forgets and zeroes every expired key; runs by itself at least once a minute. */
  sweep(): void;
  stats(): { readonly entries: number };
  /** Forgets and zeroes everything and stops sweeping. */
  [Symbol.dispose](): void;
}

interface Entry {
  readonly key: Secret<Uint8Array>;
  readonly expiresAtMs: number;
}

interface Flight {
  /** Tells this load from a later one of the same key. */
  readonly ticket: object;
  readonly result: Promise<LoadedKey<string>>;
}

/** Throws RangeError for options out of range. */
export function createDataKeyCache(options: DataKeyCacheOptions): DataKeyCache {
  const { ttlSeconds, entriesMax, monotonicMs = monotonic } = options;
  if (!(ttlSeconds > 0 && ttlSeconds <= ttlSecondsMax)) throw new RangeError('ttlSeconds is above 0 and at most 600');
  if (!Number.isSafeInteger(entriesMax) || entriesMax < 1) throw new RangeError('entriesMax is at least 1');
  const store = createStore(entriesMax, ttlSeconds * 1_000, monotonicMs);
  let isDisposed = false;
  const flights = new Map<string, Flight>();
  const timer = setInterval(store.sweep, Math.min(ttlSeconds * 1_000, sweepMsMax)).unref();

  async function loadInto<F extends string>(id: string, ticket: object, load: () => Promise<LoadedKey<F>>) {
    const loaded = await load();
    // Evicted while loading: what arrives now may be a key that has just been destroyed.
    if (loaded.ok && flights.get(id)?.ticket === ticket) store.put(id, loaded.key);
    else if (loaded.ok) eraseSecret(loaded.key);
    return loaded;
  }

  function loadOnce<F extends string>(id: string, load: () => Promise<LoadedKey<F>>): Promise<LoadedKey<string>> {
    const present = flights.get(id);
    if (present !== undefined) return present.result;
    const ticket = {};
    const result = loadInto(id, ticket, load).finally(() => {
      if (flights.get(id)?.ticket === ticket) flights.delete(id);
    });
    flights.set(id, { ticket, result });
    return result;
  }

  async function use<T, F extends string>(
    id: string,
    load: () => Promise<LoadedKey<F>>,
    work: (key: Secret<Uint8Array>) => T,
  ): Promise<UseResult<T, F>> {
    for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
      if (isDisposed) throw new Error('the data key cache is closed');
      const key = store.find(id);
      if (key !== undefined) return { ok: true, value: work(key) };
      const loaded = await loadOnce(id, load);
      // A load shared with another caller fails for that caller's reason; one cache has loaders of one kind.
      if (!loaded.ok) return { ok: false, reason: loaded.reason as F };
    }
    return { ok: false, reason: 'evicted' };
  }

  return {
    use,
    find: store.find,
    evict: (id) => {
      flights.delete(id);
      store.drop(id);
    },
    sweep: store.sweep,
    stats: () => ({ entries: store.size() }),
    [Symbol.dispose]: () => {
      isDisposed = true;
      clearInterval(timer);
      flights.clear();
      store.clear();
    },
  };
}

/** The entries, least recently used first. */
function createStore(entriesMax: number, ttlMs: number, monotonicMs: () => number) {
  const entries = new Map<string, Entry>();

  function drop(id: string): void {
    const entry = entries.get(id);
    if (entry !== undefined) eraseSecret(entry.key);
    entries.delete(id);
  }

  function find(id: string): Secret<Uint8Array> | undefined {
    const entry = entries.get(id);
    if (entry === undefined) return undefined;
    if (monotonicMs() >= entry.expiresAtMs) {
      drop(id);
      return undefined;
    }
    entries.delete(id);
    entries.set(id, entry);
    return entry.key;
  }

  function put(id: string, key: Secret<Uint8Array>): void {
    drop(id);
    entries.set(id, { key, expiresAtMs: monotonicMs() + ttlMs });
    for (const oldest of entries.keys()) {
      if (entries.size <= entriesMax) return;
      drop(oldest);
    }
  }

  function sweep(): void {
    const now = monotonicMs();
    for (const [id, entry] of entries) if (now >= entry.expiresAtMs) drop(id);
  }

  function clear(): void {
    for (const id of entries.keys()) drop(id);
  }

  return { drop, find, put, sweep, clear, size: () => entries.size };
}
