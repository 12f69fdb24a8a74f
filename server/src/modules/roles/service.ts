// The rules of custom roles: nobody puts into a role, gives or takes what they do not hold.
import type { z } from 'zod';
import { isDuplicate } from '#db/errors.ts';
import type { OrgTx } from '#db/scope.ts';
import type { Context } from '#kernel/context.ts';
import { encodeId } from '#kernel/fields.ts';
import { hasBit, isGivable, type Reach, type Roles } from '#kernel/permissions.ts';
import { getOrg, type Principal } from '#kernel/principal.ts';
import { demandActingNow } from '#modules/members.ts';
import { errors, type NewRole, permissions, type Role, type RoleChange, ROLES_MAX } from './model.ts';
import { countRoles, deleteMemberRole, deleteRole, type findRole, insertRole, updateRole } from './queries.ts';

export type RoleRow = NonNullable<Awaited<ReturnType<typeof findRole>>>;

export function toRole(row: RoleRow): z.input<typeof Role> {
  return {
    id: encodeId('rol', row.id),
    name: row.name,
    description: row.description,
    permissions: row.permissions,
    members: Number(row.members),
    teams: Number(row.teams),
    version: row.version,
    createdAt: row.created_at.toISOString(),
  };
}

/** Whether somebody with this reach may put the permission into a role, or give a role that has it. */
export function mayHandOn(roles: Roles, reach: Reach, name: string): boolean {
  const permission = roles.findPermission(name);
  return permission !== undefined && isGivable(permission) && hasBit(reach.all, permission);
}

/**
 * Names that no release knows any more give nothing, so they stand in nobody's way.
 * @throws role.beyond_yours when the role holds something that the caller does not.
 */
export function demandHolding(roles: Roles, { reach }: Pick<Principal, 'reach'>, permissions: readonly string[]): void {
  const lacking = permissions.filter(
    (name) => roles.findPermission(name) !== undefined && !mayHandOn(roles, reach, name),
  );
  if (lacking.length === 0) return;
  throw errors['role.beyond_yours']({
    fields: lacking.map((name) => ({ pointer: '/permissions', message: `${name} is not yours` })),
  });
}

/** @throws role.permission_refused with every name that the caller cannot put into a role. */
function demandGivable(roles: Roles, { reach }: Principal, permissions: readonly string[]): void {
  const refused = permissions.filter((name) => !mayHandOn(roles, reach, name));
  if (refused.length === 0) return;
  throw errors['role.permission_refused']({
    fields: refused.map((name) => ({
      pointer: `/body/permissions/${String(permissions.indexOf(name))}`,
      message: roles.findPermission(name) === undefined ? 'is no permission' : 'is not yours to give',
    })),
  });
}

type Prepared = { readonly id: string; readonly roles: Roles };

export async function createRole(ctx: Context<OrgTx, Prepared>, wanted: NewRole): Promise<z.input<typeof Role>> {
  const { tx, prepared, now } = ctx;
  const principal = await demandActingNow(ctx, permissions.manage);
  const orgId = getOrg(principal);
  const held = sorted(wanted.permissions);
  demandGivable(prepared.roles, principal, wanted.permissions);
  if ((await countRoles(tx)) >= ROLES_MAX) throw errors['role.too_many']();
  const row = {
    id: prepared.id,
    name: wanted.name,
    description: wanted.description,
    permissions: held,
    created_at: now,
  };
  await refuseTakenName(() => insertRole(tx, { org_id: orgId, ...row }));
  ctx.subject('role', row.id);
  ctx.note({ name: row.name, permissions: held });
  return toRole({ ...row, version: 1, members: '0', teams: '0' });
}

/** What the role held stays for nobody to change who does not hold it too: taking away is acting on others. */
export async function changeRole(
  ctx: Context<OrgTx, { readonly roles: Roles }>,
  before: RoleRow,
  change: RoleChange,
): Promise<z.input<typeof Role>> {
  const { roles } = ctx.prepared;
  const principal = await demandActingNow(ctx, permissions.manage);
  demandHolding(roles, principal, before.permissions);
  const held = change.permissions === undefined ? undefined : sorted(change.permissions);
  if (change.permissions !== undefined) demandGivable(roles, principal, change.permissions);
  await refuseTakenName(() => updateRole(ctx.tx, before.id, { ...change, permissions: held }));
  const after = {
    ...before,
    name: change.name ?? before.name,
    description: change.description ?? before.description,
    permissions: held ?? before.permissions,
    version: before.version + 1,
  };
  ctx.note({
    name: after.name,
    added: after.permissions.filter((name) => !before.permissions.includes(name)),
    removed: before.permissions.filter((name) => !after.permissions.includes(name)),
    members: Number(before.members),
    teams: Number(before.teams),
  });
  return toRole(after);
}

type Ruled = Context<OrgTx, { readonly roles: Roles }>;
type Reaching = Pick<Principal, 'reach'>;

/** Takes the role from a member, for whoever was found to have the say. */
export async function takeRoleAs(ctx: Ruled, actor: Reaching, role: RoleRow, memberId: string): Promise<void> {
  demandHolding(ctx.prepared.roles, actor, role.permissions);
  ctx.note({ name: role.name, member: memberId, wasTheirs: await deleteMemberRole(ctx.tx, memberId, role.id) });
}

export async function endRole(ctx: Ruled, row: RoleRow) {
  return endRoleAs(ctx, await demandActingNow(ctx, permissions.manage), row);
}

/** The same for whoever was found to have the say. */
export async function endRoleAs(ctx: Ruled, actor: Reaching, row: RoleRow) {
  demandHolding(ctx.prepared.roles, actor, row.permissions);
  await deleteRole(ctx.tx, row.id);
  const ended = { members: Number(row.members), teams: Number(row.teams) };
  ctx.note({ name: row.name, permissions: row.permissions, ...ended });
  return { ended };
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].toSorted();
}

async function refuseTakenName(write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    throw isDuplicate(error, 'custom_role_name') ? errors['role.name_taken']({ cause: error }) : error;
  }
}
