// The rules of movers and leavers: who acts covers what the other holds and is to hold, and an organization keeps an owner.
import type { z } from 'zod';
import type { OrgTx } from '#db/scope.ts';
import type { Context } from '#kernel/context.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { BuiltInRole, Roles } from '#kernel/permissions.ts';
import type { Principal } from '#kernel/principal.ts';
import {
  type Acting,
  deleteMember,
  demandActing,
  demandCover,
  type findMember,
  findShownMember,
  getStanding,
  listActiveOwners,
  lockMember,
  Member,
  standingAs,
  toMember,
  updateMember,
} from '#modules/members.ts';
import { lockMemberships } from '#modules/organizations.ts';
import { describeHeldRole, listHeldRoles, showHeldRoles } from '#modules/roles.ts';
import { endAll, endRights, factsOf, NOTHING } from './ended.ts';
import { type ChangedMember, type Departed, type Departure, type Ended, errors, type RoleChanged } from './model.ts';

export type MemberRow = NonNullable<Awaited<ReturnType<typeof findMember>>>;
type Ctx = Context<OrgTx, Roles>;

/** The target of a change: under the lock, so that what the checks saw holds until the transaction ends. */
export async function loadMember(tx: OrgTx, id: string): Promise<MemberRow | undefined> {
  await lockMemberships(tx);
  return lockMember(tx, id);
}

/** The caller's own membership, under the lock. */
export async function loadOwn(tx: OrgTx, principal: Principal) {
  const own = principal.kind === 'user' ? await loadMember(tx, principal.memberId) : undefined;
  return own === undefined ? undefined : { ...own, owner_user_id: own.user_id };
}

/**
 * Giving the role that somebody has changes nothing, and ends nothing. Custom roles outlive the change: reply and event name them, so
 * that nobody believes to have taken more than they did.
 */
export async function changeRole(ctx: Ctx, member: MemberRow, role: BuiltInRole): Promise<z.input<typeof RoleChanged>> {
  const held = await listHeldRoles(ctx.tx, member.id);
  ctx.note({ keeps: held.map(describeHeldRole) });
  return { ...(await giveRole(ctx, member, role)), keeps: showHeldRoles(held) };
}

async function giveRole(ctx: Ctx, member: MemberRow, role: BuiltInRole): Promise<z.input<typeof ChangedMember>> {
  const { tx, prepared: roles } = ctx;
  const actor = await demandActing(tx, roles, ctx.principal);
  const present = await getStanding(tx, roles, member.id);
  const [before, next] = [present.role, standingAs(roles, role, present.granted)];
  demandCover(actor, [present, next]);
  ctx.subject('member', member.id);
  ctx.note({ roleBefore: before, roleAfter: role });
  if (role === before) return tell(ctx, member.id, NOTHING);
  if (role !== 'owner') await demandOtherOwner(tx, member);
  const ended = await endRights(ctx, member, next);
  await updateMember(tx, member.id, { role });
  return tell(ctx, member.id, ended);
}

export async function suspend(ctx: Ctx, member: MemberRow): Promise<z.input<typeof ChangedMember>> {
  const { tx } = ctx;
  await demandOther(ctx, member);
  if (member.status === 'suspended') return tell(ctx, member.id, NOTHING);
  await demandOtherOwner(tx, member);
  const ended = await endRights(ctx, member, undefined);
  await updateMember(tx, member.id, { status: 'suspended' });
  return tell(ctx, member.id, ended);
}

export async function resume(ctx: Ctx, member: MemberRow): Promise<z.input<typeof ChangedMember>> {
  await demandOther(ctx, member);
  if (member.status !== 'active') await updateMember(ctx.tx, member.id, { status: 'active' });
  return tell(ctx, member.id, NOTHING);
}

export async function remove(ctx: Ctx, member: MemberRow, choice: Departure): Promise<z.input<typeof Departed>> {
  return depart(ctx, member, await demandOther(ctx, member), choice);
}

export async function leave(ctx: Ctx, member: MemberRow, choice: Departure): Promise<z.input<typeof Departed>> {
  const actor = await demandActing(ctx.tx, ctx.prepared, ctx.principal);
  ctx.subject('member', member.id);
  return depart(ctx, member, actor, choice);
}

/** The same by whoever was found to have the say: a review of access, which looked at what they hold. */
export async function removeAs(ctx: Ctx, member: MemberRow, actor: Acting, choice: Departure): Promise<void> {
  demandCover(actor, [await getStanding(ctx.tx, ctx.prepared, member.id)]);
  ctx.subject('member', member.id);
  await depart(ctx, member, actor, choice);
}

async function depart(
  ctx: Ctx,
  member: MemberRow,
  actor: Acting,
  choice: Departure,
): Promise<z.input<typeof Departed>> {
  await demandOtherOwner(ctx.tx, member);
  const ended = await endAll(ctx, member, actor, choice);
  await deleteMember(ctx.tx, member.id);
  ctx.note({ user: member.user_id, role: roleOf(member), ...factsOf(ended) });
  return { ended };
}

/** Somebody else, whose rights the caller covers. */
async function demandOther(ctx: Ctx, member: MemberRow): Promise<Acting> {
  const actor = await demandActing(ctx.tx, ctx.prepared, ctx.principal);
  if (member.id === actor.memberId) throw errors['member.oneself']();
  demandCover(actor, [await getStanding(ctx.tx, ctx.prepared, member.id)]);
  ctx.subject('member', member.id);
  return actor;
}

/** Throws `member.last_owner` where nobody else could act as an owner. The database holds the same, past every rule of ours. */
export async function demandOtherOwner(tx: OrgTx, member: MemberRow): Promise<void> {
  if (member.role !== 'owner' || member.status !== 'active') return;
  const owners = await listActiveOwners(tx);
  if (!owners.some((id) => id !== member.id)) throw errors['member.last_owner']();
}

/** Checked by the table. */
export function roleOf({ role }: { readonly role: string }): BuiltInRole {
  return Member.shape.role.parse(role);
}

async function tell(ctx: Ctx, id: string, ended: Ended): Promise<z.input<typeof ChangedMember>> {
  ctx.note(factsOf(ended));
  const row = await findShownMember(ctx.tx, id);
  if (row === undefined) throw kernelErrors['resource.not_found']();
  return { ...toMember(row), ended };
}
