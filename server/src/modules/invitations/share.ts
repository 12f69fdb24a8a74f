// What a guest is invited into: one object, for as long as whoever invited could grant it themselves.
import type { OrgTx } from '#db/scope.ts';
import { type ObjectRef, rankOf } from '#kernel/authorize.ts';
import { holdsAll } from '#kernel/grants.ts';
import { type ObjectKinds, permissionsOfLevel } from '#kernel/object-kinds.ts';
import type { Roles } from '#kernel/permissions.ts';
import type { Authority } from '#kernel/principal.ts';
import { type Granting, grantPermissions, hasRoom, insertGrant, levelOf, lockRef } from '#modules/grants.ts';
import { GuestLevel } from './model.ts';
import type { SharedColumns } from './queries.ts';

export type Share = {
  readonly object: ObjectRef;
  readonly level: 'viewer' | 'editor';
  readonly expiresAt: Date | null;
};

export const NOTHING_SHARED: SharedColumns = { object_kind: null, object_id: null, rank: null, grant_expires_at: null };

export function columnsOf({ object, level, expiresAt }: Share): SharedColumns {
  return { object_kind: object.kind, object_id: object.id, rank: rankOf(level), grant_expires_at: expiresAt };
}

/** What an invitation shares; undefined for one of somebody who is to belong to the organization. */
export function shareOf(row: SharedColumns): Share | undefined {
  const { object_kind: kind, object_id: id, rank } = row;
  if (kind === null || id === null || rank === null) return undefined;
  return { object: { kind, id }, level: guestLevelOf(rank), expiresAt: row.grant_expires_at };
}

/** Checked by the table. */
export function guestLevelOf(rank: number): Share['level'] {
  return GuestLevel.parse(levelOf(rank));
}

/** A kind of objects in words, for who may not know what the object is called. */
export function wordsOf(objects: ObjectKinds, kind: string): string {
  return objects.get(kind)?.describe ?? 'object';
}

/** The object, which nobody deletes meanwhile; undefined when it is gone, has as many grants as it can, or the time is over for which it was to be shared. */
export async function lockShared(
  tx: OrgTx,
  objects: ObjectKinds,
  { object, expiresAt }: Share,
  now: Date,
): Promise<Granting | undefined> {
  if (expiresAt !== null && expiresAt <= now) return undefined;
  const on = await lockRef(tx, objects, object);
  return on !== undefined && (await hasRoom(tx, object)) ? on : undefined;
}

/** Whether somebody could grant it themselves: the grant's own rule, for who invites and for who invited. */
export function canShare(
  tx: OrgTx,
  roles: Roles,
  inviter: Authority,
  on: Granting,
  { level }: Pick<Share, 'level'>,
): Promise<boolean> {
  const given = permissionsOfLevel(roles.permissions, on.object.kind, level);
  return holdsAll(tx, inviter, [grantPermissions.give, ...given], on);
}

type Guest = { readonly orgId: string; readonly memberId: string; readonly invitedBy: string };

export async function grantShared(
  tx: OrgTx,
  { object, level, expiresAt }: Share,
  { orgId, memberId, invitedBy }: Guest,
  { id, now }: { readonly id: string; readonly now: Date },
): Promise<void> {
  await insertGrant(tx, {
    org_id: orgId,
    id,
    object_kind: object.kind,
    object_id: object.id,
    rank: rankOf(level),
    member_id: memberId,
    team_id: null,
    project_id: null,
    to_everybody: false,
    given_by: invitedBy,
    expires_at: expiresAt,
    created_at: now,
  });
}
