// The rule of handing on rights, as far as members go: the only place that knows what somebody's standing lets them do to others.
import type { OrgTx } from '#db/scope.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { type BuiltInRole, type Reach, reachCovers, type Roles } from '#kernel/permissions.ts';
import type { Principal } from '#kernel/principal.ts';
import { errors } from './model.ts';
import { findHeldStanding, findHeldStandings } from './queries.ts';

/** What somebody is in an organization, and what that lets them reach. */
export type Standing = {
  readonly role: BuiltInRole;
  /** Names of permissions by custom roles. */
  readonly granted: readonly string[];
  readonly reach: Reach;
};
export type Actor = Standing & { readonly memberId: string };
/** A member, or an emergency session, which acts as an owner and is no member. */
export type Acting = Standing & { readonly memberId: string | undefined };

/** What a role is alone, or would be with what somebody holds beside it. */
export function standingAs(roles: Roles, role: BuiltInRole, granted: readonly string[] = []): Standing {
  return { role, granted, reach: roles.reachOfMember(role, granted) };
}

/** What a member holds, whether they can use it now or are suspended. Throws `resource.not_found` for one who is gone. */
export async function getStanding(tx: OrgTx, roles: Roles, memberId: string): Promise<Standing> {
  const held = await findHeldStanding(tx, memberId);
  if (held === undefined) throw kernelErrors['resource.not_found']();
  return standingAs(roles, held.role, held.granted);
}

/** The standing of a member who can act now; undefined for one who is gone or suspended. */
export async function findActiveStanding(tx: OrgTx, roles: Roles, memberId: string): Promise<Standing | undefined> {
  const held = await findHeldStanding(tx, memberId);
  return held?.is_active === true ? standingAs(roles, held.role, held.granted) : undefined;
}

/** What those among these people (UUIDs) hold who are members, whether they can use it now or are suspended. */
export async function findStandings(
  tx: OrgTx,
  roles: Roles,
  users: readonly string[],
): Promise<ReadonlyMap<string, Standing>> {
  if (users.length === 0) return new Map();
  const held = await findHeldStandings(tx, users);
  return new Map(held.map(({ user_id: person, role, granted }) => [person, standingAs(roles, role, granted)]));
}

/**
 * The caller, who was known before the transaction began: what they hold now, asked under `lockMemberships`. Throws
 * `auth.invalid` for who cannot act any more, or has another role than they came with.
 */
export async function demandActor(tx: OrgTx, roles: Roles, principal: Principal): Promise<Actor> {
  if (principal.kind !== 'user') throw kernelErrors['auth.forbidden']();
  const standing = await findActiveStanding(tx, roles, principal.memberId);
  if (standing?.role !== principal.role) throw kernelErrors['auth.invalid']();
  return { ...standing, memberId: principal.memberId };
}

/** The same, also for an emergency session. */
export async function demandActing(tx: OrgTx, roles: Roles, principal: Principal): Promise<Acting> {
  if (principal.kind !== 'emergency') return demandActor(tx, roles, principal);
  return { role: principal.role, granted: [], reach: principal.reach, memberId: undefined };
}

/** Whether somebody may give, change or take away what another holds: they hold all of it, and owners are for owners. */
export function covers(actor: Pick<Standing, 'role' | 'reach'>, other: Standing): boolean {
  return reachCovers(actor.reach, other.reach) && (other.role !== 'owner' || actor.role === 'owner');
}

/** Throws `member.is_guest` for who is from elsewhere. The database keeps them out of such places too. */
export function demandInsider({ role }: { readonly role: string }): void {
  if (role === 'guest') throw errors['member.is_guest']();
}

/** Throws `member.beyond_yours` unless the actor covers all of them. */
export function demandCover(actor: Pick<Standing, 'role' | 'reach'>, others: readonly Standing[]): void {
  if (!others.every((other) => covers(actor, other))) throw errors['member.beyond_yours']();
}
