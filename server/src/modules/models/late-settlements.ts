// Settlements that failed are tried again for half a minute; what fails longer is the sweeper's to close.
import { setTimeout as wait } from 'node:timers/promises';
import type { Ending } from './queries.ts';

export type LateSettlements = {
  /** Tries again later, unheard; beyond the bound it is left to the sweeper. */
  readonly add: (ending: Ending) => void;
};

/** About 30 s together. */
export const RETRY_DELAYS_MS: readonly number[] = [1_000, 2_000, 4_000, 8_000, 15_000];
const WAITING_MAX = 10_000;

/** `trySettle` never rejects and says whether there is nothing left to do. */
export function createLateSettlements(
  trySettle: (ending: Ending) => Promise<boolean>,
  delaysMs: readonly number[] = RETRY_DELAYS_MS,
): LateSettlements {
  let waiting = 0;
  async function tryAgain(ending: Ending): Promise<void> {
    waiting += 1;
    for (const delayMs of delaysMs) {
      // A server that stops waits for none of this: the sweeper is there.
      await wait(delayMs, undefined, { ref: false });
      if (await trySettle(ending)) break;
    }
    waiting -= 1;
  }
  return {
    add: (ending) => {
      if (waiting < WAITING_MAX) void tryAgain(ending);
    },
  };
}
