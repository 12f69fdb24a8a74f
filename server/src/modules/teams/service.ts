// The rules of teams: a place in a team gives what its roles hold, so whoever gives the place holds that too.
import type { z } from 'zod';
import { isDuplicate } from '#db/errors.ts';
import type { OrgTx } from '#db/scope.ts';
import { may } from '#kernel/authorize.ts';
import type { Context } from '#kernel/context.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { encodeId } from '#kernel/fields.ts';
import { holdsShared } from '#kernel/grants.ts';
import type { Roles } from '#kernel/permissions.ts';
import { getOrg, personOf, type Principal } from '#kernel/principal.ts';
import { demandActingNow } from '#modules/members.ts';
import { demandHolding } from '#modules/roles.ts';
import { errors, type NewTeam, permissions, type Team, type TeamChange } from './model.ts';
import {
  deletePlace,
  deleteTeam,
  deleteTeamRole,
  findPlace,
  type findTeam,
  insertTeam,
  listSharedWithTeam,
  listTeamPermissions,
  putPlace,
  updateTeam,
} from './queries.ts';

export type TeamRow = NonNullable<Awaited<ReturnType<typeof findTeam>>>;
type OwnedTeam = TeamRow & { readonly owner_user_id: string | null };
type Ruled = Context<OrgTx, { readonly roles: Roles }>;

/** The caller's own membership, where there is one: what a team's `leads` is about. */
export function membershipOf(principal: Principal): string | null {
  return 'memberId' in principal ? principal.memberId : null;
}

/** A team is its leads' own, so that `own` permissions reach it. */
export function ownedByLeads<T extends TeamRow>(row: T | undefined, principal: Principal) {
  if (row === undefined) return undefined;
  return { ...row, owner_user_id: row.leads === true ? (personOf(principal) ?? null) : null };
}

export function toTeam(row: TeamRow): z.input<typeof Team> {
  return {
    id: encodeId('tem', row.id),
    name: row.name,
    description: row.description,
    members: Number(row.members),
    roles: row.roles.map(({ id, name }) => ({ id: encodeId('rol', id), name })),
    isYours: row.leads !== null,
    isLedByYou: row.leads === true,
    version: row.version,
    createdAt: row.created_at.toISOString(),
  };
}

export async function createTeam(ctx: Context<OrgTx, { readonly id: string }>, wanted: NewTeam) {
  const row = { id: ctx.prepared.id, ...wanted, created_at: ctx.now };
  await refuseTakenName(() => insertTeam(ctx.tx, { org_id: getOrg(ctx.principal), ...row }));
  ctx.subject('team', row.id);
  ctx.note({ name: row.name });
  return toTeam({ ...row, version: 1, members: '0', roles: [], leads: null });
}

export async function changeTeam(ctx: Context<OrgTx>, before: TeamRow, change: TeamChange) {
  const after = { name: change.name ?? before.name, description: change.description ?? before.description };
  await refuseTakenName(() => updateTeam(ctx.tx, before.id, after));
  ctx.note({ name: after.name, before: before.name });
  return toTeam({ ...before, ...after, version: before.version + 1 });
}

export async function endTeam(ctx: Ruled, team: TeamRow) {
  const principal = await demandActingNow(ctx, permissions.manage);
  demandHolding(ctx.prepared.roles, principal, await listTeamPermissions(ctx.tx, team.id));
  await deleteTeam(ctx.tx, team.id);
  const ended = { members: Number(team.members), roles: team.roles.length };
  ctx.note({ name: team.name, ...ended });
  return { ended };
}

/** A lead adds members and takes them out; who leads is for those to say who manage teams. */
export async function placeMember(
  ctx: Ruled,
  team: OwnedTeam,
  member: { readonly id: string },
  wanted: { readonly isLead?: boolean | undefined },
): Promise<void> {
  const principal = await demandActingNow(ctx, permissions.fill, team);
  const before = await findPlace(ctx.tx, team.id, member.id);
  const isLead = wanted.isLead ?? before?.is_lead ?? false;
  if (isLead !== (before?.is_lead ?? false)) demandManaging(principal, team);
  if (before === undefined || isLead) {
    demandHolding(ctx.prepared.roles, principal, await listTeamPermissions(ctx.tx, team.id));
  }
  if (before === undefined) await demandShared(ctx, principal, team);
  const place = { org_id: getOrg(ctx.principal), team_id: team.id, member_id: member.id };
  await putPlace(ctx.tx, { ...place, is_lead: isLead, joined_at: ctx.now });
  ctx.note({ name: team.name, member: member.id, isLead, isNew: before === undefined });
}

/** A place gives what is granted to the team, too. Whoever is in it has that; whoever is not holds it otherwise, or adds nobody. */
async function demandShared({ tx, prepared }: Ruled, principal: Principal, team: TeamRow): Promise<void> {
  if (team.leads !== null) return;
  const isHeld = await holdsShared(tx, principal, prepared.roles, await listSharedWithTeam(tx, team.id));
  if (!isHeld) throw errors['team.beyond_yours']();
}

export async function takeOutMember(ctx: Ruled, team: OwnedTeam, member: { readonly id: string }): Promise<void> {
  const principal = await demandActingNow(ctx, permissions.fill, team);
  const before = await findPlace(ctx.tx, team.id, member.id);
  if (before === undefined) throw kernelErrors['resource.not_found']();
  const isSelf = member.id === membershipOf(ctx.principal);
  if (before.is_lead && !isSelf) demandManaging(principal, team);
  if (!isSelf) demandHolding(ctx.prepared.roles, principal, await listTeamPermissions(ctx.tx, team.id));
  await endPlace(ctx, team, member.id, before.is_lead);
}

async function endPlace(ctx: Ruled, team: TeamRow, memberId: string, wasLead: boolean): Promise<void> {
  await deletePlace(ctx.tx, team.id, memberId);
  ctx.note({ name: team.name, member: memberId, wasLead });
}

type Reaching = Pick<Principal, 'reach'>;

/** What a place in the team is, for whoever was found to have the say: undefined where there is none; what it gives returns ends it. */
export async function holdPlace(ctx: Ruled, actor: Reaching, team: TeamRow, memberId: string) {
  const place = await findPlace(ctx.tx, team.id, memberId);
  if (place === undefined) return undefined;
  demandHolding(ctx.prepared.roles, actor, await listTeamPermissions(ctx.tx, team.id));
  return () => endPlace(ctx, team, memberId, place.is_lead);
}

/** Takes a role from a team, for whoever was found to have the say. */
export async function takeTeamRoleAs(
  ctx: Ruled,
  actor: Reaching,
  team: TeamRow,
  role: { readonly id: string; readonly permissions: readonly string[] },
): Promise<void> {
  demandHolding(ctx.prepared.roles, actor, role.permissions);
  ctx.note({ name: team.name, role: role.id, wasTheirs: await deleteTeamRole(ctx.tx, team.id, role.id) });
}

function demandManaging(principal: Principal, team: TeamRow): void {
  // Who leads a team is no part of it that is anybody's own.
  if (!may(principal, permissions.manage, { ...team, owner_user_id: null })) throw kernelErrors['auth.forbidden']();
}

async function refuseTakenName(write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    throw isDuplicate(error, 'team_name') ? errors['team.name_taken']({ cause: error }) : error;
  }
}
