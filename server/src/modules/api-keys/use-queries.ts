// SQL of the use of API keys, by day.
import { sql } from 'kysely';
import type { Lookup } from '#db/lookup.ts';
import type { OrgTx, SystemTx } from '#db/scope.ts';

const KEPT_DAYS = 35;

/** Calls with one key from one place, not yet in the database. */
export type CountedUse = {
  readonly key: string;
  readonly address: string;
  readonly client: string;
  calls: number;
  failures: number;
};

/** Adds counted uses; of keys that are gone nothing is kept. */
export async function noteUses(lookup: Lookup, uses: readonly CountedUse[]): Promise<void> {
  await lookup('note_api_key_uses', [JSON.stringify(uses)], 'jobs');
}

export async function forgetOldUses(tx: SystemTx): Promise<void> {
  await sql`delete from api_key_use
    where day < to_char(now() at time zone 'UTC' - make_interval(days => ${KEPT_DAYS}), 'YYYY-MM-DD')`.execute(tx);
}

/** Uses of a key since a day (`2026-11-22`), the latest first. */
export function findKeyUses(tx: OrgTx, keyId: string, sinceDay: string) {
  return tx
    .selectFrom('api_key_use')
    .select(['day', 'address', 'client', 'calls', 'failures', 'last_at'])
    .where('key_id', '=', keyId)
    .where('day', '>=', sinceDay)
    .orderBy('last_at', 'desc')
    .orderBy('day', 'desc')
    .orderBy('address')
    .orderBy('client')
    .execute();
}
