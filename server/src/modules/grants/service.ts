// The rule of grants: nobody grants, changes or ends what they could not do with the object themselves.
import type { z } from 'zod';
import type { OrgTx } from '#db/scope.ts';
import { type ObjectRef, type Ownable, rankOf } from '#kernel/authorize.ts';
import type { Context } from '#kernel/context.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { encodeId } from '#kernel/fields.ts';
import { holdsAll, isAllowed } from '#kernel/grants.ts';
import { type ObjectKinds, permissionsOfLevel, readObjectId } from '#kernel/object-kinds.ts';
import { GRANT_LEVELS, type GrantLevel, type Permission, type Roles } from '#kernel/permissions.ts';
import { orgOf, personOf, type Principal } from '#kernel/principal.ts';
import { demandActing, findMember } from '#modules/members.ts';
import { lockMemberships } from '#modules/organizations.ts';
import { findSeenProject } from '#modules/projects.ts';
import { findTeam } from '#modules/teams.ts';
import { errors, type Grant, type GrantChange, GRANTS_MAX, Level, type NewGrant, permissions } from './model.ts';
import {
  countGrantsOn,
  deleteGrant,
  findGrantTo,
  findShownGrant,
  type Grantee,
  type GrantRow,
  insertGrant,
  lockGrant,
  type ShownGrant,
  updateGrant,
} from './queries.ts';

export type Rules = { readonly roles: Roles; readonly objects: ObjectKinds };
type Ruled = Context<OrgTx, Rules>;
type Targeting = Context<OrgTx, unknown>;
/** An object as the checks of grants see it: whoever manages it may grant it. */
export type Granting = Ownable & { readonly id: string; readonly object: ObjectRef };

const YEARS_MAX = 5;

/** The object of a public id, which nobody deletes meanwhile. */
export async function lockObject(ctx: Targeting, text: string): Promise<Granting | undefined> {
  const { objects } = rulesIn(ctx);
  const ref = readObjectId(objects, text);
  return ref === undefined ? undefined : lockRef(ctx.tx, objects, ref);
}

function rulesIn({ prepared }: Targeting): Rules {
  // What the route prepared: the type of a check does not carry it.
  return prepared as Rules;
}

/** Memberships first, as whoever takes a member out locks them before keys. */
export async function lockRef(tx: OrgTx, objects: ObjectKinds, ref: ObjectRef): Promise<Granting | undefined> {
  await lockMemberships(tx);
  const found = await objects.get(ref.kind)?.lock(tx, ref.id);
  return found === undefined ? undefined : { id: found.id, object: ref, owner_user_id: found.owner_user_id ?? null };
}

/** A grant with the object it is on: the object first, as whoever grants it locks it. */
export async function lockGrantOn(ctx: Targeting, id: string) {
  const { tx } = ctx;
  const { objects } = rulesIn(ctx);
  const seen = await findShownGrant(tx, id);
  if (seen === undefined) return undefined;
  const object = await lockRef(tx, objects, { kind: seen.object_kind, id: seen.object_id });
  const grant = object === undefined ? undefined : await lockGrant(tx, id);
  return object === undefined || grant === undefined ? undefined : { ...object, version: grant.version, grant };
}

export async function giveGrant(ctx: Context<OrgTx, Rules & { readonly id: string }>, on: Granting, wanted: NewGrant) {
  const orgId = orgOf(ctx.principal);
  if (orgId === undefined) throw kernelErrors['auth.forbidden']();
  const expiresAt = endOf(ctx.now, wanted.expiresAt);
  const to = await demandGrantee(ctx, wanted);
  await demandFit(ctx.tx, to.member_id, wanted.level);
  const before = await findGrantTo(ctx.tx, on.object, to);
  await demandHeld(ctx, on, permissions.give, [wanted.level, ...levelsOf(before)]);
  const given = { rank: rankOf(wanted.level), expires_at: expiresAt, given_by: personOf(ctx.principal) ?? null };
  if (before === undefined) {
    if (!(await hasRoom(ctx.tx, on.object))) throw errors['grant.too_many']();
    const { kind: object_kind, id: object_id } = on.object;
    await insertGrant(ctx.tx, {
      org_id: orgId,
      id: ctx.prepared.id,
      object_kind,
      object_id,
      created_at: ctx.now,
      ...to,
      ...given,
    });
  } else await updateGrant(ctx.tx, before.id, given);
  return tell(ctx, before?.id ?? ctx.prepared.id);
}

/** Whether one more grant on an object is no more than it can have; the object is locked by now. */
export async function hasRoom(tx: OrgTx, object: ObjectRef): Promise<boolean> {
  return (await countGrantsOn(tx, object)) < GRANTS_MAX;
}

export async function changeGrant(ctx: Ruled, on: Granting, grant: GrantRow, change: GrantChange) {
  const level = change.level ?? levelOf(grant.rank);
  const expiresAt = change.expiresAt === undefined ? grant.expires_at : endOf(ctx.now, change.expiresAt);
  await demandFit(ctx.tx, grant.member_id, level);
  await demandHeld(ctx, on, permissions.end, [level, levelOf(grant.rank)]);
  const givenBy = personOf(ctx.principal) ?? null;
  await updateGrant(ctx.tx, grant.id, { rank: rankOf(level), expires_at: expiresAt, given_by: givenBy });
  return tell(ctx, grant.id);
}

export async function endGrant(ctx: Ruled, on: Granting, grant: GrantRow): Promise<Record<string, never>> {
  await demandHeld(ctx, on, permissions.end, [levelOf(grant.rank)]);
  await tell(ctx, grant.id);
  await deleteGrant(ctx.tx, grant.id);
  return {};
}

/** One of a member, a team, a project and everybody, which is there. */
async function demandGrantee(ctx: Ruled, wanted: NewGrant): Promise<Grantee> {
  const { memberId = null, teamId = null, projectId = null, toEverybody = false } = wanted;
  const to = { member_id: memberId, team_id: teamId, project_id: projectId, to_everybody: toEverybody };
  const named = Object.values(to).filter((one) => one !== null && one !== false);
  if (named.length !== 1) throw errors['grant.to_whom']();
  if (!toEverybody && (await findGrantee(ctx, to)) === undefined) throw errors['grant.unfit']();
  return to;
}

async function findGrantee({ tx, principal }: Ruled, to: Grantee): Promise<unknown> {
  if (to.member_id !== null) return findMember(tx, to.member_id);
  if (to.team_id !== null) return findTeam(tx, to.team_id, null);
  return to.project_id === null ? undefined : findSeenProject(tx, principal, to.project_id);
}

/** Throws `grant.guest_manages` for a guest who would let others in. */
async function demandFit(tx: OrgTx, memberId: string | null, level: GrantLevel): Promise<void> {
  if (memberId === null || level !== 'manager') return;
  if ((await findMember(tx, memberId))?.role === 'guest') throw errors['grant.guest_manages']();
}

/** When a grant ends that is given now. Throws `grant.unfit_end` for a time that is over, or too far away. */
export function endOf(now: Date, text: string | null): Date | null {
  if (text === null) return null;
  const at = new Date(text);
  const latest = new Date(now);
  latest.setUTCFullYear(latest.getUTCFullYear() + YEARS_MAX);
  if (at <= now || at > latest) throw errors['grant.unfit_end']();
  return at;
}

/** Asked under the lock of memberships, which the check took: whoever lost their rights while the call waited hands nothing on. */
export async function demandHeld(
  ctx: Ruled,
  on: Granting,
  asked: Permission,
  levels: readonly GrantLevel[],
): Promise<void> {
  const principal = await actingNow(ctx);
  if (!(await isAllowed(ctx.tx, principal, asked, on))) throw kernelErrors['auth.forbidden']();
  const { roles } = ctx.prepared;
  const needed = levels.flatMap((level) => permissionsOfLevel(roles.permissions, on.object.kind, level));
  if (!(await holdsAll(ctx.tx, principal, needed, on))) throw errors['grant.beyond_yours']();
}

async function actingNow({ tx, prepared, principal }: Ruled): Promise<Principal> {
  const { reach } = await demandActing(tx, prepared.roles, principal);
  return { ...principal, reach };
}

async function tell(ctx: Ruled, id: string): Promise<z.input<typeof Grant>> {
  const row = await findShownGrant(ctx.tx, id);
  if (row === undefined) throw kernelErrors['resource.not_found']();
  ctx.subject('grant', id);
  const to = row.to_everybody ? 'everybody' : (row.member_id ?? row.team_id ?? row.project_id);
  ctx.note({
    object: row.object_id,
    kind: row.object_kind,
    level: levelOf(row.rank),
    to,
    expiresAt: row.expires_at?.toISOString() ?? null,
  });
  return toGrant(ctx.prepared.objects, row);
}

export function toGrant(objects: ObjectKinds, row: ShownGrant): z.input<typeof Grant> {
  return {
    id: encodeId('grt', row.id),
    object: toObject(objects, { kind: row.object_kind, id: row.object_id }, row.object_name),
    level: levelOf(row.rank),
    to: granteeOf(row),
    givenBy: row.giver,
    expiresAt: row.expires_at?.toISOString() ?? null,
    isOver: row.is_over,
    version: row.version,
    createdAt: row.created_at.toISOString(),
  };
}

function granteeOf(row: ShownGrant): z.input<typeof Grant>['to'] {
  const { member_id: memberId, team_id: teamId, project_id: projectId, to_name: name } = row;
  if (memberId !== null) return { kind: 'member', id: encodeId('mem', memberId), name };
  if (teamId !== null) return { kind: 'team', id: encodeId('tem', teamId), name };
  if (projectId !== null) return { kind: 'project', id: encodeId('prj', projectId), name };
  return { kind: 'everybody', id: null, name };
}

export function toObject(objects: ObjectKinds, { kind, id }: ObjectRef, name: string | null) {
  return { id: encodeId(objects.get(kind)?.prefix ?? 'object', id), kind, name };
}

/** Checked by the table. */
export function levelOf(rank: number): GrantLevel {
  return Level.parse(GRANT_LEVELS[rank - 1]);
}

function levelsOf(grant: GrantRow | undefined): readonly GrantLevel[] {
  return grant === undefined ? [] : [levelOf(grant.rank)];
}
