// SQL of locked accounts: rows without a person, under keyed hashes of addresses, in reach of three functions alone.
import { sql } from 'kysely';
import type { Lookup } from '#db/lookup.ts';
import type { OrgTx, PersonTx, SystemTx } from '#db/scope.ts';

export type BegunAttempt = { readonly attempt: string | null; readonly retry_seconds: number };

export async function beginAccountAttempt(lookup: Lookup, key: Buffer, failuresMax: number): Promise<BegunAttempt> {
  const rows = await lookup<BegunAttempt>('begin_account_attempt', [key, failuresMax]);
  // No answer is no allowance.
  return rows[0] ?? { attempt: null, retry_seconds: 1 };
}

export async function settleAccountAttempt(
  lookup: Lookup,
  key: Buffer,
  attempt: string,
  wasRight: boolean,
): Promise<void> {
  await lookup('settle_account_attempt', [key, attempt, wasRight]);
}

/** Ends the lock of an account and forgets its failures; says whether it was locked. */
export async function unlockAccount(tx: PersonTx | OrgTx, key: Buffer): Promise<boolean> {
  const { rows } = await sql<{ was_locked: boolean }>`select was_locked from unlock_account(${key})`.execute(tx);
  return rows[0]?.was_locked === true;
}

const ROWS_MAX = 10_000;

/** Forgets accounts that were left alone: for 15 minutes if never locked, for a day if they were. As the maintenance role. */
export async function deleteQuietLocks(tx: SystemTx): Promise<void> {
  const isQuiet = sql`last_at < now() - case when locks = 0 then interval '15 minutes' else interval '1 day' end`;
  // Asked twice: an attempt may begin while the row is waited for.
  await sql`
    delete from account_lock where ${isQuiet} and key in (
      select key from account_lock where ${isQuiet} limit ${ROWS_MAX})`.execute(tx);
}
