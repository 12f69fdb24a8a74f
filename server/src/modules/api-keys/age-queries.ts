// SQL of the age of API keys, for the report of what is to be rotated.
import { sql } from 'kysely';
import type { OrgTx } from '#db/scope.ts';

export type CredentialAge = {
  readonly id: string;
  readonly name: string;
  readonly since: Date;
  readonly expires_at: Date | null;
};

/** Live keys with the time their secret was made, the oldest first. */
export function listKeyAges(tx: OrgTx, limit: number): Promise<readonly CredentialAge[]> {
  const since = sql<Date>`coalesce(rotated_at, created_at)`;
  return tx
    .selectFrom('api_key')
    .select(['id', 'name', since.as('since'), 'expires_at'])
    .where('revoked_at', 'is', null)
    .where(sql<boolean>`coalesce(expires_at, 'infinity') > now()`)
    .orderBy(since)
    .orderBy('id')
    .limit(limit)
    .execute();
}
