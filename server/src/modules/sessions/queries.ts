// SQL of sessions: rows of a person that name the organization the session is in.
import type { Lookup } from '#db/lookup.ts';
import type { PersonTx } from '#db/scope.ts';
import type { BuiltInRole } from '#kernel/permissions.ts';

export const SESSIONS_MAX = 10;

type NewSession = {
  readonly user_id: string;
  readonly id: string;
  readonly org_id: string;
  readonly token_hash: Buffer;
  readonly created_at: Date;
  readonly last_seen_at: Date;
  readonly proven_at: Date;
  readonly idle_minutes: number;
  readonly expires_at: Date;
  readonly address: string;
  readonly device: string;
};

export async function insertSession(tx: PersonTx, row: NewSession): Promise<void> {
  await tx.insertInto('session').values(row).execute();
}

/** Ends the oldest sessions beyond the ten a person may have; returns how many. The person's row is locked by now. */
export async function deleteOldestSessions(tx: PersonTx): Promise<number> {
  const kept = tx
    .selectFrom('session')
    .select('id')
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(SESSIONS_MAX);
  const ended = await tx.deleteFrom('session').where('id', 'not in', kept).executeTakeFirst();
  return Number(ended.numDeletedRows);
}

export function findSession(tx: PersonTx, id: string) {
  return tx
    .selectFrom('session')
    .select(['id', 'user_id as owner_user_id', 'org_id'])
    .where('id', '=', id)
    .executeTakeFirst();
}

export async function deleteSession(tx: PersonTx, id: string): Promise<void> {
  await tx.deleteFrom('session').where('id', '=', id).execute();
}

export type IdentifiedSession = {
  readonly user_id: string;
  readonly session_id: string;
  readonly org_id: string;
  readonly member_id: string;
  readonly role: BuiltInRole;
  readonly epoch: string;
  readonly proven_at: Date;
};

/** Who holds the token with this hash, if the session and the membership are alive. */
export async function identifySession(lookup: Lookup, hash: Buffer): Promise<IdentifiedSession | undefined> {
  const rows = await lookup<IdentifiedSession>('identify_session', [hash]);
  return rows[0];
}
