// Intents and endings of model calls, many in one commit: one-by-one admission would cap the gateway at the disk's pace.
import { DatabaseError } from '#db/errors.ts';
import type { Lookup } from '#db/lookup.ts';
import { createBatches } from '#kernel/limits/batches.ts';
import { StandingLost } from '#kernel/known-callers.ts';
import type { Actor, Standing } from '#kernel/principal.ts';
import type { Tools } from '#kernel/tools.ts';
import { isRefusedStatement, type Outcome, sendIsolating } from './isolate-failures.ts';
import { createLateSettlements } from './late-settlements.ts';
import { type Admission, admitCalls, type Ending, type Intent, settleCalls } from './queries.ts';

export type Ledger = {
  /**
   * Records the intent durably. One that fails and may yet be recorded is closed as failed. Throws StandingLost, with
   * nothing recorded, when the caller's key does not stand any more as it did when `standing` was looked up.
   */
  readonly admit: (intent: Intent, actor: Actor, standing?: Standing) => Promise<void>;
  /** Closes a call. Rejects when that failed; unless the database refuses the ending itself it is tried again later. */
  readonly settle: (ending: Ending) => Promise<void>;
};

export type LedgerOptions = {
  readonly lookup: Lookup;
  readonly newId: () => string;
  readonly tripMsMax?: number;
  readonly retryDelaysMs?: readonly number[];
};

const ledgers = new WeakMap<Tools, Ledger>();
const BATCH_MAX = 500;
const WAITING_MAX = 20_000;
const TRIP_MS_MAX = 3_000;
/** The caller has its reply when a call is settled: a moment later costs nobody anything, and a full trip less a call. */
const SETTLE_GATHER_MS = 5;

/** The ledger of a running server. */
export function ledgerOf(tools: Tools): Ledger {
  let ledger = ledgers.get(tools);
  if (ledger === undefined) ledgers.set(tools, (ledger = createLedger({ lookup: tools.lookup, newId: tools.newId })));
  return ledger;
}

/** Intents and endings have separate trips, so that neither waits behind the other. */
export function createLedger({ lookup, newId, tripMsMax = TRIP_MS_MAX, retryDelaysMs }: LedgerOptions): Ledger {
  const admit = createTrips({ name: 'admission', timeoutMs: tripMsMax }, (admissions: readonly Admission[]) =>
    admitCalls(lookup, admissions),
  );
  const settle = createTrips(
    { name: 'settlement', timeoutMs: tripMsMax, gatherMs: SETTLE_GATHER_MS },
    (endings: readonly Ending[]) => settleCalls(lookup, endings),
  );
  const again = createLateSettlements(async (ending) => {
    const outcome = await settle(ending);
    return outcome.ok || isRefusedStatement(outcome.error);
  }, retryDelaysMs);
  // Nobody knows when such a call is recorded, if ever: not to find it is no end.
  const abandoned = createLateSettlements(async (ending) => {
    const outcome = await settle(ending);
    return outcome.ok ? outcome.answer : isRefusedStatement(outcome.error);
  }, retryDelaysMs);
  return {
    admit: async (intent, actor, standing) => {
      const outcome = await admit({ id: intent.id, intent, standing });
      if (outcome.ok && !outcome.answer) throw new StandingLost();
      if (outcome.ok) return;
      if (outcome.isUncertain) abandoned.add(endingOfAbandoned(intent, actor, newId()));
      throw outcome.error;
    },
    settle: async (ending) => {
      const outcome = await settle(ending);
      if (outcome.ok) return;
      if (!isRefusedStatement(outcome.error)) again.add(ending);
      throw outcome.error;
    },
  };
}

/** One item goes with others and comes back with its own outcome; never rejects. */
function createTrips<I extends { readonly id: string }, A>(
  { name, ...times }: { readonly name: string; readonly timeoutMs: number; readonly gatherMs?: number },
  send: (items: readonly I[]) => Promise<readonly A[]>,
): (item: I) => Promise<Outcome<A>> {
  const underWay = new Set<string>();
  const batches = createBatches({
    itemsMax: BATCH_MAX,
    waitingMax: WAITING_MAX,
    ...times,
    failure: (detail) => new DatabaseError('unavailable', { detail: `model call ${name}: ${detail}` }),
    trip: async (items: readonly I[]) => {
      for (const { id } of items) underWay.add(id);
      const outcomes = await sendIsolating(items, send);
      for (const { id } of items) underWay.delete(id);
      return outcomes;
    },
  });
  return (item) =>
    batches.run([item]).then(
      (outcomes) => outcomes[0] ?? { ok: false, error: new DatabaseError('unavailable'), isUncertain: true },
      // A late trip goes on, and may yet commit; one that never began will not.
      (error: unknown) => ({ ok: false, error, isUncertain: underWay.has(item.id) }),
    );
}

function endingOfAbandoned(intent: Intent, actor: Actor, eventId: string): Ending {
  return {
    org_id: intent.org_id,
    id: intent.id,
    event_id: eventId,
    actor,
    state: 'upstream_failed',
    status: null,
    input_tokens: 0,
    output_tokens: 0,
    estimated: false,
    duration_ms: 0,
  };
}
