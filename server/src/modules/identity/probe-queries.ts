// SQL of the person that exists to be probed: put back as founded, suspended for a moment.
import { sql } from 'kysely';
import type { PersonTx } from '#db/scope.ts';

/** Active, with this password, and without anything that works once or a browser that is known. */
export async function restorePerson(tx: PersonTx, { hash, now }: { hash: string; now: Date }): Promise<void> {
  await sql`update person set status = 'active' where status <> 'active'`.execute(tx);
  await tx.updateTable('password').set({ hash, changed_at: now }).execute();
  await tx.deleteFrom('one_time_token').execute();
  await tx.deleteFrom('device').execute();
}

export async function putPersonStatus(tx: PersonTx, status: 'active' | 'suspended'): Promise<void> {
  await tx.updateTable('person').set({ status }).execute();
}
