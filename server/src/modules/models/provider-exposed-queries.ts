// SQL of the last calls that were made with the secret of a provider.
import type { OrgTx } from '#db/scope.ts';

const CALLS_SHOWN = 50;

/** The newest first. */
export function lastCallsOfProvider(tx: OrgTx, providerId: string) {
  return tx
    .selectFrom('model_call')
    .select(['started_at', 'model', 'key_id', 'owner_user_id'])
    .where('provider_id', '=', providerId)
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(CALLS_SHOWN)
    .execute();
}
