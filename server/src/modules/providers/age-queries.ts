// SQL of the age of providers' secrets, for the report of what is to be rotated.
import type { OrgTx } from '#db/scope.ts';

/** Providers that have a secret, with the time it was set, the oldest first. */
export function listSecretAges(tx: OrgTx, limit: number) {
  return tx
    .selectFrom('provider')
    .select(['id', 'name', 'secret_set_at as since', 'secret_reference', 'exposed_at'])
    .where((eb) => eb.or([eb('secret', 'is not', null), eb('secret_reference', 'is not', null)]))
    .orderBy('secret_set_at')
    .orderBy('id')
    .limit(limit)
    .execute();
}
