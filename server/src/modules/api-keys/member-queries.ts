// SQL of the keys that end with a membership: the foreign key deletes them, whoever deletes the member.
import { sql } from 'kysely';
import type { OrgTx } from '#db/scope.ts';

/** Keys of a member that work now. */
export async function countLiveKeysOf(tx: OrgTx, userId: string): Promise<number> {
  const { n } = await tx
    .selectFrom('api_key')
    .select((eb) => eb.fn.countAll<string>().as('n'))
    .where('owner_user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .where(sql<boolean>`(expires_at is null or expires_at > now())`)
    .executeTakeFirstOrThrow();
  return Number(n);
}
