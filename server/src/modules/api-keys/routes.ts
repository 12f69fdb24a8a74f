// Making, seeing and revoking API keys.
import { callersOwn, defineRows } from '#kernel/authorize.ts';
import { Nothing } from '#kernel/fields.ts';
import { mapPage, pageOf } from '#kernel/page.ts';
import { defineRoute } from '#kernel/route.ts';
import { findOrganization, securityPermissions } from '#modules/organizations.ts';
import { ApiKey, ApiKeyRef, KeyKindFilter, KeyState, NewApiKey, permissions, ShownApiKey } from './model.ts';
import { apiKeyList, listApiKeys } from './list-queries.ts';
import { findApiKey, lockApiKey } from './queries.ts';
import { createApiKey, prepareKey, revokeApiKey } from './service.ts';
import { toApiKey } from './show.ts';

export const apiKeyRows = defineRows({
  kind: 'api_key',
  permission: permissions.read,
  ownerColumn: 'owner_user_id',
  object: { kind: 'api_key', idColumn: 'api_key.id' },
});

export const createRoute = defineRoute({
  id: 'api_key.create',
  method: 'POST',
  path: '/api/v1/api-keys',
  summary: 'Make a key; its text is shown this once',
  scope: 'org',
  access: [
    {
      permission: permissions.create,
      orPermission: securityPermissions.manage,
      target: (ctx) => findOrganization(ctx.tx),
    },
  ],
  stepUp: true,
  rate: 'write',
  audit: { action: 'api_key.created' },
  params: Nothing,
  query: Nothing,
  body: NewApiKey,
  output: ShownApiKey,
  secretReply: true,
  status: 201,
  errors: [
    'api_key.scope_refused',
    'api_key.kind_mismatch',
    'api_key.person_refused',
    'api_key.expiry_needed',
    'api_key.limit_refused',
  ],
  prepare: async (tools, { principal, input }) => prepareKey(tools, principal, input.body),
  handle: (ctx, { body }) => createApiKey(ctx, body),
});

export const listRoute = defineRoute({
  id: 'api_key.list',
  method: 'GET',
  path: '/api/v1/api-keys',
  summary: 'The keys you may see, newest first',
  scope: 'org',
  access: [{ permission: permissions.read, target: callersOwn }],
  rows: apiKeyRows,
  rate: 'read',
  audit: { none: 'lists names and scopes, shows no secret' },
  params: Nothing,
  query: apiKeyList.query.extend({
    state: KeyState.optional().describe('Only those of this state'),
    kind: KeyKindFilter.optional().describe('Only those of this kind'),
  }),
  body: Nothing,
  output: pageOf(ApiKey),
  status: 200,
  errors: [],
  handle: async (ctx, { query }) =>
    mapPage(await listApiKeys(ctx.tx, ctx.rows, query), (row) => toApiKey(row, ctx.now)),
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
  handle: async (ctx, _input, [key]) => toApiKey(key, ctx.now),
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
