// What a review does by itself: it reminds, closes when it is due, and begins again. Each run is one transaction, whole or not at all.
import { z } from 'zod';
import { newUuid } from '#crypto/random.ts';
import type { OrgTx } from '#db/scope.ts';
import type { Context, Facts } from '#kernel/context.ts';
import { defineJob } from '#kernel/job.ts';
import { actorOf } from '#kernel/principal.ts';
import { insertPendingEvents } from '#kernel/queries.ts';
import type { Tools } from '#kernel/tools.ts';
import { findMember, listActiveOwners } from '#modules/members.ts';
import {
  type CampaignRow,
  findCampaign,
  findReviewName,
  listReviewAddresses,
  listReviewers,
  lockCampaign,
} from './campaign-queries.ts';
import { closeCampaign, revokeUnreviewed } from './closing.ts';
import { hasOpenItems, leaveUnreviewed, listOpenItems } from './item-queries.ts';
import { CLOSE, REMIND, START_NEXT } from './job-names.ts';
import { type News, prepareNews } from './mails.ts';
import { startCampaign } from './start.ts';
import { DAY_MS } from './times.ts';

const payload = z.strictObject({ organization: z.uuid(), review: z.uuid() });
type Payload = z.output<typeof payload>;
/** A transaction of a second or two. */
const REVOKED_AT_ONCE = 100;

async function prepareFor(tools: Tools, { organization, review }: Payload, kind: News['kind']) {
  const found = await findReviewName(tools.lookup, organization, review);
  const to = await listReviewAddresses(tools.lookup, organization, review);
  const [name, due] = [found?.name ?? '', found?.due_at ?? new Date(0)];
  const news: Readonly<Record<News['kind'], News>> = {
    started: { kind: 'started', name, days: found?.days ?? 1 },
    due: { kind: 'due', name, due },
    closed: { kind: 'closed', name },
  };
  return { roles: tools.roles, id: tools.newId(), ...prepareNews(tools, organization, to, news[kind]) };
}

export const closeJob = defineJob({
  id: CLOSE.id,
  summary:
    'Closes a review of access when it is due: what nobody decided about is left or revoked, and the evidence is made',
  scope: 'org',
  tables: ['review_campaign', 'review_item', 'mail_outbox'],
  audit: { none: 'the run that closes it writes the event, and so does each revocation' },
  timeoutMs: 30_000,
  attempts: 20,
  concurrency: 2,
  payload,
  prepare: (tools, { payload: what }) => prepareFor(tools, what, 'closed'),
  run: async (ctx, what) => {
    const { tx, now, prepared } = ctx;
    const campaign = await lockCampaign(tx, what.review, 'alone');
    if (campaign === undefined || campaign.state !== 'open' || campaign.due_at > now) return;
    if (campaign.on_unreviewed === 'revoke') {
      const items = await listOpenItems(tx, campaign.id, REVOKED_AT_ONCE);
      await revokeUnreviewed(ctx, prepared.roles, { orgId: what.organization, reviewId: campaign.id }, items);
      if (await hasOpenItems(tx, campaign.id)) return ctx.enqueue(CLOSE, what);
    }
    await leaveUnreviewed(tx, campaign.id);
    await write(ctx, what.organization, campaign.id, {
      action: 'access_review.closed',
      facts: await closeCampaign(ctx, what.organization, campaign),
    });
    await prepared.tell(tx, now);
  },
});

export const remindJob = defineJob({
  id: REMIND.id,
  summary: 'Reminds reviewers a week and a day before a review of access is due',
  scope: 'org',
  tables: ['review_campaign', 'review_item', 'mail_outbox'],
  audit: { none: 'the mail tells of what is in the log' },
  timeoutMs: 10_000,
  attempts: 20,
  concurrency: 2,
  payload,
  prepare: (tools, { payload: what }) => prepareFor(tools, what, 'due'),
  run: async ({ tx, now, prepared }, { review }) => {
    const campaign = await findCampaign(tx, review, null);
    if (campaign?.state === 'open' && (await hasOpenItems(tx, review))) await prepared.tell(tx, now);
  },
});

/** The payload names the one before. */
export const startNextJob = defineJob({
  id: START_NEXT.id,
  summary: 'Starts the review of access that follows one that has closed',
  scope: 'org',
  tables: ['review_campaign', 'review_item', 'review_reviewer', 'mail_outbox'],
  audit: { none: 'the run that starts it writes the event' },
  timeoutMs: 30_000,
  attempts: 20,
  concurrency: 2,
  payload,
  prepare: (tools, { payload: what }) => prepareFor(tools, what, 'started'),
  run: async (ctx, { organization, review }) => {
    const { tx, now, prepared } = ctx;
    const before = await findCampaign(tx, review, null);
    if (before?.state !== 'closed') return;
    const items = await startCampaign(ctx, {
      org_id: organization,
      id: prepared.id,
      ...whatStays(before),
      reviewers: [...(await reviewersNow(tx, review))],
      started_at: now,
      due_at: new Date(now.getTime() + before.days * DAY_MS),
      previous: review,
    });
    if (items === undefined) return;
    await write(ctx, organization, prepared.id, {
      action: 'access_review.started',
      facts: { name: before.name, isFull: before.is_full, items, follows: review },
    });
    await prepared.tell(tx, now);
  },
});

function whatStays(campaign: CampaignRow) {
  const { name, kinds, teams, roles, is_full, on_unreviewed, recurrence, days, started_by } = campaign;
  return { name, kinds, teams, roles, is_full, on_unreviewed, recurrence, days, started_by };
}

/** Those who are members still; where nobody is left, the owners. */
async function reviewersNow(tx: OrgTx, before: string): Promise<readonly string[]> {
  const left = await listReviewers(tx, before);
  if (left.length > 0) return left;
  const owners = await Promise.all((await listActiveOwners(tx)).map((id) => findMember(tx, id)));
  return owners.flatMap((owner) => owner?.user_id ?? []);
}

async function write(
  ctx: Context<OrgTx, unknown>,
  orgId: string,
  reviewId: string,
  { action, facts }: { readonly action: string; readonly facts: Facts },
): Promise<void> {
  await insertPendingEvents(ctx.tx, [
    {
      stream: { kind: 'org', id: orgId },
      eventId: newUuid(ctx.now.getTime()),
      at: ctx.now,
      action,
      outcome: 'allowed',
      actor: actorOf(ctx.principal),
      target: { kind: 'access_review', id: reviewId },
      requestId: ctx.requestId,
      facts,
    },
  ]);
}
