// Deciding: about nothing twice, about nothing beyond one's own, about nobody's own access; what is revoked ends in the same transaction.
import type { z } from 'zod';
import type { OrgTx } from '#db/scope.ts';
import type { Context } from '#kernel/context.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { encodeId } from '#kernel/fields.ts';
import { NO_REACH, type Roles } from '#kernel/permissions.ts';
import type { Principal, UserPrincipal } from '#kernel/principal.ts';
import { demandActingNow, demandActor, listActiveOwners } from '#modules/members.ts';
import { ACCESS_KINDS, type AccessKindName } from './access.ts';
import { type Decided, type Decisions, errors, permissions } from './campaign-model.ts';
import type { CampaignRow } from './campaign-queries.ts';
import type { Deed } from './deed.ts';
import { type ItemRow, lockItems, settleItem } from './item-queries.ts';
import { type Revoking, revokings } from './revoking.ts';

/** Reviews are for people. Throws `access_review.person_needed`. */
export function demandPerson(principal: Principal): UserPrincipal {
  if (principal.kind !== 'user') throw errors['access_review.person_needed']();
  return principal;
}

/** Which kind an item is of; an older release may have written it. Undefined for one that this release does not know. */
export function findRevoking({ kind }: Pick<ItemRow, 'kind'>): Revoking | undefined {
  const name = ACCESS_KINDS.find((one): one is AccessKindName => one === kind);
  return name === undefined ? undefined : revokings[name];
}

export async function decide(
  ctx: Context<OrgTx, Roles>,
  campaign: CampaignRow,
  { items: ids, decision, reason }: Decisions,
): Promise<z.input<typeof Decided>> {
  const { tx, now, prepared: roles } = ctx;
  const person = demandPerson(ctx.principal);
  if (campaign.state !== 'open' || campaign.due_at <= now) throw errors['access_review.over']();
  const items = await lockUndecided(tx, campaign.id, [...new Set(ids)]);
  const asking = { ctx, orgId: person.orgId, reviewId: campaign.id, roles };
  // Rows of teams and roles first, then memberships: the order of locks everywhere.
  for (const item of items) await findRevoking(item)?.lock?.({ ...asking, actor: NOBODY }, item);
  await demandActingNow({ ...ctx, prepared: { roles } }, permissions.decide, campaign);
  const deed: Deed = { ...asking, actor: await demandActor(tx, roles, person) };
  const told = { kept: 0, revoked: 0, gone: 0 };
  const isAlone = await isOneOwner(deed);
  for (const item of items) {
    const isOwn = await isDecidersOwn(deed, item, person.userId);
    if (isOwn && !isAlone) throw errors['access_review.own_access']();
    const end = await findRevoking(item)?.hold(deed, item);
    const outcome = outcomeOf(end !== undefined, decision);
    if (outcome === 'revoked') await end?.();
    told[outcome] += 1;
    await settleItem(tx, campaign.id, item.id, {
      outcome,
      decision: { decision, reason, decided_by: person.userId, decided_at: now, is_own: isOwn },
    });
  }
  ctx.note({ decision, reason, ...told, items: items.map(({ id }) => encodeId('rvi', id)) });
  return told;
}

/** Holds nothing: locking asks for no rights. */
const NOBODY: Deed['actor'] = {
  role: 'viewer',
  granted: [],
  reach: NO_REACH,
  memberId: undefined,
};

function outcomeOf(isThere: boolean, decision: 'keep' | 'revoke'): 'kept' | 'revoked' | 'gone' {
  if (!isThere) return 'gone';
  return decision === 'keep' ? 'kept' : 'revoked';
}

/** Of many decisions at once about one item, one is made: the others wait for the row and find it made. */
async function lockUndecided(tx: OrgTx, reviewId: string, ids: readonly string[]): Promise<readonly ItemRow[]> {
  const items = await lockItems(tx, reviewId, ids);
  if (items.length < ids.length) throw kernelErrors['resource.not_found']();
  const decided = items.filter(({ outcome }) => outcome !== null);
  if (decided.length === 0) return items;
  const fields = decided.map(({ id }) => ({ pointer: '/body/items', message: `${encodeId('rvi', id)} is decided` }));
  throw errors['access_review.decided']({ fields });
}

async function isDecidersOwn(deed: Deed, item: ItemRow, userId: string): Promise<boolean> {
  return item.user_id === userId || ((await findRevoking(item)?.concerns?.(deed, item)) ?? false);
}

/** Nobody else could decide about what they have: they may, and the evidence says so. */
async function isOneOwner({ ctx, actor }: Deed): Promise<boolean> {
  const owners = await listActiveOwners(ctx.tx);
  return owners.length === 1 && owners[0] === actor.memberId;
}
