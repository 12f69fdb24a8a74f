// SQL of break-glass. Each step of a use is one update that names the step before: of many at once, one makes it.
import { sql } from 'kysely';
import type { Lookup } from '#db/lookup.ts';
import type { OrgTx } from '#db/scope.ts';

export type FoundSeal = {
  readonly org_id: string;
  readonly seal_id: string;
  readonly first_hash: Buffer;
  readonly second_hash: Buffer;
};

/** The live seal of an organization; undefined where there is none, or no such organization. */
export async function findSeal(lookup: Lookup, slug: string): Promise<FoundSeal | undefined> {
  return (await lookup<FoundSeal>('find_emergency_seal', [slug]))[0];
}

type FoundUse = { readonly org_id: string; readonly id: string };
export type FoundRequest = FoundUse & { readonly slug: string; readonly reason: string };

/** The use that waits to be collected with the request of this hash. */
export async function findRequest(lookup: Lookup, hash: Buffer): Promise<FoundRequest | undefined> {
  return (await lookup<FoundRequest>('find_emergency_request', [hash]))[0];
}

export type IdentifiedEmergency = FoundUse & { readonly epoch: string; readonly expires_at: Date };

export async function identifyEmergency(lookup: Lookup, hash: Buffer): Promise<IdentifiedEmergency | undefined> {
  return (await lookup<IdentifiedEmergency>('identify_emergency', [hash]))[0];
}

export function findLiveSeal(tx: OrgTx) {
  return tx.selectFrom('emergency_seal').select(['id', 'sealed_at']).where('spent_at', 'is', null).executeTakeFirst();
}

type NewSeal = {
  readonly org_id: string;
  readonly id: string;
  readonly first_hash: Buffer;
  readonly second_hash: Buffer;
  readonly sealed_at: Date;
  readonly sealed_by: string;
};

export async function insertSeal(tx: OrgTx, row: NewSeal): Promise<void> {
  await tx.insertInto('emergency_seal').values(row).execute();
}

/** Spends the live seal, or this one only if it is it; false when it was spent before. */
export async function spendSeal(tx: OrgTx, now: Date, id?: string): Promise<boolean> {
  const spent = await tx
    .updateTable('emergency_seal')
    .set({ spent_at: now })
    .where('spent_at', 'is', null)
    .$if(id !== undefined, (query) => query.where('id', '=', id ?? ''))
    .executeTakeFirst();
  return spent.numUpdatedRows > 0n;
}

type NewUse = {
  readonly org_id: string;
  readonly id: string;
  readonly seal_id: string | null;
  readonly first_part: number | null;
  readonly code_hash: Buffer | null;
  readonly request_hash: Buffer;
  readonly reason: string;
  readonly requested_at: Date;
  readonly request_ends_at: Date;
  readonly granted_at: Date | null;
};

export async function insertUse(tx: OrgTx, row: NewUse): Promise<void> {
  await tx.insertInto('emergency_use').values(row).execute();
}

type Granting = {
  readonly sealId: string;
  readonly part: number;
  readonly codeHash: Buffer;
  readonly now: Date;
};

/** Grants the request of this code to whoever began it with the other part; undefined when there is none that waits. */
export function grantUse(tx: OrgTx, { sealId, part, codeHash, now }: Granting) {
  return tx
    .updateTable('emergency_use')
    .set({ granted_at: now })
    .where('seal_id', '=', sealId)
    .where('code_hash', '=', codeHash)
    .where('first_part', '<>', part)
    .where('granted_at', 'is', null)
    .where('ended_at', 'is', null)
    .where('request_ends_at', '>', now)
    .returning(['id', 'request_ends_at'])
    .executeTakeFirst();
}

export type UseRow = NonNullable<Awaited<ReturnType<typeof findUse>>>;

const columns = [
  'id',
  'seal_id',
  'reason',
  'requested_at',
  'request_ends_at',
  'granted_at',
  'opened_at',
  'expires_at',
  'ended_at',
  'review',
  'reviewed_at',
] as const;

export function findUse(tx: OrgTx, id: string) {
  return tx.selectFrom('emergency_use').select(columns).where('id', '=', id).executeTakeFirst();
}

export function lockUse(tx: OrgTx, id: string) {
  return tx.selectFrom('emergency_use').select(columns).where('id', '=', id).forUpdate().executeTakeFirst();
}

/** One more than are told says that there are more. Those that owe a review come first, however old: somebody has to write it. */
export function listUses(tx: OrgTx, limit: number) {
  return tx
    .selectFrom('emergency_use')
    .select(columns)
    .orderBy(sql`opened_at is not null and reviewed_at is null`, 'desc')
    .orderBy('requested_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

/** Whether a use that was opened is over and has no review, however long ago. */
export async function owesReview(tx: OrgTx, now: Date): Promise<boolean> {
  const owed = await tx
    .selectFrom('emergency_use')
    .select('id')
    .where('opened_at', 'is not', null)
    .where('reviewed_at', 'is', null)
    .where((eb) => eb.or([eb('ended_at', 'is not', null), eb('expires_at', '<=', now)]))
    .limit(1)
    .executeTakeFirst();
  return owed !== undefined;
}

/** Whether there ever was a use by parts: what was sealed is spent, and has to be sealed again. */
export async function wasUsed(tx: OrgTx): Promise<boolean> {
  const used = await tx
    .selectFrom('emergency_use')
    .select('id')
    .where('opened_at', 'is not', null)
    .limit(1)
    .executeTakeFirst();
  return used !== undefined;
}

/** Opens the session of a use that was granted and not collected; false when somebody else has. */
export async function openUse(
  tx: OrgTx,
  { id, tokenHash, now, expiresAt }: { id: string; tokenHash: Buffer; now: Date; expiresAt: Date },
): Promise<boolean> {
  const opened = await tx
    .updateTable('emergency_use')
    .set({ opened_at: now, token_hash: tokenHash, expires_at: expiresAt })
    .where('id', '=', id)
    .where('granted_at', 'is not', null)
    .where('opened_at', 'is', null)
    .where('ended_at', 'is', null)
    .where('request_ends_at', '>', now)
    .executeTakeFirst();
  return opened.numUpdatedRows > 0n;
}

/** False when it had ended before. */
export async function endUse(tx: OrgTx, id: string, at: Date): Promise<boolean> {
  const ended = await tx
    .updateTable('emergency_use')
    .set({ ended_at: at })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  return ended.numUpdatedRows > 0n;
}

export async function writeReview(
  tx: OrgTx,
  { id, note, by, now }: { id: string; note: string; by: string; now: Date },
): Promise<void> {
  await tx
    .updateTable('emergency_use')
    .set({ review: note, reviewed_by: by, reviewed_at: now })
    .where('id', '=', id)
    .execute();
}
