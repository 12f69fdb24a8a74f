// Waits for work, but not forever, and leaves no timer behind that would keep the process from ending.
import { setTimeout as wait } from 'node:timers/promises';

/** Whether the work settles, either way, within `timeoutMs`. Never rejects. */
export async function settlesWithin(work: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  const controller = new AbortController();
  const settled = work.then(
    () => true,
    () => true,
  );
  const late = wait(timeoutMs, false, { signal: controller.signal }).catch(() => false);
  const inTime = await Promise.race([settled, late]);
  controller.abort();
  return inTime;
}
