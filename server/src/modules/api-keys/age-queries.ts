// SQL of the age of API keys, for the report of what is to be rotated.
import { sql } from 'kysely';
import type { OrgTx } from '#db/scope.ts';

export type CredentialAge = {
  readonly id: string;
  readonly name: string;
  readonly since: Date;
  readonly expires_at: Date | null;
  /** It was ended then, because its text was seen. */
  readonly exposed_at: Date | null;
};

/** How long a key that was exposed is still told of. */
const EXPOSED_DAYS = 30;

/** Live keys with the time their secret was made, the oldest first; then those that were exposed of late, the newest first. */
export function listKeyAges(tx: OrgTx, limit: number): Promise<readonly CredentialAge[]> {
  const since = sql<Date>`coalesce(rotated_at, created_at)`;
  return (
    tx
      .selectFrom('api_key')
      .select(['id', 'name', since.as('since'), 'expires_at', 'exposed_at'])
      .where(
        sql<boolean>`(revoked_at is null and coalesce(expires_at, 'infinity') > now())
        or exposed_at > now() - make_interval(days => ${EXPOSED_DAYS})`,
      )
      // However many were exposed, no live key is left out for them.
      .orderBy(
        (eb) => eb.ref('exposed_at'),
        (order) => order.desc().nullsFirst(),
      )
      .orderBy(since)
      .orderBy('id')
      .limit(limit)
      .execute()
  );
}
