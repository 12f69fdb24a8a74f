// Open streams and caches end when what they rest on changes: they watch `epoch(org, kind)`, which the changing
// transaction raised, and they end as well when nobody can tell (fail closed).
import type { Lookup } from '#db/lookup.ts';

export type Epochs = {
  /**
   * Calls `onChange` whenever an epoch of the organization rose, and once soon after the start, since a change may have
   * come between the credential's look-up and the first reading. `unreadable` is the last call: nobody can tell any more.
   */
  readonly watch: (orgId: string, onChange: (why: 'changed' | 'unreadable') => void) => Disposable;
  readonly close: () => void;
};

type Watcher = {
  readonly orgId: string;
  readonly onChange: (why: 'changed' | 'unreadable') => void;
  seen: string | undefined;
};
type EpochRow = { readonly org_id: string; readonly kind: string; readonly value: string };

/** DESIGN: streams poll epochs at least every 500 ms. */
const POLL_MS = 300;
/** Two missed polls and a time-out stay within the second that a revocation may take. */
const MISSES_MAX = 2;

/** One query every 300 ms for all watched organizations together; none while nobody watches. */
export function watchEpochs(lookup: Lookup, pollMs = POLL_MS): Epochs {
  const watchers = new Set<Watcher>();
  let timer: NodeJS.Timeout | undefined;
  let misses = 0;

  const schedule = (): void => {
    if (timer === undefined && watchers.size > 0) timer = setTimeout(() => void poll(), pollMs);
  };

  const poll = async (): Promise<void> => {
    try {
      const orgs = [...new Set([...watchers].map((watcher) => watcher.orgId))];
      const rows = await within(pollMs, lookup<EpochRow>('read_epochs', [orgs], 'health'));
      misses = 0;
      compare(watchers, rows);
    } catch {
      misses += 1;
      if (misses >= MISSES_MAX) endAll(watchers);
    } finally {
      timer = undefined;
      schedule();
    }
  };

  return {
    watch: (orgId, onChange) => {
      const watcher: Watcher = { orgId, onChange, seen: undefined };
      watchers.add(watcher);
      schedule();
      return { [Symbol.dispose]: () => void watchers.delete(watcher) };
    },
    close: () => {
      clearTimeout(timer);
      watchers.clear();
    },
  };
}

function compare(watchers: ReadonlySet<Watcher>, rows: readonly EpochRow[]): void {
  const states = new Map<string, string>();
  for (const row of rows.toSorted((a, b) => (a.kind < b.kind ? -1 : 1))) {
    states.set(row.org_id, `${states.get(row.org_id) ?? ''}${row.kind}=${row.value};`);
  }
  const changed = [...watchers].filter((watcher) => {
    const state = states.get(watcher.orgId) ?? '';
    const isChanged = watcher.seen !== state;
    watcher.seen = state;
    return isChanged;
  });
  for (const watcher of changed) watcher.onChange('changed');
}

function endAll(watchers: Set<Watcher>): void {
  const ending = [...watchers];
  watchers.clear();
  for (const watcher of ending) watcher.onChange('unreadable');
}

function within<T>(timeoutMs: number, promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('time-out')), timeoutMs);
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
