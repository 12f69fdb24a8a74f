// A try at a password: counted before it is looked at (ID3), and worth only as long as the password is the one it was right for.
import { verifyAgainstNothing, verifyPassword } from '#crypto/password.ts';
import type { Secret } from '#crypto/secret.ts';
import type { CallerFacts } from '#kernel/context.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { beginAttempt } from '#kernel/limits/attempt.ts';
import type { Tools } from '#kernel/tools.ts';
import { findPasswordByEmail } from './queries.ts';

/** Whose password it was. The hash is to be compared under the person's lock: a reset may have come in between. */
export type ProvenPassword = { readonly userId: string; readonly passwordHash: string };

type Attempted = { readonly email: string; readonly password: Secret<string> };

/**
 * Failures count, not attempts; each is counted before the password is looked at, so parallel guesses don't pass. Undefined
 * for a wrong one, after the same work for unknown accounts. Throws `rate.exceeded`, and `server.busy` for a full queue.
 */
export async function tryPassword(
  tools: Tools,
  attempted: Attempted,
  { addressKey }: Pick<CallerFacts, 'addressKey'>,
): Promise<ProvenPassword | undefined> {
  const attempt = await beginAttempt(tools.limits, [
    { key: `sign_in:${attempted.email.toLowerCase()}:${addressKey}`, limit: tools.signInFailures.account },
    { key: `sign_in:${addressKey}`, limit: tools.signInFailures.address },
  ]);
  if (!attempt.ok) throw tooManyFailures(attempt.retryAfterMs);
  const proven = await checkPassword(tools, attempted).catch(async (error: unknown) => {
    // Nobody looked at the password: a full queue or a silent database is no wrong one.
    await attempt.succeed();
    throw error;
  });
  if (proven !== undefined) await attempt.succeed();
  return proven;
}

async function checkPassword(tools: Tools, { email, password }: Attempted): Promise<ProvenPassword | undefined> {
  const account = await findPasswordByEmail(tools.lookup, email);
  const result =
    account === undefined || account.status !== 'active'
      ? await verifyAgainstNothing(tools.passwords, password)
      : await verifyPassword(tools.passwords, account.hash, password);
  if (!result.ok && result.reason === 'busy') throw kernelErrors['server.busy']({ headers: { 'retry-after': '2' } });
  return result.ok && account !== undefined ? { userId: account.user_id, passwordHash: account.hash } : undefined;
}

function tooManyFailures(retryAfterMs: number) {
  return kernelErrors['rate.exceeded']({
    headers: { 'retry-after': String(Math.max(1, Math.ceil(retryAfterMs / 1_000))) },
  });
}
