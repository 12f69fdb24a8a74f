// SQL of what one key called: sums by day and model.
import { sql } from 'kysely';
import type { OrgTx } from '#db/scope.ts';

const MODELS_MAX = 1_000;

/** Calls of a key since then, the most used model of a day first. */
export function sumCallsOfKey(tx: OrgTx, keyId: string, from: Date) {
  const day = sql<string>`to_char(started_at at time zone 'UTC', 'YYYY-MM-DD')`;
  return tx
    .selectFrom('model_call')
    .select([
      day.as('day'),
      'model',
      sql<string>`count(*)`.as('calls'),
      sql<string>`count(*) filter (where state in ('upstream_failed', 'unknown'))`.as('failures'),
      sql<string>`coalesce(sum(input_tokens), 0)`.as('input_tokens'),
      sql<string>`coalesce(sum(output_tokens), 0)`.as('output_tokens'),
      sql<string>`count(*) filter (where estimated)`.as('estimated_calls'),
    ])
    .where('key_id', '=', keyId)
    .where('started_at', '>=', from)
    .groupBy([day, 'model'])
    .orderBy('calls', 'desc')
    .orderBy('model')
    .limit(MODELS_MAX)
    .execute();
}

/** Calls of a key since then that have tokens, by provider and model. */
export function sumTokensOfKey(tx: OrgTx, keyId: string, from: Date) {
  return tx
    .selectFrom('model_call')
    .select(['provider_id', 'model'])
    .select([
      sql<string>`count(*)`.as('calls'),
      sql<string>`coalesce(sum(input_tokens), 0)`.as('input_tokens'),
      sql<string>`coalesce(sum(output_tokens), 0)`.as('output_tokens'),
    ])
    .where('key_id', '=', keyId)
    .where('started_at', '>=', from)
    .where(sql<boolean>`input_tokens + output_tokens > 0`)
    .groupBy(['provider_id', 'model'])
    .execute();
}
