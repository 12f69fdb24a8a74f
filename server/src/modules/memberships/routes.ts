// Changing what members may do, and their end: each asks for a fresh proof, and says what it ended.
import { Nothing } from '#kernel/fields.ts';
import { defineRoute } from '#kernel/route.ts';
import { ChangedMember, Departed, Departure, MemberRef, permissions, RoleChange, RoleChanged } from './model.ts';
import { changeRole, leave, loadMember, loadOwn, remove, resume, suspend } from './service.ts';

export const changeRoleRoute = defineRoute({
  id: 'member.update',
  method: 'PATCH',
  path: '/api/v1/members/:memberId',
  summary:
    'Change the built-in role of a member; they sign in again, what rested on rights that are gone ends, and custom roles stay',
  scope: 'org',
  access: [{ permission: permissions.update, target: (ctx, { params }) => loadMember(ctx.tx, params.memberId) }],
  stepUp: true,
  rate: 'write',
  audit: { action: 'member.role_changed' },
  params: MemberRef,
  query: Nothing,
  body: RoleChange,
  output: RoleChanged,
  status: 200,
  errors: ['member.beyond_yours', 'member.last_owner'],
  prepare: async (tools) => tools.roles,
  handle: (ctx, { body }, [member]) => changeRole(ctx, member, body.role),
});

export const suspendRoute = defineRoute({
  id: 'member.suspend',
  method: 'PUT',
  path: '/api/v1/members/:memberId/suspension',
  summary: 'Suspend a member: sessions end, keys do nothing until the membership is resumed',
  scope: 'org',
  access: [{ permission: permissions.suspend, target: (ctx, { params }) => loadMember(ctx.tx, params.memberId) }],
  stepUp: true,
  rate: 'write',
  audit: { action: 'member.suspended' },
  params: MemberRef,
  query: Nothing,
  body: Nothing,
  output: ChangedMember,
  status: 200,
  errors: ['member.beyond_yours', 'member.last_owner', 'member.oneself'],
  prepare: async (tools) => tools.roles,
  handle: (ctx, _input, [member]) => suspend(ctx, member),
});

export const resumeRoute = defineRoute({
  id: 'member.resume',
  method: 'DELETE',
  path: '/api/v1/members/:memberId/suspension',
  summary: 'Let a suspended member in again, with the role and the keys they had',
  scope: 'org',
  access: [{ permission: permissions.suspend, target: (ctx, { params }) => loadMember(ctx.tx, params.memberId) }],
  stepUp: true,
  rate: 'write',
  audit: { action: 'member.resumed' },
  params: MemberRef,
  query: Nothing,
  body: Nothing,
  output: ChangedMember,
  status: 200,
  errors: ['member.beyond_yours', 'member.oneself'],
  prepare: async (tools) => tools.roles,
  handle: (ctx, _input, [member]) => resume(ctx, member),
});

export const removeRoute = defineRoute({
  id: 'member.remove',
  method: 'DELETE',
  path: '/api/v1/members/:memberId',
  summary: 'Take a member out of the organization; everything of theirs here ends in the same step',
  scope: 'org',
  access: [{ permission: permissions.remove, target: (ctx, { params }) => loadMember(ctx.tx, params.memberId) }],
  stepUp: true,
  rate: 'write',
  audit: { action: 'member.removed' },
  params: MemberRef,
  query: Departure,
  body: Nothing,
  output: Departed,
  status: 200,
  errors: [
    'member.beyond_yours',
    'member.last_owner',
    'member.oneself',
    'member.has_organization_keys',
    'member.unfit_successor',
  ],
  prepare: async (tools) => tools.roles,
  handle: (ctx, { query }, [member]) => remove(ctx, member, query),
});

export const leaveRoute = defineRoute({
  id: 'member.leave',
  method: 'DELETE',
  path: '/api/v1/membership',
  summary: 'Leave the organization; everything of yours here ends in the same step, this session too',
  scope: 'org',
  access: [{ permission: permissions.leave, target: (ctx) => loadOwn(ctx.tx, ctx.principal) }],
  stepUp: true,
  rate: 'write',
  audit: { action: 'member.left' },
  params: Nothing,
  query: Departure,
  body: Nothing,
  output: Departed,
  status: 200,
  errors: ['member.last_owner', 'member.beyond_yours', 'member.has_organization_keys', 'member.unfit_successor'],
  prepare: async (tools) => ({ roles: tools.roles, cookie: tools.sessionCookie.clear() }),
  replyHeaders: (_result, { cookie }) => ({ 'set-cookie': cookie }),
  handle: (ctx, { query }, [member]) => leave({ ...ctx, prepared: ctx.prepared.roles }, member, query),
});
