// Whether somebody may do something with one object, grants included: `may`, and where that is not enough what the database knows.
import { may, neededGrant, type Ownable } from './authorize.ts';
import { findsGrant } from './filter-queries.ts';
import type { Permission } from './permissions.ts';
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
