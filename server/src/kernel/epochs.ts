// Open streams and caches end when what they rest on changes: they watch `epoch(org, kind)`, which the changing
// transaction raised, and they end as well when nobody can tell (fail closed).
import type { Lookup } from '#db/lookup.ts';
import { createRoster, type Roster } from '#outbound/roster.ts';
import { within } from './within.ts';

export type Epochs = {
  /**
   * Calls `onChange` whenever an epoch of the organization rose, counted from the credential's look-up on: what changed
   * before the first reading is told by it. `unreadable` is the last call: nobody can tell any more.
   */
  readonly watch: (since: LookedUp, onChange: (why: 'changed' | 'unreadable') => void) => Disposable;
  readonly close: () => void;
};

/** An organization, and its epochs as `epoch_of` writes them, in the moment a credential of it was looked up. */
export type LookedUp = { readonly orgId: string; readonly epoch: string };

type Watcher = {
  readonly orgId: string;
  readonly onChange: (why: 'changed' | 'unreadable') => void;
  seen: string;
};
type EpochRow = { readonly org_id: string; readonly kind: string; readonly value: string };

/** DESIGN: streams poll epochs at least every 500 ms. */
const POLL_MS = 300;
/** Two missed polls and a time-out stay within the second that a revocation may take. */
const MISSES_MAX = 2;

/** One query every 300 ms for all watched organizations together; none while nobody watches. */
export function watchEpochs(lookup: Lookup, pollMs = POLL_MS): Epochs {
  const watchers = createRoster<Watcher>();
  let timer: NodeJS.Timeout | undefined;
  let misses = 0;

  const schedule = (): void => {
    if (timer === undefined && !watchers.isEmpty()) timer = setTimeout(() => void poll(), pollMs);
  };

  const poll = async (): Promise<void> => {
    try {
      const orgs = [...new Set(watchers.members().map((watcher) => watcher.orgId))];
      const rows = await within(lookup<EpochRow>('read_epochs', [orgs], 'health'), pollMs, () => new Error('time-out'));
      misses = 0;
      compare(watchers.members(), rows);
    } catch {
      misses += 1;
      if (misses >= MISSES_MAX) endAll(watchers);
    } finally {
      timer = undefined;
      schedule();
    }
  };

  return {
    watch: ({ orgId, epoch }, onChange) => {
      const place = watchers.join({ orgId, onChange, seen: epoch });
      schedule();
      return { [Symbol.dispose]: () => watchers.leave(place) };
    },
    close: () => {
      clearTimeout(timer);
      watchers.clear();
    },
  };
}

function compare(watchers: readonly Watcher[], rows: readonly EpochRow[]): void {
  const states = new Map<string, string>();
  for (const row of rows.toSorted((a, b) => (a.kind < b.kind ? -1 : 1))) {
    const before = states.get(row.org_id);
    states.set(row.org_id, `${before === undefined ? '' : `${before},`}${row.kind}${row.value}`);
  }
  const changed = watchers.filter((watcher) => {
    const state = states.get(watcher.orgId) ?? '';
    const isChanged = watcher.seen !== state;
    watcher.seen = state;
    return isChanged;
  });
  for (const watcher of changed) watcher.onChange('changed');
}

function endAll(watchers: Roster<Watcher>): void {
  for (const watcher of watchers.clear()) watcher.onChange('unreadable');
}
