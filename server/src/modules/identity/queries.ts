// SQL of people and their passwords, each in the person's own scope.
import { sql } from 'kysely';
import type { Lookup } from '#db/lookup.ts';
import type { PersonTx } from '#db/scope.ts';

export function findPerson(tx: PersonTx) {
  return tx.selectFrom('person').select(['user_id', 'email', 'name', 'status', 'created_at']).executeTakeFirst();
}

/** What changes a person's sessions or factors waits here for what else does. False for who is suspended by now. */
export async function lockPerson(tx: PersonTx): Promise<boolean> {
  const person = await tx.selectFrom('person').select('status').forUpdate().executeTakeFirst();
  return person?.status === 'active';
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

/** Whether the person's password is still this one, however it is hashed. */
export async function hasPassword(tx: PersonTx, version: number): Promise<boolean> {
  const found = await tx.selectFrom('password').select('user_id').where('version', '=', version).executeTakeFirst();
  return found !== undefined;
}

/** The same password with another hash, as long as the old one is what is stored. */
export async function replaceHash(tx: PersonTx, from: string, to: string): Promise<void> {
  await tx.updateTable('password').set({ hash: to }).where('hash', '=', from).execute();
}

/** A new password, whether there was one before or not. */
export async function putPassword(tx: PersonTx, userId: string, hash: string, now: Date): Promise<void> {
  await tx
    .insertInto('password')
    .values({ user_id: userId, hash, changed_at: now })
    .onConflict((conflict) =>
      conflict.column('user_id').doUpdateSet({ hash, changed_at: now, version: sql`password.version + 1` }),
    )
    .execute();
}

/** Ends the person's sessions, but for the one that is kept; returns how many. */
export async function endOwnSessions(tx: PersonTx, kept: string | null): Promise<number> {
  const { rows } = await sql<{ ended: string }>`select end_own_sessions(${kept}::uuid) as ended`.execute(tx);
  return Number(rows[0]?.ended ?? 0);
}

/** What the person sees of the own account. */
export function findAccount(tx: PersonTx) {
  return tx
    .selectFrom('person')
    .leftJoin('password', 'password.user_id', 'person.user_id')
    .select(['person.user_id as user_id', 'person.user_id as owner_user_id', 'email', 'name', 'created_at'])
    .select(['email_verified_at', 'password.changed_at as password_changed_at', 'person.version as version'])
    .executeTakeFirst();
}

/** The same, while nobody else changes it. */
export async function lockAccount(tx: PersonTx) {
  await lockPerson(tx);
  return findAccount(tx);
}

export async function updateName(tx: PersonTx, name: string): Promise<void> {
  await tx
    .updateTable('person')
    .set({ name, version: sql`version + 1` })
    .execute();
}

/** Marks the address as proven if it still is this one; false when it is another by now. */
export async function verifyEmail(tx: PersonTx, email: string, now: Date): Promise<boolean> {
  const verified = await tx
    .updateTable('person')
    .set({ email_verified_at: sql`coalesce(email_verified_at, ${now})` })
    .where(sql<boolean>`lower(email) = lower(${email})`)
    .returning('user_id')
    .executeTakeFirst();
  return verified !== undefined;
}

/** False when the address is not the old one any more; throws a duplicate of `person_email` when another account has the new one. */
export async function replaceEmail(tx: PersonTx, from: string, to: string, now: Date): Promise<boolean> {
  const replaced = await tx
    .updateTable('person')
    .set({ email: to, email_verified_at: now, version: sql`version + 1` })
    .where('email', '=', from)
    .returning('user_id')
    .executeTakeFirst();
  return replaced !== undefined;
}

export type FoundAccount = { readonly user_id: string; readonly email: string };

/** The active account of an address, as it is stored: mail goes there and not to what was typed. */
export async function findAccountByEmail(lookup: Lookup, email: string): Promise<FoundAccount | undefined> {
  const rows = await lookup<FoundAccount>('find_account', [email]);
  return rows[0];
}

export type OwnAccount = {
  readonly email: string;
  readonly name: string;
  readonly email_verified_at: Date | null;
  /** Null for people who never had a password. */
  readonly hash: string | null;
};

export async function findOwnAccount(lookup: Lookup, userId: string): Promise<OwnAccount | undefined> {
  const rows = await lookup<OwnAccount>('find_own_account', [userId]);
  return rows[0];
}

export type FoundPassword = {
  readonly user_id: string;
  readonly hash: string;
  readonly status: string;
  /** Rises with every new password, and with no new hash of the same one. */
  readonly version: number;
};

/** The account of an address, asked before anybody is known. */
export async function findPasswordByEmail(lookup: Lookup, email: string): Promise<FoundPassword | undefined> {
  const rows = await lookup<FoundPassword>('find_password', [email]);
  return rows[0];
}

/** How long the strictest of the person's organizations wants a password to be; undefined where none says. */
export async function findPasswordLengthMin(lookup: Lookup, userId: string): Promise<number | undefined> {
  const rows = await lookup<{ readonly password_length_min: number | null }>('list_demands', [userId]);
  const wanted = rows.flatMap(({ password_length_min: length }) => length ?? []);
  return wanted.length === 0 ? undefined : Math.max(...wanted);
}

export type AnyAccount = { readonly user_id: string; readonly status: 'active' | 'suspended' };

/** Whose an address is, suspended or not. */
export async function findAnyAccount(lookup: Lookup, email: string): Promise<AnyAccount | undefined> {
  return (await lookup<AnyAccount>('find_account_of_any_status', [email]))[0];
}

/** Of the current person. Triggers end the sessions, and raise the epochs, so that keys are looked at again. */
export async function setStatus(tx: PersonTx, status: AnyAccount['status']): Promise<boolean> {
  const changed = await tx
    .updateTable('person')
    .set((eb) => ({ status, version: eb('version', '+', 1) }))
    .where('status', '<>', status)
    .returning('user_id')
    .executeTakeFirst();
  return changed !== undefined;
}
