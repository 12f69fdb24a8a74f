// The lock of an account after failures from anywhere (ID3). Counted in the database, for addresses without an account alike.
import { hmacSha256 } from '#crypto/hash.ts';
import type { Attempt } from '#kernel/limits/attempt.ts';
import type { Tools } from '#kernel/tools.ts';
import { beginAccountAttempt, settleAccountAttempt } from './lock-queries.ts';

/** So many failures within 15 minutes lock the account: for 5 minutes, then 10, 20, 40 and 60. */
const FAILURES_MAX = 10;

export type AccountAttempt =
  | (Extract<Attempt, { readonly ok: true }> & {
      /** Call it instead when nobody looked at the attempt. */
      readonly withdraw: () => Promise<void>;
    })
  | Extract<Attempt, { readonly ok: false }>;

/** Counts an attempt as a failure before it is made, unless the account is locked. */
export async function beginLockableAttempt(
  tools: Pick<Tools, 'lookup' | 'keyring' | 'signInFailures'>,
  email: string,
): Promise<AccountAttempt> {
  if (isProbe(email)) return { ok: true, succeed: async () => undefined, withdraw: async () => undefined };
  const key = lockKeyOf(tools, email);
  const { attempt, retry_seconds: seconds } = await beginAccountAttempt(
    tools.lookup,
    key,
    tools.signInFailures.toLock ?? FAILURES_MAX,
  );
  if (attempt === null) return { ok: false, retryAfterMs: seconds * 1_000 };
  return {
    ok: true,
    succeed: () => settleAccountAttempt(tools.lookup, key, attempt, true),
    withdraw: () => settleAccountAttempt(tools.lookup, key, attempt, false),
  };
}

/**
 * The installation's own probes, whose addresses stand in our source and whose passwords are keys of 256 bits. Nobody guesses
 * those, and a stranger who locked them would keep the controls from looking. RFC 2606 section 2: nobody else is there.
 */
export function isProbe(email: string): boolean {
  return email.toLowerCase().endsWith('@probe.invalid');
}

/** What an account is counted under, whether it exists or not. */
export function lockKeyOf({ keyring }: Pick<Tools, 'keyring'>, email: string): Buffer {
  return hmacSha256(keyring.lookupKey('account_lock'), email.toLowerCase());
}
