// Waits for what comes true a moment later, and says what never did.
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';

const PATIENCE_MS = 30_000;
const PAUSE_MS = 25;

/** Asks again and again, half a minute at most. */
export async function until(check: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = AbortSignal.timeout(PATIENCE_MS);
  while (!(await check())) {
    assert.ok(!deadline.aborted, `never: ${what}`);
    await wait(PAUSE_MS);
  }
}
