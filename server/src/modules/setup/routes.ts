// The first run over HTTP; the token is the proof.
import { reveal } from '#crypto/secret.ts';
import { Nothing } from '#kernel/fields.ts';
import { defineRoute } from '#kernel/route.ts';
import { deviceCookies } from '#modules/sessions.ts';
import { errors, permissions, SetupDone, SetupRequest, SetupState, SetupToken } from './model.ts';
import { isSetUp } from './queries.ts';
import { mintSetupToken, type PreparedSetup, prepareSetup, setUp, storeSetupToken } from './service.ts';

export const setUpRoute = defineRoute({
  id: 'setup.complete',
  method: 'POST',
  path: '/api/v1/setup',
  summary: 'Found the first organization with its owner, and sign the owner in',
  scope: {
    tables: ['org', 'person', 'system'],
    // What prepare made: ids of an organization and a person that do not exist yet.
    resolve: ({ prepared }) => {
      const { session } = prepared as PreparedSetup;
      return { orgId: session.orgId, userId: session.userId, system: true };
    },
  },
  access: { public: 'nobody exists yet; the one-time token printed on the host is the proof' },
  rate: 'sign_in',
  audit: { action: 'setup.completed' },
  params: Nothing,
  query: Nothing,
  body: SetupRequest,
  output: SetupDone,
  status: 201,
  errors: ['setup.token_refused', 'setup.done', 'organization.slug_taken', 'identity.email_taken'],
  prepare: async (tools, { input }) => {
    if (await isSetUp(tools.lookup)) throw errors['setup.done']();
    return prepareSetup(tools, input.body);
  },
  replyHeaders: (_result, prepared) => ({ 'set-cookie': prepared.session.cookie }),
  replyCookies: ({ session }) => deviceCookies(session),
  handle: (ctx, { body }) => setUp(ctx, body),
});

export const getSetupState = defineRoute({
  id: 'setup.state',
  method: 'GET',
  path: '/api/v1/setup',
  summary: 'Whether this installation is set up',
  scope: 'system',
  access: { public: 'the console must know whether to show the first-run page' },
  rate: 'read',
  audit: { none: 'one bit that the sign-in page shows anyway' },
  params: Nothing,
  query: Nothing,
  body: Nothing,
  output: SetupState,
  status: 200,
  errors: [],
  prepare: (tools) => isSetUp(tools.lookup),
  handle: async (ctx) => ({ done: ctx.prepared }),
});

export const issueToken = defineRoute({
  id: 'setup.issue_token',
  method: 'POST',
  path: '/api/v1/setup/token',
  summary: 'A fresh setup token, for `holdfast setup` on the host; tokens before it stop working',
  scope: 'system',
  access: [{ permission: permissions.issue, target: async () => ({}) }],
  rate: 'write',
  audit: { action: 'setup.token_issued' },
  params: Nothing,
  query: Nothing,
  body: Nothing,
  output: SetupToken,
  secretReply: true,
  status: 201,
  errors: ['setup.done'],
  prepare: async (tools) => {
    if (await isSetUp(tools.lookup)) throw errors['setup.done']();
    return mintSetupToken(tools);
  },
  handle: async (ctx) => {
    const expiresAt = await storeSetupToken(ctx.tx, ctx.prepared.hash, ctx.now);
    return { token: reveal(ctx.prepared.token, 'setup.show'), expiresAt: expiresAt.toISOString() };
  },
});
