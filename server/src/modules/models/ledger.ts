// Intents and endings of model calls, many in one commit: one-by-one admission would cap the gateway at the disk's pace.
import { DatabaseError } from '#db/errors.ts';
import { createBatches } from '#kernel/limits/batches.ts';
import type { Tools } from '#kernel/tools.ts';
import { admitCalls, type Ending, type Intent, settleCalls } from './queries.ts';

export type Ledger = {
  readonly admit: (intent: Intent) => Promise<void>;
  readonly settle: (ending: Ending) => Promise<void>;
};

const ledgers = new WeakMap<Tools, Ledger>();
const BATCH_MAX = 500;
const WAITING_MAX = 20_000;
const TRIP_MS_MAX = 3_000;

/** The ledger of a running server; intents and endings have separate trips, so that neither waits behind the other. */
export function ledgerOf(tools: Tools): Ledger {
  let ledger = ledgers.get(tools);
  if (ledger === undefined) {
    const admissions = createBatches(
      batchOptions('admission', (intents: readonly Intent[]) => admitCalls(tools.lookup, intents)),
    );
    const settlements = createBatches(
      batchOptions('settlement', (endings: readonly Ending[]) => settleCalls(tools.lookup, endings)),
    );
    ledger = {
      admit: async (intent) => void (await admissions.run([intent])),
      settle: async (ending) => void (await settlements.run([ending])),
    };
    ledgers.set(tools, ledger);
  }
  return ledger;
}

function batchOptions<I>(name: string, send: (items: readonly I[]) => Promise<void>) {
  return {
    itemsMax: BATCH_MAX,
    waitingMax: WAITING_MAX,
    timeoutMs: TRIP_MS_MAX,
    failure: (detail: string) => new DatabaseError('unavailable', { detail: `model call ${name}: ${detail}` }),
    trip: async (items: readonly I[]) => {
      await send(items);
      return items.map(() => true);
    },
  };
}
