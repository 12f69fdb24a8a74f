// What this process was told about refused keys, so that a caller over its limit costs no trip until that can have changed.
import { type Draft, settle } from './gcra.ts';
import type { Taken } from './limits.ts';

export type KnownDenials = {
  /** The refusal the store would give now, or undefined when it has to be asked. */
  readonly find: (key: string, draft: Draft, now: number) => Taken | undefined;
  /** The store answered for this key, whose burst is whole again at `until`. Kept when refused, or when kept already. */
  readonly learn: (key: string, until: number, isRefused: boolean) => void;
  readonly forget: (key: string) => void;
};

/**
 * Keeps the last `entriesMax` / 2 to `entriesMax` keys, on the caller's clock. Forgetting one is harmless here: it is asked
 * for again.
 */
export function createKnownDenials(entriesMax: number): KnownDenials {
  let recent = new Map<string, number>();
  let older = new Map<string, number>();
  return {
    find: (key, draft, now) => {
      const until = recent.get(key) ?? older.get(key);
      if (until === undefined || draft.costUs < 0) return undefined;
      const { taken } = settle(until - now, draft);
      return taken.allowed ? undefined : taken;
    },
    learn: (key, until, isRefused) => {
      if (!isRefused && !recent.has(key) && !older.has(key)) return;
      recent.set(key, until);
      if (recent.size < entriesMax / 2) return;
      older = recent;
      recent = new Map();
    },
    forget: (key) => {
      recent.delete(key);
      older.delete(key);
    },
  };
}
