// SQL of who has borrowed the account that exists to be probed.
import { sql } from 'kysely';
import type { SystemTx } from '#db/scope.ts';

/** Of the advisory locks, the one that says who has borrowed the account. */
const BORROWED = 7_420_001;

/** Held until the transaction ends, also by a crash; false while somebody else has it. */
export async function tryBorrow(tx: SystemTx): Promise<boolean> {
  const { rows } = await sql<{ got: boolean }>`select pg_try_advisory_xact_lock(${BORROWED}) as got`.execute(tx);
  return rows[0]?.got === true;
}
