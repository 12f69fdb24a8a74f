// Sessions of an organization's members, for its admins: those in this organization alone.
import type { OrgTx } from '#db/scope.ts';
import type { Context } from '#kernel/context.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { Nothing } from '#kernel/fields.ts';
import type { Roles } from '#kernel/permissions.ts';
import { defineRoute } from '#kernel/route.ts';
import { demandActing, demandActingNow, demandCover, findMember, getStanding } from '#modules/members.ts';
import { MemberRef, MemberSessionRef, MemberSessions, permissions, SessionsEnded } from './model.ts';
import { endMemberSessions, listMemberSessions } from './queries.ts';
import { toSeen } from './service.ts';

/** Who signs somebody out acts upon them: they hold what that member holds, or an admin could shut the owners out. */
async function demandCovering(ctx: Context<OrgTx, { readonly roles: Roles }>, memberId: string): Promise<void> {
  const actor = await demandActingNow(ctx, permissions.end_members);
  demandCover(actor, [await getStanding(ctx.tx, ctx.prepared.roles, memberId)]);
}

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
  errors: ['member.beyond_yours'],
  prepare: async ({ roles }) => ({ roles }),
  handle: async (ctx, { params: { memberId } }) => {
    const { tx, principal, prepared } = ctx;
    demandCover(await demandActing(tx, prepared.roles, principal), [await getStanding(tx, prepared.roles, memberId)]);
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
  errors: ['member.beyond_yours'],
  prepare: async ({ roles }) => ({ roles }),
  handle: async (ctx, { params: { memberId, sessionId } }) => {
    await demandCovering(ctx, memberId);
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
  errors: ['member.beyond_yours'],
  prepare: async ({ roles }) => ({ roles }),
  handle: async (ctx, { params: { memberId } }) => {
    await demandCovering(ctx, memberId);
    const ended = await endMemberSessions(ctx.tx, memberId, null);
    ctx.subject('member', memberId);
    ctx.note({ ended });
    return { ended };
  },
});
