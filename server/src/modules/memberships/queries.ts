// SQL of the offer of ownership. No tenant predicate is written: row security adds it.
import { sql } from 'kysely';
import type { OrgTx } from '#db/scope.ts';

const columns = ['id', 'from_member', 'to_member', 'is_shared', 'created_at', 'expires_at'] as const;

/** The one that is open. */
export function findOffer(tx: OrgTx) {
  return tx
    .selectFrom('ownership_offer')
    .select(columns)
    .where('expires_at', '>', sql<Date>`now()`)
    .executeTakeFirst();
}

export type OfferRow = NonNullable<Awaited<ReturnType<typeof findOffer>>>;

type NewRow = OfferRow & { readonly org_id: string };

/** False when one is open. One that has expired gives way. */
export async function insertOffer(tx: OrgTx, row: NewRow): Promise<boolean> {
  await tx.deleteFrom('ownership_offer').where('expires_at', '<=', row.created_at).execute();
  const inserted = await tx
    .insertInto('ownership_offer')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

/** Taking it deletes it: of any number at once, one gets it. */
export async function deleteOffer(tx: OrgTx, id: string): Promise<boolean> {
  const taken = await tx.deleteFrom('ownership_offer').where('id', '=', id).executeTakeFirst();
  return taken.numDeletedRows > 0n;
}

/** Ends offers by or to a member; returns how many were open. */
export async function deleteOffersOf(tx: OrgTx, memberId: string): Promise<number> {
  const ended = await tx
    .deleteFrom('ownership_offer')
    .where((eb) => eb.or([eb('from_member', '=', memberId), eb('to_member', '=', memberId)]))
    .returning(sql<boolean>`expires_at > now()`.as('was_open'))
    .execute();
  return ended.filter(({ was_open: wasOpen }) => wasOpen).length;
}
