// Sharing one object with somebody from elsewhere, who comes as a guest and sees nothing else.
import { defineRoute } from '#kernel/route.ts';
import { Nothing } from '#kernel/fields.ts';
import { grantPermissions, lockObject, ObjectOf } from '#modules/grants.ts';
import { readObjectId } from '#kernel/object-kinds.ts';
import { findOrganization } from '#modules/organizations.ts';
import { Invitation, NewGuest, permissions } from './model.ts';
import { inviteGuest, prepareLetter } from './service.ts';

export const inviteGuestRoute = defineRoute({
  id: 'guest.invite',
  method: 'POST',
  path: '/api/v1/objects/:objectId/guests',
  summary: 'Invite somebody from elsewhere into one object; they see nothing else of the organization',
  scope: 'org',
  access: [
    { permission: grantPermissions.give, target: (ctx, { params }) => lockObject(ctx, params.objectId) },
    { permission: permissions.create, target: (ctx) => findOrganization(ctx.tx) },
  ],
  stepUp: true,
  rate: 'write',
  audit: { action: 'guest.invited' },
  params: ObjectOf,
  query: Nothing,
  body: NewGuest,
  output: Invitation,
  status: 201,
  errors: [
    'grant.beyond_yours',
    'grant.unfit_end',
    'member.beyond_yours',
    'invitation.already_member',
    'invitation.already_open',
  ],
  prepare: (tools, { principal, input: { params, body } }) => {
    const kind = readObjectId(tools.objects, params.objectId)?.kind ?? '';
    const share = { kind, level: body.level };
    return prepareLetter(tools, principal, { email: body.email, role: 'guest', id: tools.newId(), share });
  },
  handle: (ctx, { body }, [on]) => inviteGuest(ctx, on, body),
});
