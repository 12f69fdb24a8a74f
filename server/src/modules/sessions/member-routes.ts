// Sessions of an organization's members, for its admins: those in this organization alone.
import { Nothing } from '#kernel/fields.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { defineRoute } from '#kernel/route.ts';
import { findMember } from '#modules/members.ts';
import { MemberRef, MemberSessionRef, MemberSessions, permissions, SessionsEnded } from './model.ts';
import { endMemberSessions, listMemberSessions } from './queries.ts';
import { toSeen } from './service.ts';

export const listMembersSessions = defineRoute({
  id: 'session.list_of_member',
  method: 'GET',
  path: '/api/v1/members/:memberId/sessions',
  summary: 'Where a member is signed in to this organization',
  scope: 'org',
  access: [{ permission: permissions.list_members, target: (ctx, { params }) => findMember(ctx.tx, params.memberId) }],
  rate: 'read',
  audit: { action: 'session.listed' },
  params: MemberRef,
  query: Nothing,
  body: Nothing,
  output: MemberSessions,
  status: 200,
  errors: [],
  handle: async (ctx, { params: { memberId } }) => {
    ctx.subject('member', memberId);
    return { items: (await listMemberSessions(ctx.tx, memberId)).map(toSeen) };
  },
});

export const endMemberSession = defineRoute({
  id: 'session.end_of_member',
  method: 'DELETE',
  path: '/api/v1/members/:memberId/sessions/:sessionId',
  summary: 'End one session of a member in this organization',
  scope: 'org',
  access: [{ permission: permissions.end_members, target: (ctx, { params }) => findMember(ctx.tx, params.memberId) }],
  rate: 'write',
  audit: { action: 'session.ended_by_admin' },
  params: MemberSessionRef,
  query: Nothing,
  body: Nothing,
  output: Nothing,
  status: 204,
  errors: [],
  handle: async (ctx, { params: { memberId, sessionId } }) => {
    if ((await endMemberSessions(ctx.tx, memberId, sessionId)) === 0) throw kernelErrors['resource.not_found']();
    ctx.subject('session', sessionId);
    ctx.note({ member: memberId });
    return {};
  },
});

export const endMembersSessions = defineRoute({
  id: 'session.end_all_of_member',
  method: 'DELETE',
  path: '/api/v1/members/:memberId/sessions',
  summary: 'Sign a member out of this organization everywhere',
  scope: 'org',
  access: [{ permission: permissions.end_members, target: (ctx, { params }) => findMember(ctx.tx, params.memberId) }],
  rate: 'write',
  audit: { action: 'session.ended_by_admin' },
  params: MemberRef,
  query: Nothing,
  body: Nothing,
  output: SessionsEnded,
  status: 200,
  errors: [],
  handle: async (ctx, { params: { memberId } }) => {
    const ended = await endMemberSessions(ctx.tx, memberId, null);
    ctx.subject('member', memberId);
    ctx.note({ ended });
    return { ended };
  },
});
