// SQL of passkeys and of the challenges they answered.
import type { Lookup } from '#db/lookup.ts';
import type { PersonTx } from '#db/scope.ts';

export type KnownPasskey = {
  readonly user_id: string;
  readonly id: string;
  readonly public_key: Buffer;
  readonly sign_count: string;
};

/** Whose passkey has this credential id; of people who are not suspended. */
export async function findPasskey(lookup: Lookup, credentialId: Buffer): Promise<KnownPasskey | undefined> {
  const rows = await lookup<KnownPasskey>('find_passkey', [credentialId]);
  return rows[0];
}

export type AnsweredChallenge = { readonly userId: string; readonly hash: Buffer; readonly expiresAt: Date };

/** The mark stays longer than the challenge: a transaction may begin before the end and insert after it. */
const MARK_MS_BEYOND = 5 * 60_000;

/** Takes the challenge: of any number of parallel answers, on any number of replicas, one gets true; none after its end. */
export async function insertAnswered(tx: PersonTx, answered: AnsweredChallenge, now: Date): Promise<boolean> {
  const { userId, hash, expiresAt } = answered;
  if (expiresAt <= now) return false;
  const inserted = await tx
    .insertInto('answered_challenge')
    .values({ user_id: userId, challenge_hash: hash, expires_at: new Date(expiresAt.getTime() + MARK_MS_BEYOND) })
    .onConflict((conflict) => conflict.doNothing())
    .returning('challenge_hash')
    .executeTakeFirst();
  return inserted !== undefined;
}

type Use = { readonly factorId: string; readonly signCount: number; readonly isBackedUp: boolean };

/** Counts the use; false when the counter does not grow, unless it never does (section 7.2 step 22). */
export async function usePasskey(tx: PersonTx, { factorId, signCount, isBackedUp }: Use, now: Date): Promise<boolean> {
  const count = String(signCount);
  const used = await tx
    .updateTable('factor')
    .set({ sign_count: count, is_backed_up: isBackedUp, last_used_at: now })
    .where('id', '=', factorId)
    .where('kind', '=', 'passkey')
    .where('confirmed_at', 'is not', null)
    .where((row) => row.or([row('sign_count', '<', count), ...(signCount === 0 ? [row('sign_count', '=', '0')] : [])]))
    .returning('id')
    .executeTakeFirst();
  return used !== undefined;
}

export type NewPasskey = {
  readonly user_id: string;
  readonly id: string;
  readonly name: string;
  readonly created_at: Date;
  readonly credential_id: Buffer;
  readonly public_key: Buffer;
  readonly sign_count: string;
  readonly transports: string[];
  readonly is_backed_up: boolean;
};

/** Throws a duplicate of `factor_credential` when anybody has it. */
export function insertPasskey(tx: PersonTx, row: NewPasskey) {
  return tx
    .insertInto('factor')
    .values({ ...row, kind: 'passkey', confirmed_at: row.created_at })
    .returning(['id', 'kind', 'name', 'created_at', 'last_used_at'])
    .executeTakeFirstOrThrow();
}
