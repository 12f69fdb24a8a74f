// Keys of the organization that a member answers for, or that act for them: what becomes of those is chosen before the member goes.
import type { OrgTx } from '#db/scope.ts';
import { encodeId } from '#kernel/fields.ts';
import { changeResponsible, lockOrganizationKeysOf, markRevoked, removePerson } from './queries.ts';

export type OrganizationKey = {
  readonly id: string;
  readonly name: string;
  /** The member answers for it; else it acts for them, and somebody else answers for it. */
  readonly isTheirs: boolean;
};

type Leaving = {
  readonly tx: OrgTx;
  readonly now: Date;
  readonly raiseEpoch: (kind: string) => Promise<void>;
};

type Locked = Awaited<ReturnType<typeof lockOrganizationKeysOf>>[number];

/** Live keys of the organization that this member (UUID) answers for or that name them; locked until the transaction ends. */
export async function findOrganizationKeysOf(tx: OrgTx, userId: string): Promise<readonly OrganizationKey[]> {
  return (await lockOrganizationKeysOf(tx, userId)).map((row) => toOrganizationKey(row, userId));
}

/** Revokes all of them; call it before the membership ends. Returns what was revoked. */
export async function revokeOrganizationKeysOf(ctx: Leaving, userId: string): Promise<readonly OrganizationKey[]> {
  const rows = await lockOrganizationKeysOf(ctx.tx, userId);
  if (rows.length === 0) return [];
  await markRevoked(
    ctx.tx,
    rows.map(({ id }) => id),
    ctx.now,
  );
  await ctx.raiseEpoch('api_key');
  return rows.map((row) => toOrganizationKey(row, userId));
}

/**
 * The successor (UUID of an active member) answers for them from now on; none of them acts for the leaver any more. Nobody learns
 * a secret by it, and no key acts for the successor who did not before. Call it before the membership ends.
 */
export async function handOverOrganizationKeysOf(
  ctx: Leaving,
  userId: string,
  successorUserId: string,
): Promise<readonly OrganizationKey[]> {
  const rows = await lockOrganizationKeysOf(ctx.tx, userId);
  if (rows.length === 0) return [];
  const theirs = rows.filter(({ responsible_user_id: responsible }) => responsible === userId);
  await changeResponsible(
    ctx.tx,
    theirs.map(({ id }) => id),
    successorUserId,
  );
  await removePerson(ctx.tx, userId);
  await ctx.raiseEpoch('api_key');
  return rows.map((row) => toOrganizationKey(row, userId));
}

function toOrganizationKey({ id, name, responsible_user_id: responsible }: Locked, userId: string): OrganizationKey {
  return { id: encodeId('key', id), name, isTheirs: responsible === userId };
}
