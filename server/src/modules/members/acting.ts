// Who acts, as they stand now: whoever lost a right while their call waited for a lock hands nothing on by it.
import type { OrgTx } from '#db/scope.ts';
import { may, type Ownable } from '#kernel/authorize.ts';
import type { Context } from '#kernel/context.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { Permission, Roles } from '#kernel/permissions.ts';
import type { EmergencyPrincipal, UserPrincipal } from '#kernel/principal.ts';
import { lockMemberships } from '#modules/organizations.ts';
import { demandActing } from './authority.ts';
import { findMember, type MemberRow } from './queries.ts';

/**
 * The caller with the reach that they have under the lock of memberships. Rows of roles and teams are locked before it, those of
 * members and their keys after it. Throws `auth.invalid` for who is not what they came as, `auth.forbidden` for who may not do this any more.
 */
export async function demandActingNow(
  ctx: Context<OrgTx, { readonly roles: Roles }>,
  permission: Permission,
  target: Ownable = {},
): Promise<UserPrincipal | EmergencyPrincipal> {
  await lockMemberships(ctx.tx);
  const { principal: known } = ctx;
  if (known.kind !== 'user' && known.kind !== 'emergency') throw kernelErrors['auth.forbidden']();
  const { reach } = await demandActing(ctx.tx, ctx.prepared.roles, known);
  const principal = { ...known, reach };
  if (!may(principal, permission, target)) throw kernelErrors['auth.forbidden']();
  return principal;
}

/**
 * A member whom nobody changes or removes until the transaction ends; undefined for one who is gone. Rows of roles and teams are
 * locked before it.
 */
export async function findMemberNow(tx: OrgTx, id: string): Promise<MemberRow | undefined> {
  await lockMemberships(tx);
  return findMember(tx, id);
}
