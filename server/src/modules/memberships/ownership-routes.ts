// The offer of ownership: made and taken back by owners, answered by whom it is made to.
import { callersOwn } from '#kernel/authorize.ts';
import { Nothing } from '#kernel/fields.ts';
import { defineRoute } from '#kernel/route.ts';
import { findOrganization } from '#modules/organizations.ts';
import { Departed, NewOffer, Offer, OpenOffer, ownershipPermissions as permissions } from './model.ts';
import { acceptOffer, endOffer, loadOffer, lookAtOffer, offer, prepareOffer } from './ownership.ts';

const OFFER = '/api/v1/organization/ownership-offer';

export const offerRoute = defineRoute({
  id: 'ownership.offer',
  method: 'POST',
  path: OFFER,
  summary: 'Offer the ownership of the organization to a member, who has a week to accept',
  scope: 'org',
  access: [{ permission: permissions.offer, target: (ctx) => findOrganization(ctx.tx) }],
  stepUp: true,
  rate: 'write',
  audit: { action: 'ownership.offered' },
  params: Nothing,
  query: Nothing,
  body: NewOffer,
  output: Offer,
  status: 201,
  errors: ['member.beyond_yours', 'ownership.offer_open', 'ownership.unfit'],
  prepare: (tools, { principal, input }) => prepareOffer(tools, principal, input.body),
  handle: (ctx, { body }) => offer(ctx, body),
});

export const getOfferRoute = defineRoute({
  id: 'ownership.get_offer',
  method: 'GET',
  path: OFFER,
  summary: 'The offer of ownership that is open, for owners and for whom it is made to',
  scope: 'org',
  access: [{ permission: permissions.read, target: callersOwn }],
  rate: 'read',
  audit: { none: 'names two members, shows no secret' },
  params: Nothing,
  query: Nothing,
  body: Nothing,
  output: OpenOffer,
  status: 200,
  errors: [],
  handle: (ctx) => lookAtOffer(ctx),
});

export const cancelOfferRoute = defineRoute({
  id: 'ownership.cancel_offer',
  method: 'DELETE',
  path: OFFER,
  summary: 'Take the offer of ownership back',
  scope: 'org',
  access: [{ permission: permissions.offer, target: (ctx) => loadOffer(ctx.tx) }],
  stepUp: true,
  rate: 'write',
  audit: { action: 'ownership.offer_canceled' },
  params: Nothing,
  query: Nothing,
  body: Nothing,
  output: Nothing,
  status: 204,
  errors: ['ownership.over'],
  prepare: async (tools) => tools.roles,
  handle: async (ctx, _input, [row]) => {
    await endOffer(ctx, row);
    return {};
  },
});

export const acceptOfferRoute = defineRoute({
  id: 'ownership.accept_offer',
  method: 'POST',
  path: `${OFFER}/acceptance`,
  summary: 'Become the owner you are asked to be; you and the giver sign in again',
  scope: 'org',
  access: [{ permission: permissions.answer, target: (ctx) => loadOffer(ctx.tx) }],
  stepUp: true,
  rate: 'write',
  audit: { action: 'ownership.accepted' },
  params: Nothing,
  query: Nothing,
  body: Nothing,
  output: Departed,
  status: 200,
  errors: ['ownership.over'],
  prepare: async (tools) => tools.roles,
  handle: async (ctx, _input, [row]) => ({ ended: await acceptOffer(ctx, row) }),
});

export const declineOfferRoute = defineRoute({
  id: 'ownership.decline_offer',
  method: 'POST',
  path: `${OFFER}/refusal`,
  summary: 'Decline the ownership that you are offered',
  scope: 'org',
  access: [{ permission: permissions.answer, target: (ctx) => loadOffer(ctx.tx) }],
  rate: 'write',
  audit: { action: 'ownership.declined' },
  params: Nothing,
  query: Nothing,
  body: Nothing,
  output: Nothing,
  status: 204,
  errors: ['ownership.over'],
  prepare: async (tools) => tools.roles,
  handle: async (ctx, _input, [row]) => {
    await endOffer(ctx, row);
    return {};
  },
});
