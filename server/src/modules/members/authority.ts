// The rule of handing on rights, as far as members go: the only place that knows what a role lets its holder do to others.
import type { OrgTx } from '#db/scope.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { type BuiltInRole, type Reach, reachCovers, type Roles } from '#kernel/permissions.ts';
import type { Principal } from '#kernel/principal.ts';
import { errors } from './model.ts';
import { findActiveRole } from './queries.ts';

/** What somebody is in an organization, and what that lets them reach. */
export type Standing = { readonly role: BuiltInRole; readonly reach: Reach };
export type Actor = Standing & { readonly memberId: string };

/** The standing of a member who can act now; undefined for one who is gone or suspended. */
export async function findActiveStanding(tx: OrgTx, roles: Roles, memberId: string): Promise<Standing | undefined> {
  const role = await findActiveRole(tx, memberId);
  return role === undefined ? undefined : { role, reach: roles.reachOf(role) };
}

/**
 * The caller, who was known before the transaction began, and still is what they were then: asked under `lockMemberships`.
 * Throws `auth.invalid`.
 */
export async function demandActor(tx: OrgTx, principal: Principal): Promise<Actor> {
  if (principal.kind !== 'user') throw kernelErrors['auth.forbidden']();
  const { memberId, role, reach } = principal;
  if ((await findActiveRole(tx, memberId)) !== role) throw kernelErrors['auth.invalid']();
  return { memberId, role, reach };
}

/** Whether somebody may give, change or take away what a role holds: they hold all of it, and owners are for owners. */
export function covers(roles: Roles, actor: Standing, role: BuiltInRole): boolean {
  return reachCovers(actor.reach, roles.reachOf(role)) && (role !== 'owner' || actor.role === 'owner');
}

/** Throws `member.beyond_yours` unless the actor covers each of the roles. */
export function demandCover(roles: Roles, actor: Standing, wanted: readonly BuiltInRole[]): void {
  if (!wanted.every((role) => covers(roles, actor, role))) throw errors['member.beyond_yours']();
}
