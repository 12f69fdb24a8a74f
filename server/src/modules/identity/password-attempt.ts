// A try at a password: counted before it is looked at (ID3), and worth only as long as the password is the one it was right for.
import { hashPassword, verifyAgainstNothing, verifyPassword } from '#crypto/password.ts';
import type { Secret } from '#crypto/secret.ts';
import type { PersonTx } from '#db/scope.ts';
import type { CallerFacts } from '#kernel/context.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { beginAttempt, tooManyAttempts } from '#kernel/limits/attempt.ts';
import type { Tools } from '#kernel/tools.ts';
import { type AccountAttempt, beginLockableAttempt } from './account-lock.ts';
import { findCallersDevice } from './devices.ts';
import { findPasswordByEmail, hasPassword, replaceHash } from './queries.ts';

/** Whose password it was, and which: a reset may have come in between, so `acceptPassword` decides. */
export type ProvenPassword = {
  readonly userId: string;
  readonly version: number;
  /** The stored hash is weaker than those of today; this one takes its place. */
  readonly rehash?: { readonly from: string; readonly to: string };
};

type Attempted = { readonly email: string; readonly password: Secret<string> };
type Caller = Pick<CallerFacts, 'addressKey' | 'deviceToken'>;

/**
 * Failures count, not attempts; each is counted before the password is looked at, so parallel guesses don't pass. Undefined
 * for a wrong one, after the same work for unknown accounts. Throws `rate.exceeded`, and `server.busy` for a full queue.
 */
export async function tryPassword(
  tools: Tools,
  attempted: Attempted,
  caller: Caller,
): Promise<ProvenPassword | undefined> {
  const attempt = await beginTry(tools, attempted.email, caller);
  if (!attempt.ok) throw tooManyAttempts(attempt.retryAfterMs);
  const proven = await checkPassword(tools, attempted).catch(async (error: unknown) => {
    // Nobody looked at the password: a full queue or a silent database is no wrong one.
    await attempt.withdraw();
    throw error;
  });
  if (proven !== undefined) await attempt.succeed();
  return proven;
}

/**
 * Whether the password is still the one that was right; under `lockPerson`, or it may be another a moment later. Takes the
 * stronger hash, unless somebody was faster.
 */
export async function acceptPassword(tx: PersonTx, { version, rehash }: ProvenPassword): Promise<boolean> {
  if (!(await hasPassword(tx, version))) return false;
  if (rehash !== undefined) await replaceHash(tx, rehash.from, rehash.to);
  return true;
}

/**
 * A device that signed in to this account before has a budget of its own. Everybody else shares those of the account at their
 * address, of their address, and of the account wherever it is tried: the last locks it for all of them.
 */
async function beginTry(tools: Tools, email: string, { addressKey, deviceToken }: Caller): Promise<AccountAttempt> {
  const { account, address } = tools.signInFailures;
  const device = await findCallersDevice(tools, deviceToken);
  if (device !== undefined && device.email.toLowerCase() === email.toLowerCase()) {
    const own = await beginAttempt(tools.limits, [{ key: `sign_in:device:${device.id}`, limit: account }]);
    return own.ok ? { ...own, withdraw: own.succeed } : own;
  }
  const shared = await beginAttempt(tools.limits, [
    { key: `sign_in:${email.toLowerCase()}:${addressKey}`, limit: account },
    { key: `sign_in:${addressKey}`, limit: address },
  ]);
  if (!shared.ok) return shared;
  const lockable = await beginLockableAttempt(tools, email).catch(async (error: unknown) => {
    await shared.succeed();
    throw error;
  });
  if (!lockable.ok) {
    await shared.succeed();
    return lockable;
  }
  return {
    ok: true,
    succeed: async () => void (await Promise.all([shared.succeed(), lockable.succeed()])),
    withdraw: async () => void (await Promise.all([shared.succeed(), lockable.withdraw()])),
  };
}

async function checkPassword(tools: Tools, { email, password }: Attempted): Promise<ProvenPassword | undefined> {
  const account = await findPasswordByEmail(tools.lookup, email);
  const result =
    account === undefined || account.status !== 'active'
      ? await verifyAgainstNothing(tools.passwords, password)
      : await verifyPassword(tools.passwords, account.hash, password);
  if (!result.ok && result.reason === 'busy') throw kernelErrors['server.busy']({ headers: { 'retry-after': '2' } });
  if (!result.ok || account === undefined) return undefined;
  const { user_id: userId, version, hash: from } = account;
  const rehashed = result.needsRehash ? await hashPassword(tools.passwords, password) : undefined;
  // Where too many wait, the next sign-in does it.
  return { userId, version, ...(rehashed?.ok === true ? { rehash: { from, to: rehashed.phc } } : {}) };
}
