// Inviting people, and what became of it.
import { defineRows } from '#kernel/authorize.ts';
import { Nothing } from '#kernel/fields.ts';
import { mapPage, pageOf } from '#kernel/page.ts';
import { defineRoute } from '#kernel/route.ts';
import { findOrganization } from '#modules/organizations.ts';
import { Invitation, InvitationRef, NewInvitation, permissions } from './model.ts';
import { invitationList, listInvitations } from './queries.ts';
import { cancel, invite, loadInvitation, prepareLetter, prepareRenewal, renew, toInvitation } from './service.ts';

const invitationRows = defineRows({ kind: 'invitation', permission: permissions.read });

export const inviteRoute = defineRoute({
  id: 'invitation.create',
  method: 'POST',
  path: '/api/v1/invitations',
  summary: 'Invite whoever reads mail at an address, with a role that you cover; the link goes there alone',
  scope: 'org',
  access: [{ permission: permissions.create, target: (ctx) => findOrganization(ctx.tx) }],
  stepUp: true,
  rate: 'write',
  audit: { action: 'invitation.created' },
  params: Nothing,
  query: Nothing,
  body: NewInvitation,
  output: Invitation,
  status: 201,
  errors: ['member.beyond_yours', 'invitation.already_member', 'invitation.already_open'],
  prepare: (tools, { principal, input }) => prepareLetter(tools, principal, { ...input.body, id: tools.newId() }),
  handle: (ctx, { body }) => invite(ctx, body),
});

export const listRoute = defineRoute({
  id: 'invitation.list',
  method: 'GET',
  path: '/api/v1/invitations',
  summary: 'Who was invited, by whom, and what became of it, newest first',
  scope: 'org',
  access: [{ permission: permissions.read, target: (ctx) => findOrganization(ctx.tx) }],
  rows: invitationRows,
  rate: 'read',
  audit: { none: 'lists addresses and roles, shows no token' },
  params: Nothing,
  query: invitationList.query.extend({
    state: Invitation.shape.state.optional().describe('Only those of this state'),
    role: Invitation.shape.role.optional().describe('Only those with this role'),
  }),
  body: Nothing,
  output: pageOf(Invitation),
  status: 200,
  errors: [],
  prepare: async ({ objects }) => objects,
  handle: async (ctx, { query }) =>
    mapPage(await listInvitations(ctx.tx, ctx.rows, query), (row) => toInvitation(ctx.prepared, row)),
});

export const renewRoute = defineRoute({
  id: 'invitation.renew',
  method: 'POST',
  path: '/api/v1/invitations/:invitationId/renewal',
  summary: 'Mail a new link for another week; the one before opens nothing any more',
  scope: 'org',
  access: [
    { permission: permissions.update, target: (ctx, { params }) => loadInvitation(ctx.tx, params.invitationId) },
  ],
  stepUp: true,
  rate: 'write',
  audit: { action: 'invitation.renewed' },
  params: InvitationRef,
  query: Nothing,
  body: Nothing,
  output: Invitation,
  status: 200,
  errors: ['member.beyond_yours', 'invitation.already_member', 'invitation.over', 'grant.beyond_yours'],
  prepare: (tools, { principal, input }) => prepareRenewal(tools, principal, input.params.invitationId),
  handle: (ctx, _input, [row]) => renew(ctx, row),
});

export const cancelRoute = defineRoute({
  id: 'invitation.cancel',
  method: 'DELETE',
  path: '/api/v1/invitations/:invitationId',
  summary: 'Cancel an invitation; its link opens nothing any more',
  scope: 'org',
  access: [
    { permission: permissions.update, target: (ctx, { params }) => loadInvitation(ctx.tx, params.invitationId) },
  ],
  stepUp: true,
  rate: 'write',
  audit: { action: 'invitation.canceled' },
  params: InvitationRef,
  query: Nothing,
  body: Nothing,
  output: Nothing,
  status: 204,
  errors: ['member.beyond_yours', 'invitation.over'],
  prepare: async (tools) => tools.roles,
  handle: async (ctx, _input, [row]) => {
    await cancel(ctx, row);
    return {};
  },
});
