// The end of a review: what nobody decided about is left or revoked, the evidence is made, its hash goes into the log, the next is planned.
import type { OrgTx } from '#db/scope.ts';
import type { Context, Facts } from '#kernel/context.ts';
import { AppError } from '#kernel/errors.ts';
import type { Roles } from '#kernel/permissions.ts';
import { standingAs } from '#modules/members.ts';
import { lockMemberships } from '#modules/organizations.ts';
import { RECURRENCE_DAYS } from './campaign-model.ts';
import { type CampaignRow, endCampaign } from './campaign-queries.ts';
import { findRevoking } from './decide.ts';
import type { Deed } from './deed.ts';
import { makeEvidence } from './evidence.ts';
import { type ItemRow, settleItem, type Verdict } from './item-queries.ts';
import { START_NEXT } from './job-names.ts';
import { DAY_MS } from './times.ts';

type Closing = Context<OrgTx, unknown>;

/** Revokes these items with an owner's rights: an owner has said so when the review began. Whatever cannot be revoked is an exception. */
export async function revokeUnreviewed(
  ctx: Closing,
  roles: Roles,
  { orgId, reviewId }: { readonly orgId: string; readonly reviewId: string },
  items: readonly ItemRow[],
): Promise<void> {
  const deed: Deed = { ctx, orgId, reviewId, roles, actor: { ...standingAs(roles, 'owner'), memberId: undefined } };
  for (const item of items) await findRevoking(item)?.lock?.(deed, item);
  await lockMemberships(ctx.tx);
  for (const item of items) await settleItem(ctx.tx, reviewId, item.id, await revokeOne(deed, item));
}

async function revokeOne(deed: Deed, item: ItemRow): Promise<Verdict> {
  const revoking = findRevoking(item);
  if (revoking === undefined) return { outcome: 'exception', note: 'unknown kind' };
  try {
    const end = await revoking.hold(deed, item);
    if (end === undefined) return { outcome: 'gone' };
    await end();
    return { outcome: 'revoked' };
  } catch (error) {
    // A rule refused it before anything was written, such as the one that keeps the last owner.
    if (error instanceof AppError && error.spec.status < 500) return { outcome: 'exception', note: error.code };
    throw error;
  }
}

/** The campaign is locked and open, and nothing in it waits. Returns what the event of it says; the next one is planned. */
export async function closeCampaign(ctx: Closing, orgId: string, campaign: CampaignRow): Promise<Facts> {
  const { tx, now } = ctx;
  const { sha256, items } = await makeEvidence(tx, orgId, campaign, now);
  await endCampaign(tx, campaign.id, { state: 'closed', at: now, sha256 });
  const count = (outcome: string): number => items.filter((item) => item.outcome === outcome).length;
  const next = nextStart(campaign, now);
  if (next !== undefined) await ctx.enqueue(START_NEXT, { organization: orgId, review: campaign.id }, next);
  return {
    name: campaign.name,
    evidenceSha256: sha256,
    isFull: campaign.is_full,
    items: items.length,
    kept: count('kept'),
    revoked: count('revoked'),
    gone: count('gone'),
    unreviewed: count('unreviewed'),
    exceptions: count('exception'),
  };
}

/** When the one that follows begins: early enough to be due when its time has come. Undefined where none follows. */
function nextStart({ recurrence, days }: CampaignRow, closedAt: Date): Date | undefined {
  if (!isRecurring(recurrence)) return undefined;
  const begins = closedAt.getTime() + (RECURRENCE_DAYS[recurrence] - days) * DAY_MS;
  return new Date(Math.max(begins, closedAt.getTime()));
}

function isRecurring(recurrence: string): recurrence is keyof typeof RECURRENCE_DAYS {
  return recurrence in RECURRENCE_DAYS;
}
