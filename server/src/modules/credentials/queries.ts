// SQL of the schedule of rotation.
import { sql } from 'kysely';
import type { OrgTx } from '#db/scope.ts';
import type { Schedule } from './model.ts';

const columns = ['api_key_days', 'provider_secret_days', 'version'] as const;

export function findSchedule(tx: OrgTx) {
  return tx.selectFrom('rotation_schedule').select(columns).executeTakeFirst();
}

/** The organization is locked by now, so that of two at once one is first. */
export function putSchedule(tx: OrgTx, orgId: string, wanted: Schedule, now: Date) {
  const row = { api_key_days: wanted.apiKeyDays, provider_secret_days: wanted.providerSecretDays, updated_at: now };
  return tx
    .insertInto('rotation_schedule')
    .values({ org_id: orgId, ...row })
    .onConflict((conflict) =>
      conflict.column('org_id').doUpdateSet({ ...row, version: sql<number>`rotation_schedule.version + 1` }),
    )
    .returning(columns)
    .executeTakeFirstOrThrow();
}
