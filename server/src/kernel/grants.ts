// Whether somebody may do something with one object, grants included: `may`, and where that is not enough what the database knows.
import { may, neededGrant, type Ownable } from './authorize.ts';
import { findsGrant } from './filter-queries.ts';
import { permissionsOfLevel } from './object-kinds.ts';
import { GRANT_LEVELS, hasBit, type Permission, type Reach, type Roles } from './permissions.ts';
import type { Authority } from './principal.ts';
import type { AnyTx } from './queries.ts';

/** The whole of the evaluator. Lists ask the same with `rowFilter`. */
export async function isAllowed(
  tx: AnyTx,
  principal: Authority,
  permission: Permission,
  target: Ownable,
): Promise<boolean> {
  if (may(principal, permission, target)) return true;
  const needed = neededGrant(principal, permission, target);
  if (needed === undefined) return false;
  return findsGrant(tx, needed);
}

/** Whether somebody may do all of it with an object: nobody grants what they could not do with it themselves. */
export async function holdsAll(
  tx: AnyTx,
  principal: Authority,
  permissions: readonly Permission[],
  target: Ownable,
): Promise<boolean> {
  for (const permission of permissions) if (!(await isAllowed(tx, principal, permission, target))) return false;
  return true;
}

/** What everybody in a team or a project was granted. */
export type Shared = { readonly object_kind: string; readonly object_id: string; readonly rank: number };

/**
 * Whether somebody could do all of it themselves: whoever brings others into a team or a project hands that on. What is their own
 * is not looked for, which only refuses more.
 */
export async function holdsShared(
  tx: AnyTx,
  principal: Authority,
  roles: Roles,
  shared: readonly Shared[],
): Promise<boolean> {
  for (const { object_kind: kind, object_id: id, rank } of shared) {
    const level = GRANT_LEVELS[rank - 1];
    if (level === undefined) return false;
    const given = permissionsOfLevel(roles.permissions, kind, level);
    if (!(await holdsAll(tx, principal, given, { object: { kind, id } }))) return false;
  }
  return true;
}

/** Whether a reach has all of that for every object there is: what a review asks of whoever attests to such a place. */
export function coversShared(reach: Reach, roles: Roles, shared: readonly Shared[]): boolean {
  return shared.every(({ object_kind: kind, rank }) => {
    const level = GRANT_LEVELS[rank - 1];
    return (
      level !== undefined &&
      permissionsOfLevel(roles.permissions, kind, level).every((permission) => hasBit(reach.all, permission))
    );
  });
}
