// How much mail one address or one person can cause, so that nobody's mailbox is flooded through us.
import { tooManyAttempts } from '#kernel/limits/attempt.ts';
import type { Limit } from '#kernel/limits/limits.ts';
import type { Tools } from '#kernel/tools.ts';

/** Three at once, then one every twenty minutes. */
const MAILS: Limit = { perMinute: 0.05, burst: 3 };

/** Whether an address that somebody typed may get one more. The same question for known and unknown ones. */
export async function mayMailTo(tools: Pick<Tools, 'limits'>, email: string): Promise<boolean> {
  const [taken] = await tools.limits.take([{ key: `mail:address:${email.toLowerCase()}`, limit: MAILS, cost: 1 }]);
  return taken?.allowed === true;
}

/** Whether a person may be told once more of a new device; beyond this nobody would read it. */
export async function mayMailNews(tools: Pick<Tools, 'limits'>, userId: string): Promise<boolean> {
  const [taken] = await tools.limits.take([{ key: `mail:news:${userId}`, limit: MAILS, cost: 1 }]);
  return taken?.allowed === true;
}

/** Throws 429 when somebody who is signed in has caused enough. */
export async function demandMailBudget(tools: Pick<Tools, 'limits'>, userId: string): Promise<void> {
  const [taken] = await tools.limits.take([{ key: `mail:person:${userId}`, limit: MAILS, cost: 1 }]);
  if (taken?.allowed === true) return;
  throw tooManyAttempts(taken?.retryAfterMs ?? 60_000);
}
