// A person's own sessions: where they are signed in, ending what they don't know, and going to another organization.
import { callersOwn, defineRows } from '#kernel/authorize.ts';
import { encodeId, Nothing } from '#kernel/fields.ts';
import { mapPage, pageOf } from '#kernel/page.ts';
import { orgOf, personOf, type Principal } from '#kernel/principal.ts';
import { defineRoute } from '#kernel/route.ts';
import { endOwnSessions } from '#modules/identity.ts';
import {
  EnteredSession,
  EnterOrganization,
  OwnOrganization,
  OwnSession,
  permissions,
  SessionRef,
  SessionsEnded,
} from './model.ts';
import {
  deleteSession,
  findSession,
  listOwnOrganizations,
  listSessions,
  organizationList,
  sessionList,
} from './queries.ts';
import { enterOrganization, toSeen } from './service.ts';
import { type PreparedSession, prepareEntry } from './sign-in.ts';

const sessionRows = defineRows({ kind: 'session', permission: permissions.list, ownerColumn: 'user_id' });

const currentOf = (principal: Principal): string | undefined =>
  principal.kind === 'user' ? principal.sessionId : undefined;

export const listOwnSessions = defineRoute({
  id: 'session.list',
  method: 'GET',
  path: '/api/v1/sessions',
  summary: 'Where you are signed in, in all of your organizations, newest first',
  scope: 'person',
  access: [{ permission: permissions.list, target: callersOwn }],
  rows: sessionRows,
  rate: 'read',
  audit: { none: 'tells callers about themselves' },
  params: Nothing,
  query: sessionList.query,
  body: Nothing,
  output: pageOf(OwnSession),
  status: 200,
  errors: [],
  handle: async (ctx, { query }) =>
    mapPage(await listSessions(ctx.tx, ctx.rows, query), (row) => ({
      ...toSeen(row),
      organizationId: encodeId('org', row.org_id),
      isCurrent: row.id === currentOf(ctx.principal),
    })),
});

export const endSession = defineRoute({
  id: 'session.end_one',
  method: 'DELETE',
  path: '/api/v1/sessions/:sessionId',
  summary: 'End one of your sessions; whoever uses it is out within a second, everywhere',
  scope: 'person',
  access: [{ permission: permissions.end, target: (ctx, { params }) => findSession(ctx.tx, params.sessionId) }],
  rate: 'write',
  audit: { action: 'session.ended' },
  params: SessionRef,
  query: Nothing,
  body: Nothing,
  output: Nothing,
  status: 204,
  errors: [],
  handle: async (ctx, _input, [session]) => {
    await deleteSession(ctx.tx, session.id);
    return {};
  },
});

export const endOtherSessions = defineRoute({
  id: 'session.end_others',
  method: 'DELETE',
  path: '/api/v1/sessions',
  summary: 'End all of your sessions but this one, in all of your organizations',
  scope: 'person',
  access: [{ permission: permissions.end, target: callersOwn }],
  rate: 'write',
  audit: { action: 'session.others_ended' },
  params: Nothing,
  query: Nothing,
  body: Nothing,
  output: SessionsEnded,
  status: 200,
  errors: [],
  handle: async (ctx) => {
    const ended = await endOwnSessions(ctx.tx, currentOf(ctx.principal) ?? null);
    ctx.note({ ended });
    return { ended };
  },
});

const organizationRows = defineRows({
  kind: 'own_organization',
  permission: permissions.list_organizations,
  ownerColumn: 'mine.user_id',
});

export const listOrganizations = defineRoute({
  id: 'session.list_organizations',
  method: 'GET',
  path: '/api/v1/session/organizations',
  summary: 'The organizations that you can enter, and which of them this session is in',
  scope: 'person',
  access: [{ permission: permissions.list_organizations, target: callersOwn }],
  rows: organizationRows,
  rate: 'read',
  audit: { none: 'tells callers about themselves' },
  params: Nothing,
  query: organizationList.query,
  body: Nothing,
  output: pageOf(OwnOrganization),
  status: 200,
  errors: [],
  handle: async (ctx, { query }) =>
    mapPage(await listOwnOrganizations(ctx.tx, ctx.rows, query), ({ org_id: orgId, name, slug, role }) => ({
      id: encodeId('org', orgId),
      name,
      slug,
      role,
      isCurrent: orgId === orgOf(ctx.principal),
    })),
});

export const enter = defineRoute({
  id: 'session.enter',
  method: 'POST',
  path: '/api/v1/session/organization',
  summary: 'Go to another of your organizations: a new session in the place of this one, proven when this one was',
  scope: {
    tables: ['org', 'person'],
    // What prepare made: the organization that is entered, of which the person is a member.
    resolve: ({ prepared }) => ({
      orgId: (prepared as PreparedSession).orgId,
      userId: (prepared as PreparedSession).userId,
    }),
  },
  access: [
    {
      permission: permissions.end,
      target: async (ctx) => (ctx.principal.kind === 'user' ? findSession(ctx.tx, ctx.principal.sessionId) : undefined),
    },
  ],
  rate: 'write',
  audit: { action: 'session.entered' },
  params: Nothing,
  query: Nothing,
  body: EnterOrganization,
  output: EnteredSession,
  status: 201,
  errors: ['session.no_organization'],
  prepare: (tools, { principal, input, caller }) =>
    prepareEntry(tools, personOf(principal), input.body.organization, caller),
  replyHeaders: (_result, prepared) => ({ 'set-cookie': prepared.cookie }),
  handle: (ctx, _input, [left]) => {
    ctx.subject('session', ctx.prepared.sessionId);
    ctx.note({ left: left.id });
    return enterOrganization(ctx, ctx.prepared, left);
  },
});
