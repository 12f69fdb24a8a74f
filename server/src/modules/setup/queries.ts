// SQL of setup tokens.
import { sql } from 'kysely';
import type { Lookup } from '#db/lookup.ts';
import type { SystemTx } from '#db/scope.ts';

export async function isSetUp(lookup: Lookup): Promise<boolean> {
  const rows = await lookup<{ readonly done: boolean }>('setup_is_done', []);
  return rows[0]?.done === true;
}

/** A new token; those before it stop working. */
export async function replaceTokens(
  tx: SystemTx,
  row: { token_hash: Buffer; created_at: Date; expires_at: Date },
): Promise<void> {
  // Else two at once would each miss the other's token.
  await sql`select pg_advisory_xact_lock(hashtextextended('holdfast/setup_token', 0))`.execute(tx);
  await tx.deleteFrom('setup_token').execute();
  await tx.insertInto('setup_token').values(row).execute();
}

/** Takes the token out; of any number of parallel uses one gets true. */
export async function redeemToken(tx: SystemTx, hash: Buffer, now: Date): Promise<boolean> {
  const taken = await tx
    .deleteFrom('setup_token')
    .where('token_hash', '=', hash)
    .where('expires_at', '>', now)
    .returning('token_hash')
    .executeTakeFirst();
  return taken !== undefined;
}
