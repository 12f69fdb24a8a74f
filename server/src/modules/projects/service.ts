// The rules of projects: who is in one sees it, who leads it says who else is in it, and what is archived stands still.
import type { z } from 'zod';
import { isDuplicate } from '#db/errors.ts';
import type { OrgTx, ProjectTx } from '#db/scope.ts';
import { may } from '#kernel/authorize.ts';
import type { Context } from '#kernel/context.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { encodeId } from '#kernel/fields.ts';
import { holdsShared } from '#kernel/grants.ts';
import type { Roles } from '#kernel/permissions.ts';
import { getOrg, personOf, type Principal } from '#kernel/principal.ts';
import { lockMemberships } from '#modules/organizations.ts';
import { demandActingNow } from '#modules/members.ts';
import { errors, type NewProject, permissions, type Project, type ProjectChange } from './model.ts';
import {
  deletePlace,
  deleteProject,
  findPlace,
  findProject,
  insertProject,
  listSharedWith,
  lockProject,
  putPlace,
  updateProject,
} from './queries.ts';

export type ProjectRow = NonNullable<Awaited<ReturnType<typeof findProject>>>;
type OwnedProject = ProjectRow & { readonly owner_user_id: string | null };
type InProject = Context<OrgTx & ProjectTx, { readonly roles: Roles }>;

/** A project is everybody's own who is in it. */
export function ownedByMembers<T extends ProjectRow>(row: T | undefined, principal: Principal) {
  return ownedWhere(row, principal, row?.leads !== null);
}

/** The same project is its leads' own where it is about who is in it. */
export function ownedByLeads<T extends ProjectRow>(row: T | undefined, principal: Principal) {
  return ownedWhere(row, principal, row?.leads === true);
}

function ownedWhere<T extends ProjectRow>(row: T | undefined, principal: Principal, isOwn: boolean) {
  return row === undefined ? undefined : { ...row, owner_user_id: isOwn ? (personOf(principal) ?? null) : null };
}

/** One that the caller may see; undefined for any other, as for one that never was. */
export async function findSeenProject(tx: OrgTx, principal: Principal, id: string): Promise<ProjectRow | undefined> {
  const found = ownedByMembers(await findProject(tx, id), principal);
  return found !== undefined && may(principal, permissions.read, found) ? found : undefined;
}

/** The target of a change. Memberships first: whoever leaves the organization changes projects under that lock. */
export async function loadProject(tx: OrgTx, id: string): Promise<ProjectRow | undefined> {
  await lockMemberships(tx);
  return lockProject(tx, id);
}

export function toProject(row: ProjectRow): z.input<typeof Project> {
  return {
    id: encodeId('prj', row.id),
    name: row.name,
    description: row.description,
    status: row.archived_at === null ? 'active' : 'archived',
    members: Number(row.members),
    isYours: row.leads !== null,
    isLedByYou: row.leads === true,
    version: row.version,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by === null ? null : encodeId('usr', row.created_by),
    archivedAt: row.archived_at?.toISOString() ?? null,
  };
}

type Making = Context<OrgTx, { readonly id: string; readonly roles: Roles }>;

export async function createProject(ctx: Making, wanted: NewProject) {
  await demandActingNow(ctx, permissions.create);
  const row = { id: ctx.prepared.id, ...wanted, created_at: ctx.now, created_by: personOf(ctx.principal) ?? null };
  await refuseTakenName(() => insertProject(ctx.tx, { org_id: getOrg(ctx.principal), ...row }));
  ctx.subject('project', row.id);
  ctx.note({ name: row.name });
  return toProject({ ...row, version: 1, members: '0', leads: null, archived_at: null });
}

export async function changeProject(ctx: Context<OrgTx>, before: ProjectRow, change: ProjectChange) {
  demandActive(before);
  const after = { name: change.name ?? before.name, description: change.description ?? before.description };
  await refuseTakenName(() => updateProject(ctx.tx, before.id, after));
  ctx.note({ name: after.name, before: before.name });
  return toProject({ ...before, ...after, version: before.version + 1 });
}

/** Archiving what is archived changes nothing, and keeps the first time. */
export async function archiveProject(ctx: Context<OrgTx>, before: ProjectRow) {
  ctx.note({ name: before.name, wasArchived: before.archived_at !== null });
  if (before.archived_at !== null) return toProject(before);
  await updateProject(ctx.tx, before.id, { archived_at: ctx.now });
  return toProject({ ...before, archived_at: ctx.now, version: before.version + 1 });
}

/** What was granted to it holds again, so whoever brings it back could hand that on. */
export async function restoreProject(ctx: Context<OrgTx, { readonly roles: Roles }>, before: ProjectRow) {
  ctx.note({ name: before.name, wasArchived: before.archived_at !== null });
  if (before.archived_at === null) return toProject(before);
  const principal = await demandActingNow(ctx, permissions.update, ownedByMembers(before, ctx.principal));
  await demandShared(ctx, principal, before);
  await refuseTakenName(() => updateProject(ctx.tx, before.id, { archived_at: null }));
  return toProject({ ...before, archived_at: null, version: before.version + 1 });
}

export async function endProject(ctx: Context<OrgTx, { readonly roles: Roles }>, project: ProjectRow) {
  await demandActingNow(ctx, permissions.delete);
  if (project.archived_at === null) throw errors['project.not_archived']();
  await deleteProject(ctx.tx, project.id);
  const ended = { members: Number(project.members) };
  ctx.note({ name: project.name, ...ended });
  return { ended };
}

type Member = { readonly id: string; readonly user_id: string };

/** A lead adds members; who leads is for those to say who manage the members of all projects. */
export async function placeMember(
  ctx: InProject,
  project: OwnedProject,
  member: Member,
  wanted: { readonly isLead?: boolean | undefined },
): Promise<void> {
  const principal = await demandActingNow(ctx, permissions.manage_members, project);
  demandActive(project);
  const before = await findPlace(ctx.tx, member.user_id);
  const isLead = wanted.isLead ?? before?.is_lead ?? false;
  if (isLead !== (before?.is_lead ?? false)) demandManagingAll(principal, project);
  if (before === undefined) await demandShared(ctx, principal, project);
  const place = { org_id: getOrg(ctx.principal), project_id: project.id, user_id: member.user_id };
  await putPlace(ctx.tx, { ...place, is_lead: isLead, added_at: ctx.now });
  ctx.note({ name: project.name, member: member.id, isLead, isNew: before === undefined });
}

/** From an archived project too: taking something away needs nothing to stand. */
export async function takeOutMember(ctx: InProject, project: OwnedProject, member: Member): Promise<void> {
  const principal = await demandActingNow(ctx, permissions.manage_members, project);
  const before = await findPlace(ctx.tx, member.user_id);
  if (before === undefined) throw kernelErrors['resource.not_found']();
  if (before.is_lead && member.user_id !== personOf(ctx.principal)) demandManagingAll(principal, project);
  await endPlace(ctx, project, member, before);
}

/** For whoever was found to have the say, inside the wall of the project. */
export async function endPlace(
  ctx: Context<ProjectTx, unknown>,
  project: ProjectRow,
  member: Member,
  { is_lead: wasLead }: { readonly is_lead: boolean },
): Promise<void> {
  await deletePlace(ctx.tx, member.user_id);
  ctx.note({ name: project.name, member: member.id, wasLead });
}

export async function leaveProject(ctx: Context<OrgTx & ProjectTx>, project: OwnedProject): Promise<void> {
  // The check let nobody through but who is in it.
  if (project.owner_user_id === null) throw kernelErrors['resource.not_found']();
  await deletePlace(ctx.tx, project.owner_user_id);
  ctx.note({ name: project.name, wasLead: project.leads === true });
}

/** A place gives what is shared with the project. Whoever is in it has that; whoever is not holds it otherwise, or adds nobody. */
async function demandShared(
  { tx, prepared }: Context<OrgTx, { readonly roles: Roles }>,
  principal: Principal,
  project: ProjectRow,
): Promise<void> {
  if (project.leads !== null) return;
  const isHeld = await holdsShared(tx, principal, prepared.roles, await listSharedWith(tx, project.id));
  if (!isHeld) throw errors['project.beyond_yours']();
}

function demandManagingAll(principal: Principal, project: ProjectRow): void {
  // Who leads a project is no part of it that is anybody's own.
  if (!may(principal, permissions.manage_members, { ...project, owner_user_id: null }))
    throw kernelErrors['auth.forbidden']();
}

function demandActive({ archived_at: archivedAt }: ProjectRow): void {
  if (archivedAt !== null) throw errors['project.archived']();
}

async function refuseTakenName(write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    throw isDuplicate(error, 'project_name') ? errors['project.name_taken']({ cause: error }) : error;
  }
}
