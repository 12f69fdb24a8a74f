// SQL of second factors, each in the scope of its person.
import { sql } from 'kysely';
import type { Lookup } from '#db/lookup.ts';
import type { PersonTx, SystemTx } from '#db/scope.ts';
import type { BuiltInRole } from '#kernel/permissions.ts';
import type { FactorKind } from '#kernel/principal.ts';
import type { Demand } from './demand.ts';

const shown = ['id', 'kind', 'name', 'created_at', 'last_used_at'] as const;

export function listFactors(tx: PersonTx) {
  return tx
    .selectFrom('factor')
    .select(shown)
    .where('confirmed_at', 'is not', null)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

/** Whether the person has a factor that works. Under the person's lock none comes in between. */
export async function hasFactor(tx: PersonTx): Promise<boolean> {
  return (await listFactors(tx)).length > 0;
}

export function findFactor(tx: PersonTx, id: string) {
  return tx
    .selectFrom('factor')
    .select([...shown, 'user_id as owner_user_id', 'confirmed_at'])
    .where('id', '=', id)
    .executeTakeFirst();
}

/** A TOTP secret that proves nothing yet; what was begun before is forgotten. */
export async function beginTotp(
  tx: PersonTx,
  row: { user_id: string; id: string; name: string; sealed_secret: Buffer; created_at: Date },
): Promise<void> {
  await tx.deleteFrom('factor').where('confirmed_at', 'is', null).execute();
  await tx
    .insertInto('factor')
    .values({ ...row, kind: 'totp', last_step: '-1' })
    .execute();
}

/** Of any number of parallel confirmations one gets the factor. */
export function confirmTotp(tx: PersonTx, id: string, step: number, now: Date) {
  return tx
    .updateTable('factor')
    .set({ confirmed_at: now, last_step: String(step), last_used_at: now })
    .where('id', '=', id)
    .where('kind', '=', 'totp')
    .where('confirmed_at', 'is', null)
    .returning(shown)
    .executeTakeFirst();
}

/** Takes the step: of any number of parallel uses of a code, on any number of replicas, one gets true. */
export async function takeStep(tx: PersonTx, id: string, step: number, now: Date): Promise<boolean> {
  const taken = await tx
    .updateTable('factor')
    .set({ last_step: String(step), last_used_at: now })
    .where('id', '=', id)
    .where('confirmed_at', 'is not', null)
    .where('last_step', '<', String(step))
    .returning('id')
    .executeTakeFirst();
  return taken !== undefined;
}

/** Undefined for one that was removed meanwhile. */
export function renameFactor(tx: PersonTx, id: string, name: string) {
  return tx.updateTable('factor').set({ name }).where('id', '=', id).returning(shown).executeTakeFirst();
}

export async function deleteFactor(tx: PersonTx, id: string): Promise<boolean> {
  const deleted = await tx.deleteFrom('factor').where('id', '=', id).executeTakeFirst();
  return deleted.numDeletedRows > 0n;
}

/** Everything the person could prove with beside the password; returns how many factors that were confirmed. */
export async function deleteAllFactors(tx: PersonTx): Promise<number> {
  const deleted = await tx.deleteFrom('factor').returning('confirmed_at').execute();
  await deleteRecoveryCodes(tx);
  return deleted.filter((row) => row.confirmed_at !== null).length;
}

export async function countRecoveryCodes(tx: PersonTx): Promise<number> {
  const { count } = await tx
    .selectFrom('recovery_code')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}

export async function insertRecoveryCodes(
  tx: PersonTx,
  userId: string,
  hashes: readonly Buffer[],
  now: Date,
): Promise<void> {
  const rows = hashes.map((hash) => ({ user_id: userId, code_hash: hash, created_at: now }));
  await tx.insertInto('recovery_code').values(rows).execute();
}

export async function deleteRecoveryCodes(tx: PersonTx): Promise<void> {
  await tx.deleteFrom('recovery_code').execute();
}

/** Takes the code: of any number of parallel uses one gets true. */
export async function takeRecoveryCode(tx: PersonTx, hash: Buffer): Promise<boolean> {
  const taken = await tx.deleteFrom('recovery_code').where('code_hash', '=', hash).executeTakeFirst();
  return taken.numDeletedRows > 0n;
}

/** Marks the session as proven now; false when it has ended. */
export async function proveSession(tx: PersonTx, sessionId: string, proof: string): Promise<boolean> {
  const { rows } = await sql<{ proven: string }>`
    select prove_own_session(${sessionId}::uuid, ${proof}) as proven`.execute(tx);
  return rows[0]?.proven === '1';
}

export type KnownFactor = {
  readonly id: string;
  readonly kind: FactorKind;
  readonly sealed_secret: Buffer | null;
  readonly last_step: string | null;
  readonly credential_id: Buffer | null;
  readonly public_key: Buffer | null;
  readonly sign_count: string | null;
  readonly transports: readonly string[] | null;
  readonly confirmed_at: Date | null;
};

/** What a person can prove with, asked while nobody is signed in. */
export function findFactors(lookup: Lookup, userId: string): Promise<readonly KnownFactor[]> {
  return lookup<KnownFactor>('find_factors', [userId]);
}

export async function holdsRecoveryCode(lookup: Lookup, userId: string, hash: Buffer): Promise<boolean> {
  const rows = await lookup<{ readonly held: boolean }>('holds_recovery_code', [userId, hash]);
  return rows[0]?.held === true;
}

export type OrganizationDemand = Demand & {
  readonly org_id: string;
  readonly slug: string;
  readonly role: BuiltInRole;
  /** Names of permissions by custom roles. */
  readonly granted: readonly string[];
  readonly grace_until: Date | null;
  readonly idle_minutes: number | null;
  readonly absolute_minutes: number | null;
  readonly password_length_min: number | null;
  /** From where its people may come; null where it has said nothing. */
  readonly console_networks: readonly string[] | null;
};

/** What each organization of a person demands, oldest membership first. */
export function listDemands(lookup: Lookup, userId: string): Promise<readonly OrganizationDemand[]> {
  return lookup<OrganizationDemand>('list_demands', [userId]);
}

/** What one organization demands of a person; undefined when they are not in it (any more). */
export async function findDemand(
  lookup: Lookup,
  userId: string,
  orgId: string,
): Promise<OrganizationDemand | undefined> {
  return (await listDemands(lookup, userId)).find((demand) => demand.org_id === orgId);
}

const ROWS_MAX = 10_000;

/** As the maintenance role. */
export async function deleteEndedChallenges(tx: SystemTx): Promise<void> {
  await sql`
    delete from answered_challenge where (user_id, challenge_hash) in (
      select user_id, challenge_hash from answered_challenge where expires_at <= now() limit ${ROWS_MAX})`.execute(tx);
}
