// SQL of people and their passwords, each in the person's own scope.
import type { Lookup } from '#db/lookup.ts';
import type { PersonTx } from '#db/scope.ts';

export function findPerson(tx: PersonTx) {
  return tx.selectFrom('person').select(['user_id', 'email', 'name', 'status', 'created_at']).executeTakeFirst();
}

/** What changes a person's sessions or factors waits here for what else does. */
export async function lockPerson(tx: PersonTx): Promise<void> {
  await tx.selectFrom('person').select('user_id').forUpdate().execute();
}

/** Undefined when the address has an account. */
export function insertPerson(tx: PersonTx, row: { user_id: string; email: string; name: string; created_at: Date }) {
  return tx
    .insertInto('person')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returning(['user_id', 'email', 'name'])
    .executeTakeFirst();
}

export async function insertPassword(
  tx: PersonTx,
  row: { user_id: string; hash: string; changed_at: Date },
): Promise<void> {
  await tx.insertInto('password').values(row).execute();
}

export type FoundPassword = { readonly user_id: string; readonly hash: string; readonly status: string };

/** The account of an address, asked before anybody is known. */
export async function findPasswordByEmail(lookup: Lookup, email: string): Promise<FoundPassword | undefined> {
  const rows = await lookup<FoundPassword>('find_password', [email]);
  return rows[0];
}
