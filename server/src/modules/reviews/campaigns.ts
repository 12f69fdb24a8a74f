// What is asked of reviews over HTTP: starting, seeing, closing and canceling them, and how often everything is due.
import type { z } from 'zod';
import type { OrgTx } from '#db/scope.ts';
import type { Context } from '#kernel/context.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { encodeId } from '#kernel/fields.ts';
import type { Roles } from '#kernel/permissions.ts';
import { personOf, type Principal } from '#kernel/principal.ts';
import type { Tools } from '#kernel/tools.ts';
import { demandActingNow, demandActor, findActiveStanding, findMember, findMemberNames } from '#modules/members.ts';
import { ACCESS_KINDS } from './access.ts';
import {
  DEFAULT_RECURRENCE,
  errors,
  type Evidence,
  type NewReview,
  permissions,
  RECURRENCE_DAYS,
  Review,
  ReviewItem,
  Schedule,
  type StoredSchedule,
} from './campaign-model.ts';
import { type CampaignRow, endCampaign, findCampaign, findSchedule, listMemberAddresses } from './campaign-queries.ts';
import { closeCampaign } from './closing.ts';
import { demandPerson } from './decide.ts';
import { makeEvidence, nameItem, personOrNull, timeOrNull } from './evidence.ts';
import { hasOpenItems, type ItemRow } from './item-queries.ts';
import { type PreparedNews, prepareNews } from './mails.ts';
import { isFull, startCampaign } from './start.ts';
import { DAY_MS } from './times.ts';

/** The caller as a reviewer: what is theirs in a review. */
export function callerOf(principal: Principal): string | null {
  return personOf(principal) ?? null;
}

export type PreparedStart = PreparedNews & {
  readonly id: string;
  readonly roles: Roles;
  readonly reviewers: readonly string[];
};

export async function prepareStart(tools: Tools, principal: Principal, wanted: NewReview): Promise<PreparedStart> {
  const { orgId, memberId } = demandPerson(principal);
  const reviewers = [...new Set(wanted.reviewers ?? [memberId])];
  const addresses = await listMemberAddresses(tools.lookup, orgId, reviewers);
  const news = prepareNews(tools, orgId, addresses, { kind: 'started', name: wanted.name, days: wanted.days });
  return { ...news, id: tools.newId(), roles: tools.roles, reviewers };
}

export async function start(ctx: Context<OrgTx, PreparedStart>, wanted: NewReview): Promise<z.input<typeof Review>> {
  const { tx, now, prepared } = ctx;
  const person = demandPerson(ctx.principal);
  await demandActingNow(ctx, permissions.manage);
  const actor = await demandActor(tx, prepared.roles, person);
  if (wanted.onUnreviewed === 'revoke' && actor.role !== 'owner') throw errors['access_review.owner_needed']();
  const scope = {
    kinds: [...new Set(wanted.kinds ?? ACCESS_KINDS)],
    teams: wanted.teams ?? [],
    roles: wanted.roles ?? [],
  };
  const items = await startCampaign(ctx, {
    org_id: person.orgId,
    id: prepared.id,
    name: wanted.name,
    ...scope,
    is_full: isFull(scope),
    reviewers: await peopleOf(tx, prepared),
    on_unreviewed: wanted.onUnreviewed,
    recurrence: wanted.recurrence,
    days: wanted.days,
    started_at: now,
    started_by: person.userId,
    due_at: new Date(now.getTime() + wanted.days * DAY_MS),
    previous: null,
  });
  if (items === undefined || items === 0) throw errors['access_review.unfit_scope']();
  await prepared.tell(tx, now);
  ctx.subject('access_review', prepared.id);
  ctx.note({
    name: wanted.name,
    isFull: isFull(scope),
    items,
    onUnreviewed: wanted.onUnreviewed,
    recurrence: wanted.recurrence,
  });
  return show(ctx, prepared.id);
}

/** The people behind memberships that can act. Throws `access_review.unfit_reviewer`. */
async function peopleOf(tx: OrgTx, { roles, reviewers }: PreparedStart): Promise<string[]> {
  const found = new Map<string, string>();
  for (const id of reviewers) {
    const isActive = (await findActiveStanding(tx, roles, id)) !== undefined;
    const member = isActive ? await findMember(tx, id) : undefined;
    if (member !== undefined && member.role !== 'guest') found.set(id, member.user_id);
  }
  const unfit = reviewers.filter((id) => !found.has(id));
  if (unfit.length === 0) return [...found.values()];
  throw errors['access_review.unfit_reviewer']({
    fields: unfit.map((id) => ({ pointer: '/body/reviewers', message: `${encodeId('mem', id)} is no active member` })),
  });
}

async function show(ctx: Context<OrgTx, unknown>, id: string): Promise<z.input<typeof Review>> {
  const row = await findCampaign(ctx.tx, id, callerOf(ctx.principal));
  if (row === undefined) throw kernelErrors['resource.not_found']();
  return toReview(row, await findMemberNames(ctx.tx, ctx.principal, row.reviewers));
}

type Names = ReadonlyMap<string, string>;

export function toReview(row: CampaignRow, names: Names): z.input<typeof Review> {
  return {
    id: encodeId('rev', row.id),
    name: row.name,
    kinds: row.kinds,
    teams: row.teams.map((id) => encodeId('tem', id)),
    roles: row.roles,
    isFull: row.is_full,
    onUnreviewed: Review.shape.onUnreviewed.parse(row.on_unreviewed),
    recurrence: Review.shape.recurrence.parse(row.recurrence),
    state: Review.shape.state.parse(row.state),
    startedAt: row.started_at.toISOString(),
    dueAt: row.due_at.toISOString(),
    endedAt: timeOrNull(row.ended_at),
    items: Number(row.items),
    done: Number(row.done),
    revoked: Number(row.revoked),
    reviewers: row.reviewers.map((id) => ({ userId: encodeId('usr', id), name: names.get(id) ?? null })),
    isYours: row.owner_user_id !== null,
    evidenceSha256: row.evidence_sha256,
    version: row.version,
  };
}

export function toReviewItem(row: ItemRow, names: Names, caller: string | null): z.input<typeof ReviewItem> {
  return {
    id: encodeId('rvi', row.id),
    accessId: nameItem(row),
    kind: row.kind,
    holder: row.holder,
    email: row.email,
    userId: personOrNull(row.user_id),
    title: row.title,
    gives: row.gives,
    grantedAt: row.granted_at.toISOString(),
    lastUsedAt: timeOrNull(row.last_used_at),
    expiresAt: timeOrNull(row.expires_at),
    flags: row.flags,
    isYours: caller !== null && row.user_id === caller,
    decision: ReviewItem.shape.decision.parse(row.decision),
    reason: row.reason,
    decidedBy:
      row.decided_by === null
        ? null
        : { userId: encodeId('usr', row.decided_by), name: names.get(row.decided_by) ?? null },
    decidedAt: timeOrNull(row.decided_at),
    isOwn: row.is_own,
    outcome: ReviewItem.shape.outcome.parse(row.outcome),
    note: row.note,
  };
}

/** Before its time, when nothing is left to decide. The campaign is locked. */
export async function closeEarly(ctx: Context<OrgTx>, campaign: CampaignRow): Promise<z.input<typeof Review>> {
  const { orgId } = demandPerson(ctx.principal);
  if (campaign.state !== 'open') throw errors['access_review.over']();
  if (await hasOpenItems(ctx.tx, campaign.id)) throw errors['access_review.not_done']();
  ctx.note(await closeCampaign(ctx, orgId, campaign));
  return show(ctx, campaign.id);
}

/** What was decided stays decided; there is no evidence, and none follows. The campaign is locked. */
export async function cancel(ctx: Context<OrgTx>, campaign: CampaignRow): Promise<void> {
  demandPerson(ctx.principal);
  if (campaign.state !== 'open') throw errors['access_review.over']();
  await endCampaign(ctx.tx, campaign.id, { state: 'canceled', at: ctx.now, sha256: null });
  ctx.note({ name: campaign.name, items: Number(campaign.items), done: Number(campaign.done) });
}

export async function tellEvidence(tx: OrgTx, orgId: string, campaign: CampaignRow): Promise<z.input<typeof Evidence>> {
  if (campaign.state !== 'closed' || campaign.ended_at === null) throw errors['access_review.not_closed']();
  const { document, sha256, items } = await makeEvidence(tx, orgId, campaign, campaign.ended_at);
  const names = items.map((item) => {
    const { kind, holder, email, title } = item;
    return { id: nameItem(item), kind, holder, email, title };
  });
  return { evidence: document, sha256, names };
}

export async function tellSchedule(tx: OrgTx, now: Date): Promise<z.input<typeof StoredSchedule>> {
  const found = await findSchedule(tx);
  const recurrence = Schedule.shape.recurrence.parse(found.recurrence ?? DEFAULT_RECURRENCE);
  const from = Math.max(found.since.getTime(), found.closed?.getTime() ?? 0);
  const dueAt = new Date(from + RECURRENCE_DAYS[recurrence] * DAY_MS);
  return {
    recurrence,
    lastClosedAt: timeOrNull(found.closed),
    dueAt: dueAt.toISOString(),
    isOverdue: dueAt <= now,
    version: found.version,
  };
}
