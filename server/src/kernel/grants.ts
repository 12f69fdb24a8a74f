// Whether somebody may do something with one object, grants included: `may`, and where that is not enough what the database knows.
import { may, neededGrant, type Ownable } from './authorize.ts';
import { findsGrant } from './filter-queries.ts';
import { permissionsOfLevel } from './object-kinds.ts';
import { GRANT_LEVELS, type Permission, type Roles } from './permissions.ts';
import type { Principal } from './principal.ts';
import type { AnyTx } from './queries.ts';

/** The whole of the evaluator. Lists ask the same with `rowFilter`. */
export async function isAllowed(
  tx: AnyTx,
  principal: Principal,
  permission: Permission,
  target: Ownable,
): Promise<boolean> {
  if (may(principal, permission, target)) return true;
  const needed = neededGrant(principal, permission, target);
  if (needed === undefined) return false;
  return findsGrant(tx, needed);
}

/** What everybody in a team or a project was granted. */
export type Shared = { readonly object_kind: string; readonly object_id: string; readonly rank: number };

/**
 * Whether somebody could do all of it themselves: whoever brings others into a team or a project hands that on. What is their own
 * is not looked for, which only refuses more.
 */
export async function holdsShared(
  tx: AnyTx,
  principal: Principal,
  roles: Roles,
  shared: readonly Shared[],
): Promise<boolean> {
  for (const { object_kind: kind, object_id: id, rank } of shared) {
    const level = GRANT_LEVELS[rank - 1];
    if (level === undefined) return false;
    for (const permission of permissionsOfLevel(roles.permissions, kind, level)) {
      if (!(await isAllowed(tx, principal, permission, { object: { kind, id } }))) return false;
    }
  }
  return true;
}
