// Making, seeing and revoking API keys.
import { defineRows } from '#kernel/authorize.ts';
import { Nothing } from '#kernel/fields.ts';
import { mapPage, pageOf } from '#kernel/page.ts';
import { defineRoute } from '#kernel/route.ts';
import { findOrganization } from '#modules/organizations.ts';
import { ApiKey, ApiKeyRef, KeyState, NewApiKey, permissions, ShownApiKey } from './model.ts';
import { apiKeyList, findApiKey, listApiKeys, lockApiKey } from './queries.ts';
import { createApiKey, mintApiKey, revokeApiKey, toApiKey } from './service.ts';

export const apiKeyRows = defineRows({ kind: 'api_key', permission: permissions.read, ownerColumn: 'owner_user_id' });

export const createRoute = defineRoute({
  id: 'api_key.create',
  method: 'POST',
  path: '/api/v1/api-keys',
  summary: 'Make a key; its text is shown this once',
  scope: 'org',
  access: [{ permission: permissions.create, target: (ctx) => findOrganization(ctx.tx) }],
  stepUp: true,
  rate: 'write',
  audit: { action: 'api_key.created' },
  params: Nothing,
  query: Nothing,
  body: NewApiKey,
  output: ShownApiKey,
  secretReply: true,
  status: 201,
  errors: ['api_key.scope_refused'],
  prepare: async (tools, { principal, input }) => mintApiKey(tools, principal, input.body.scopes),
  handle: (ctx, { body }) => createApiKey(ctx, body),
});

export const listRoute = defineRoute({
  id: 'api_key.list',
  method: 'GET',
  path: '/api/v1/api-keys',
  summary: 'The keys you may see, newest first',
  scope: 'org',
  access: [
    {
      permission: permissions.read,
      target: async (ctx) => ({ owner_user_id: 'userId' in ctx.principal ? ctx.principal.userId : null }),
    },
  ],
  rows: apiKeyRows,
  rate: 'read',
  audit: { none: 'lists names and scopes, shows no secret' },
  params: Nothing,
  query: apiKeyList.query.extend({ state: KeyState.optional().describe('Only those of this state') }),
  body: Nothing,
  output: pageOf(ApiKey),
  status: 200,
  errors: [],
  handle: async (ctx, { query }) => mapPage(await listApiKeys(ctx.tx, ctx.rows, query), toApiKey),
});

export const getRoute = defineRoute({
  id: 'api_key.get',
  method: 'GET',
  path: '/api/v1/api-keys/:apiKeyId',
  summary: 'One key, without its secret',
  scope: 'org',
  access: [{ permission: permissions.read, target: (ctx, { params }) => findApiKey(ctx.tx, params.apiKeyId) }],
  rate: 'read',
  audit: { none: 'shows no secret' },
  params: ApiKeyRef,
  query: Nothing,
  body: Nothing,
  output: ApiKey,
  status: 200,
  errors: [],
  handle: async (_ctx, _input, [key]) => toApiKey(key),
});

export const revokeRoute = defineRoute({
  id: 'api_key.revoke',
  method: 'DELETE',
  path: '/api/v1/api-keys/:apiKeyId',
  summary: 'Revoke a key; it stops working on every replica within a second',
  scope: 'org',
  access: [{ permission: permissions.revoke, target: (ctx, { params }) => lockApiKey(ctx.tx, params.apiKeyId) }],
  stepUp: true,
  rate: 'write',
  audit: { action: 'api_key.revoked' },
  params: ApiKeyRef,
  query: Nothing,
  body: Nothing,
  output: Nothing,
  status: 204,
  errors: [],
  handle: (ctx, _input, [key]) => revokeApiKey(ctx, key),
});
