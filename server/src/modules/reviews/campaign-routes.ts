// Reviews of access over HTTP: owners start them, reviewers decide, everybody who may read sees what came of it.
import { callersOwn, defineRows } from '#kernel/authorize.ts';
import { Nothing } from '#kernel/fields.ts';
import { mapPage, pageOf } from '#kernel/page.ts';
import { getOrg } from '#kernel/principal.ts';
import { defineRoute } from '#kernel/route.ts';
import { findMemberNames } from '#modules/members.ts';
import { findOrganization } from '#modules/organizations.ts';
import {
  Decided,
  Decisions,
  Evidence,
  ItemState,
  NewReview,
  permissions,
  Review,
  ReviewItem,
  ReviewRef,
  ReviewState,
} from './campaign-model.ts';
import { campaignList, findCampaign, listCampaigns, lockCampaign } from './campaign-queries.ts';
import {
  callerOf,
  cancel,
  closeEarly,
  prepareStart,
  start,
  tellEvidence,
  toReview,
  toReviewItem,
} from './campaigns.ts';
import { decide } from './decide.ts';
import { itemList, listItems } from './item-queries.ts';
import { ReportQuery } from './model.ts';

const reviewRows = defineRows({ kind: 'access_review', permission: permissions.read, ownerColumn: 'mine.user_id' });
const itemRows = defineRows({ kind: 'review_item', permission: permissions.read, ownerColumn: 'mine.user_id' });

export const listReviewsRoute = defineRoute({
  id: 'access_review.list',
  method: 'GET',
  path: '/api/v1/access-reviews',
  summary: 'Reviews of access: all of them, or those that you are asked to review',
  scope: 'org',
  access: [{ permission: permissions.read, target: callersOwn }],
  rows: reviewRows,
  rate: 'read',
  audit: { none: 'lists names and numbers' },
  params: Nothing,
  query: campaignList.query.extend({ state: ReviewState.optional().describe('Only those of this state') }),
  body: Nothing,
  output: pageOf(Review),
  status: 200,
  errors: [],
  handle: async (ctx, { query }) => {
    const page = await listCampaigns(ctx.tx, ctx.rows, query, callerOf(ctx.principal));
    const people = [...new Set(page.items.flatMap(({ reviewers }) => reviewers))];
    const names = await findMemberNames(ctx.tx, ctx.principal, people);
    return mapPage(page, (row) => toReview(row, names));
  },
});

export const getReviewRoute = defineRoute({
  id: 'access_review.get',
  method: 'GET',
  path: '/api/v1/access-reviews/:reviewId',
  summary: 'One review of access, and how far it is',
  scope: 'org',
  access: [
    {
      permission: permissions.read,
      target: (ctx, { params }) => findCampaign(ctx.tx, params.reviewId, callerOf(ctx.principal)),
    },
  ],
  rate: 'read',
  audit: { none: 'shows names and numbers' },
  params: ReviewRef,
  query: Nothing,
  body: Nothing,
  output: Review,
  status: 200,
  errors: [],
  handle: async (ctx, _input, [campaign]) =>
    toReview(campaign, await findMemberNames(ctx.tx, ctx.principal, campaign.reviewers)),
});

export const listItemsRoute = defineRoute({
  id: 'access_review.list_items',
  method: 'GET',
  path: '/api/v1/access-reviews/:reviewId/items',
  summary: 'What is reviewed, as it was when the review began, and what was decided about it',
  scope: 'org',
  access: [
    {
      permission: permissions.read,
      target: (ctx, { params }) => findCampaign(ctx.tx, params.reviewId, callerOf(ctx.principal)),
    },
  ],
  rows: itemRows,
  rate: 'read',
  audit: { none: 'lists what the report of access lists' },
  params: ReviewRef,
  query: itemList.query.extend({
    ...ReportQuery.shape,
    state: ItemState.optional().describe('Only those that wait for a decision, or those that do not'),
  }),
  body: Nothing,
  output: pageOf(ReviewItem),
  status: 200,
  errors: [],
  handle: async (ctx, { query }, [campaign]) => {
    const userId = callerOf(ctx.principal);
    const page = await listItems(ctx.tx, ctx.rows, { reviewId: campaign.id, userId }, query);
    const people = [...new Set(page.items.flatMap(({ decided_by: person }) => person ?? []))];
    const names = await findMemberNames(ctx.tx, ctx.principal, people);
    return mapPage(page, (row) => toReviewItem(row, names, userId));
  },
});

export const startReviewRoute = defineRoute({
  id: 'access_review.start',
  method: 'POST',
  path: '/api/v1/access-reviews',
  summary: 'Start a review: what access there is now is written down, and reviewers decide about it until it is due',
  scope: 'org',
  access: [{ permission: permissions.manage, target: (ctx) => findOrganization(ctx.tx) }],
  stepUp: true,
  rate: 'write',
  audit: { action: 'access_review.started' },
  params: Nothing,
  query: Nothing,
  body: NewReview,
  output: Review,
  status: 201,
  errors: [
    'access_review.person_needed',
    'access_review.unfit_reviewer',
    'access_review.unfit_scope',
    'access_review.owner_needed',
  ],
  prepare: (tools, { principal, input }) => prepareStart(tools, principal, input.body),
  handle: (ctx, { body }) => start(ctx, body),
});

export const decideRoute = defineRoute({
  id: 'access_review.decide',
  method: 'POST',
  path: '/api/v1/access-reviews/:reviewId/decisions',
  summary:
    'Keep or revoke up to a hundred items, with a reason; what is revoked ends in the same step, all of it or nothing',
  scope: 'org',
  access: [
    {
      permission: permissions.decide,
      target: (ctx, { params }) => lockCampaign(ctx.tx, params.reviewId, 'share', callerOf(ctx.principal)),
    },
  ],
  stepUp: true,
  rate: 'write',
  audit: { action: 'access_review.decided' },
  params: ReviewRef,
  query: Nothing,
  body: Decisions,
  output: Decided,
  status: 200,
  errors: [
    'access_review.person_needed',
    'access_review.own_access',
    'access_review.decided',
    'access_review.over',
    'member.beyond_yours',
    'member.last_owner',
    'member.unfit_successor',
    'role.beyond_yours',
    'api_key.beyond_yours',
    'grant.beyond_yours',
  ],
  prepare: async (tools) => tools.roles,
  handle: (ctx, { body }, [campaign]) => decide(ctx, campaign, body),
});

export const closeRoute = defineRoute({
  id: 'access_review.close',
  method: 'POST',
  path: '/api/v1/access-reviews/:reviewId/close',
  summary: 'Close a review in which everything is decided before it is due, and make its evidence',
  scope: 'org',
  access: [
    { permission: permissions.manage, target: (ctx, { params }) => lockCampaign(ctx.tx, params.reviewId, 'alone') },
  ],
  stepUp: true,
  rate: 'write',
  audit: { action: 'access_review.closed' },
  params: ReviewRef,
  query: Nothing,
  body: Nothing,
  output: Review,
  status: 200,
  errors: ['access_review.person_needed', 'access_review.over', 'access_review.not_done'],
  handle: (ctx, _input, [campaign]) => closeEarly(ctx, campaign),
});

export const cancelReviewRoute = defineRoute({
  id: 'access_review.cancel',
  method: 'DELETE',
  path: '/api/v1/access-reviews/:reviewId',
  summary: 'Cancel a review: what was decided stays, it counts for nothing, and none follows it',
  scope: 'org',
  access: [
    { permission: permissions.manage, target: (ctx, { params }) => lockCampaign(ctx.tx, params.reviewId, 'alone') },
  ],
  stepUp: true,
  rate: 'write',
  audit: { action: 'access_review.canceled' },
  params: ReviewRef,
  query: Nothing,
  body: Nothing,
  output: Nothing,
  status: 204,
  errors: ['access_review.person_needed', 'access_review.over'],
  handle: async (ctx, _input, [campaign]) => {
    await cancel(ctx, campaign);
    return {};
  },
});

export const evidenceRoute = defineRoute({
  id: 'access_review.evidence',
  method: 'GET',
  path: '/api/v1/access-reviews/:reviewId/evidence',
  summary: 'The evidence of a closed review, with the hash that the log has of it',
  scope: 'org',
  access: [
    {
      permission: permissions.read,
      target: (ctx, { params }) => findCampaign(ctx.tx, params.reviewId, callerOf(ctx.principal)),
    },
  ],
  rate: 'expensive',
  audit: { none: 'shows what the review shows' },
  params: ReviewRef,
  query: Nothing,
  body: Nothing,
  output: Evidence,
  status: 200,
  errors: ['access_review.not_closed'],
  handle: (ctx, _input, [campaign]) => tellEvidence(ctx.tx, getOrg(ctx.principal), campaign),
});
