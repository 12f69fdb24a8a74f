// Who acts, as they stand now: whoever lost a right while their call waited for a lock hands nothing on by it.
import type { OrgTx } from '#db/scope.ts';
import { may, type Ownable } from '#kernel/authorize.ts';
import type { Context } from '#kernel/context.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { Permission, Roles } from '#kernel/permissions.ts';
import type { Principal } from '#kernel/principal.ts';
import { demandActing } from '#modules/members.ts';
import { lockMemberships } from '#modules/organizations.ts';

/**
 * The caller with the reach that they have under the lock of memberships. Called after the rows of roles and teams are locked.
 * Throws `auth.invalid` for who is not what they came as, `auth.forbidden` for who may not do this any more.
 */
export async function demandActingNow(
  ctx: Context<OrgTx, { readonly roles: Roles }>,
  permission: Permission,
  target: Ownable = {},
): Promise<Principal> {
  await lockMemberships(ctx.tx);
  const { reach } = await demandActing(ctx.tx, ctx.prepared.roles, ctx.principal);
  const principal = { ...ctx.principal, reach };
  if (!may(principal, permission, target)) throw kernelErrors['auth.forbidden']();
  return principal;
}
