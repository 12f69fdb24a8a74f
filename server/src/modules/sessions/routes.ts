// Signing in and out, and asking who one is.
import { callersOwn } from '#kernel/authorize.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { Nothing } from '#kernel/fields.ts';
import { orgOf, personOf } from '#kernel/principal.ts';
import { defineRoute, type Resolvable } from '#kernel/route.ts';
import { NewSession, permissions, Session, SignIn } from './model.ts';
import { deleteSession, findSession } from './queries.ts';
import { describeCaller, openOrAsk, permissionNames } from './service.ts';
import { deviceCookies, type PreparedSignIn, prepareSignIn } from './sign-in.ts';

export const signIn = defineRoute({
  id: 'session.create',
  method: 'POST',
  path: '/api/v1/session',
  summary:
    'Sign in with e-mail address and password; the session is a cookie, or a challenge for who has a second factor',
  scope: {
    tables: ['org', 'person'],
    // What prepare made: the person whose password was right, and an organization they are in.
    resolve: ({ prepared }) => ({
      orgId: (prepared as PreparedSignIn).orgId,
      userId: (prepared as PreparedSignIn).userId,
    }),
  },
  access: { public: 'nobody is signed in yet; the password is the proof' },
  rate: 'sign_in',
  audit: { action: 'session.created' },
  params: Nothing,
  query: Nothing,
  body: SignIn,
  output: NewSession,
  secretReply: true,
  status: 201,
  errors: ['session.wrong_credentials', 'session.no_organization', 'session.founded_meanwhile'],
  prepare: (tools, { input, caller }) => prepareSignIn(tools, input.body, caller),
  replyHeaders: (_result, prepared): Record<string, string> =>
    prepared.kind === 'session' ? { 'set-cookie': prepared.cookie } : {},
  replyCookies: (prepared) => (prepared.kind === 'session' ? deviceCookies(prepared) : []),
  handle: (ctx) => {
    const { prepared } = ctx;
    if (prepared.kind === 'session') ctx.subject('session', prepared.sessionId);
    ctx.note({ user: prepared.userId });
    return openOrAsk(ctx, prepared);
  },
});

export const getSession = defineRoute({
  id: 'session.get',
  method: 'GET',
  path: '/api/v1/session',
  summary: 'Who you are, where, and what you may do',
  scope: { tables: ['org', 'person'], resolve: scopeOfCaller },
  access: [{ permission: permissions.read, target: callersOwn }],
  rate: 'read',
  audit: { none: 'tells callers about themselves' },
  params: Nothing,
  query: Nothing,
  body: Nothing,
  output: Session,
  status: 200,
  errors: [],
  prepare: async (tools, { principal }) => permissionNames(tools, principal),
  handle: (ctx) => describeCaller(ctx),
});

export const signOut = defineRoute({
  id: 'session.delete',
  method: 'DELETE',
  path: '/api/v1/session',
  summary: 'Sign out; the session ends at once on every replica',
  scope: { tables: ['org', 'person'], resolve: scopeOfCaller },
  access: [
    {
      permission: permissions.end,
      target: async (ctx) => (ctx.principal.kind === 'user' ? findSession(ctx.tx, ctx.principal.sessionId) : undefined),
    },
  ],
  rate: 'write',
  audit: { action: 'session.ended' },
  params: Nothing,
  query: Nothing,
  body: Nothing,
  output: Nothing,
  status: 204,
  errors: [],
  prepare: async (tools) => tools.sessionCookie.clear(),
  replyHeaders: (_result, clear) => ({ 'set-cookie': clear }),
  handle: async (ctx, _input, [session]) => {
    await deleteSession(ctx.tx, session.id);
    return {};
  },
});

function scopeOfCaller({ principal }: Resolvable) {
  const orgId = orgOf(principal);
  const userId = personOf(principal);
  if (orgId !== undefined && principal.kind === 'emergency') return { orgId };
  if (orgId === undefined || userId === undefined) throw kernelErrors['auth.forbidden']();
  return { orgId, userId };
}
