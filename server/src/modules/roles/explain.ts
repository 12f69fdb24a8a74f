// What somebody may do, and why: the built-in role, custom roles of theirs, custom roles of their teams. And who a change concerns.
import type { z } from 'zod';
import { encodeId } from '#kernel/fields.ts';
import { type BuiltInRole, hasBit, isGivable, type Permission, type Reach, type Roles } from '#kernel/permissions.ts';
import type { EffectivePermissions, HeldRoles, PermissionList, Preview } from './model.ts';
import type { HeldRole, Holding } from './queries.ts';
import { mayHandOn } from './service.ts';

export const PREVIEW_PEOPLE_MAX = 200;

export function explainMember(
  roles: Roles,
  role: BuiltInRole,
  held: readonly HeldRole[],
): z.input<typeof EffectivePermissions> {
  const base = roles.reachOf(role);
  const items = roles.permissions.flatMap((permission) => {
    const by = held
      .filter((one) => isGivable(permission) && one.permissions.includes(permission.name))
      .map(describeHeldRole);
    const isAll = by.length > 0 || hasBit(base.all, permission);
    if (!isAll && !hasBit(base.own, permission)) return [];
    const isByRole = hasBit(base.all, permission) || (!isAll && hasBit(base.own, permission));
    const from = [...(isByRole ? [`role ${role}`] : []), ...by];
    return [{ permission: permission.name, reach: isAll ? ('all' as const) : ('own' as const), from }];
  });
  return {
    role,
    roles: showHeldRoles(held),
    items: items.toSorted((one, other) => (one.permission < other.permission ? -1 : 1)),
  };
}

export function showHeldRoles(held: readonly HeldRole[]): z.input<typeof HeldRoles> {
  return held.map(({ id, name, team_id, team_name }) => ({
    id: encodeId('rol', id),
    name,
    team: team_id === null || team_name === null ? null : { id: encodeId('tem', team_id), name: team_name },
  }));
}

export function describeHeldRole({ name, team_name }: HeldRole): string {
  return team_name === null ? `role “${name}”` : `role “${name}” of team “${team_name}”`;
}

/** Every permission there is, for whoever composes a role. The operator’s own are not of an organization. */
export function listPermissions(roles: Roles, reach: Reach): z.input<typeof PermissionList> {
  const rolesIn = (holders: Permission['all']) =>
    holders.filter((one): one is BuiltInRole => one !== 'operator' && one !== 'unproven');
  return {
    items: roles.permissions
      .map((permission) => ({
        name: permission.name,
        description: permission.describe,
        builtIn: rolesIn(permission.all),
        own: rolesIn(permission.own),
        isKeyScope: permission.keyScope,
        isGivable: mayHandOn(roles, reach, permission.name),
      }))
      .filter(({ builtIn, own }) => builtIn.length + own.length > 0)
      .toSorted((one, other) => (one.name < other.name ? -1 : 1)),
  };
}

/** Who would hold more or less if the role held `after`. `holders` are one more than are shown where there are more. */
export function previewChange(
  roles: Roles,
  reach: Reach,
  change: { readonly before: readonly string[]; readonly after: readonly string[] },
  holders: readonly Holding[],
): z.input<typeof Preview> {
  const [before, after] = [new Set(change.before), new Set(change.after)];
  const added = [...after].filter((name) => !before.has(name)).toSorted();
  const removed = [...before].filter((name) => !after.has(name)).toSorted();
  const people = holders.slice(0, PREVIEW_PEOPLE_MAX).flatMap((holder) => {
    const other = roles.reachOfMember(holder.base_role, holder.otherwise);
    const isNew = (name: string): boolean => {
      const permission = roles.findPermission(name);
      return permission !== undefined && isGivable(permission) && !hasBit(other.all, permission);
    };
    const [gains, loses] = [added.filter(isNew), removed.filter(isNew)];
    if (gains.length + loses.length === 0) return [];
    return [{ memberId: encodeId('mem', holder.member_id), name: holder.name, email: holder.email, gains, loses }];
  });
  return {
    added,
    removed,
    refused: [...after].filter((name) => !mayHandOn(roles, reach, name)).toSorted(),
    people,
    isWhole: holders.length <= PREVIEW_PEOPLE_MAX,
  };
}
