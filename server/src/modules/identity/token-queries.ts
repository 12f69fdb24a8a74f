// SQL of one-time tokens, each in the scope of its person.
import { sql } from 'kysely';
import type { Lookup } from '#db/lookup.ts';
import type { PersonTx, SystemTx } from '#db/scope.ts';
import type { OneTimePurpose } from '#kernel/tools.ts';

/** What was known when it was made; no secret. */
export type TokenFacts = Readonly<Record<string, string | boolean>>;

type NewToken = {
  readonly user_id: string;
  readonly id: string;
  readonly purpose: OneTimePurpose;
  readonly token_hash: Buffer;
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly facts: string;
};

export async function insertToken(tx: PersonTx, row: NewToken): Promise<void> {
  await tx.insertInto('one_time_token').values(row).execute();
}

/** One statement finds and deletes, so that there is no moment between the two. */
export async function deleteToken(
  tx: PersonTx,
  purpose: OneTimePurpose,
  hash: Buffer,
  now: Date,
): Promise<TokenFacts | undefined> {
  const taken = await tx
    .deleteFrom('one_time_token')
    .where('purpose', '=', purpose)
    .where('token_hash', '=', hash)
    .where('expires_at', '>', now)
    .returning('facts')
    .executeTakeFirst();
  // What we stored is what comes back.
  return taken?.facts as TokenFacts | undefined;
}

/** All tokens of the person, or those of the given purposes. */
export async function deleteTokens(tx: PersonTx, purposes?: readonly OneTimePurpose[]): Promise<void> {
  const all = tx.deleteFrom('one_time_token');
  await (purposes === undefined ? all : all.where('purpose', 'in', purposes)).execute();
}

/** Says in the facts of the other half that this half has confirmed; false when there is no other half (any more). */
export async function confirmOtherHalf(
  tx: PersonTx,
  other: OneTimePurpose,
  change: string,
  now: Date,
): Promise<boolean> {
  const confirmed = await tx
    .updateTable('one_time_token')
    .set({ facts: sql`facts || '{"otherConfirmed": true}'::jsonb` })
    .where('purpose', '=', other)
    .where(sql<boolean>`facts ->> 'change' = ${change}`)
    .where('expires_at', '>', now)
    .returning('id')
    .executeTakeFirst();
  return confirmed !== undefined;
}

/** The address an account is to become, while the change is open. */
export async function findNewEmail(tx: PersonTx, now: Date): Promise<string | undefined> {
  const row = await tx
    .selectFrom('one_time_token')
    .select(sql<string | null>`facts ->> 'newEmail'`.as('new_email'))
    .where('purpose', 'in', ['email_change_old', 'email_change_new'])
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return row?.new_email ?? undefined;
}

export type TokenHolder = {
  readonly user_id: string;
  readonly email: string;
  readonly name: string;
  readonly facts: TokenFacts;
};

export async function findToken(
  lookup: Lookup,
  purpose: OneTimePurpose,
  hash: Buffer,
): Promise<(TokenHolder & { readonly purpose: OneTimePurpose; readonly hash: Buffer }) | undefined> {
  const rows = await lookup<TokenHolder>('find_one_time_token', [purpose, hash]);
  return rows[0] === undefined ? undefined : { ...rows[0], purpose, hash };
}

const ROWS_MAX = 10_000;

/** As the maintenance role. */
export async function deleteExpiredTokens(tx: SystemTx): Promise<void> {
  await sql`
    delete from one_time_token where (user_id, id) in (
      select user_id, id from one_time_token where expires_at <= now() limit ${ROWS_MAX})`.execute(tx);
}
