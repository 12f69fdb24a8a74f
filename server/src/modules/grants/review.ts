// Grants as a review of access decides about them: held, covered, and ended like any other time.
import type { OrgTx } from '#db/scope.ts';
import type { Context } from '#kernel/context.ts';
import { permissionsOfLevel } from '#kernel/object-kinds.ts';
import { hasBit, type Reach, type Roles } from '#kernel/permissions.ts';
import { errors } from './model.ts';
import { deleteGrant, type GrantRow, lockGrant } from './queries.ts';
import { levelOf } from './service.ts';

/** Locked; undefined where it is gone. Throws `grant.beyond_yours` for who does not hold for all objects what it gives for this one. */
export async function holdGrant(tx: OrgTx, roles: Roles, actor: Reach, id: string): Promise<GrantRow | undefined> {
  const grant = await lockGrant(tx, id);
  if (grant === undefined) return undefined;
  const given = permissionsOfLevel(roles.permissions, grant.object_kind, levelOf(grant.rank));
  if (!given.every((permission) => hasBit(actor.all, permission))) throw errors['grant.beyond_yours']();
  return grant;
}

export async function endGrantAs(ctx: Context<OrgTx, unknown>, grant: GrantRow): Promise<void> {
  await deleteGrant(ctx.tx, grant.id);
  ctx.note({ objectKind: grant.object_kind, object: grant.object_id, level: levelOf(grant.rank) });
}
