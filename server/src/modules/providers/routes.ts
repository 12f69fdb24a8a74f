// Connecting, changing, testing and disconnecting model providers.
import { defineRows } from '#kernel/authorize.ts';
import { Nothing } from '#kernel/fields.ts';
import { mapPage, pageOf } from '#kernel/page.ts';
import { defineRoute } from '#kernel/route.ts';
import { findOrganization } from '#modules/organizations.ts';
import { Kind, NewProvider, permissions, Provider, ProviderChange, ProviderRef, ProviderTest } from './model.ts';
import { probeProvider } from './probe.ts';
import { findProvider, listProviders, lockProvider, providerList } from './queries.ts';
import { changeProvider, createProvider, prepareSecret, removeProvider, toProvider } from './service.ts';
import { kernelErrors } from '#kernel/errors.ts';

export const providerRows = defineRows({
  kind: 'provider',
  permission: permissions.read,
  object: { kind: 'provider', idColumn: 'provider.id' },
});

export const createRoute = defineRoute({
  id: 'provider.create',
  method: 'POST',
  path: '/api/v1/providers',
  summary: 'Connect a model provider; its secret is sealed and never shown again',
  scope: 'org',
  access: [{ permission: permissions.create, target: (ctx) => findOrganization(ctx.tx) }],
  stepUp: true,
  rate: 'write',
  audit: { action: 'provider.created' },
  params: Nothing,
  query: Nothing,
  body: NewProvider,
  output: Provider,
  status: 201,
  errors: ['provider.name_taken', 'provider.base_url_missing', 'provider.secret_twice', 'provider.reference_refused'],
  prepare: (tools, { principal, input }) => prepareSecret(tools, principal, input.body, tools.newId()),
  handle: (ctx, { body }) => createProvider(ctx, body),
});

export const listRoute = defineRoute({
  id: 'provider.list',
  method: 'GET',
  path: '/api/v1/providers',
  summary: 'The connected providers, newest first',
  scope: 'org',
  access: [{ permission: permissions.read, target: (ctx) => findOrganization(ctx.tx) }],
  rows: providerRows,
  rate: 'read',
  audit: { none: 'shows no secret' },
  params: Nothing,
  query: providerList.query.extend({ kind: Kind.optional().describe('Only those of this kind') }),
  body: Nothing,
  output: pageOf(Provider),
  status: 200,
  errors: [],
  handle: async (ctx, { query }) => mapPage(await listProviders(ctx.tx, ctx.rows, query), toProvider),
});

export const getRoute = defineRoute({
  id: 'provider.get',
  method: 'GET',
  path: '/api/v1/providers/:providerId',
  summary: 'One provider, without its secret',
  scope: 'org',
  access: [{ permission: permissions.read, target: (ctx, { params }) => findProvider(ctx.tx, params.providerId) }],
  rate: 'read',
  audit: { none: 'shows no secret' },
  params: ProviderRef,
  query: Nothing,
  body: Nothing,
  output: Provider,
  status: 200,
  errors: [],
  handle: async (_ctx, _input, [provider]) => toProvider(provider),
});

export const updateRoute = defineRoute({
  id: 'provider.update',
  method: 'PATCH',
  path: '/api/v1/providers/:providerId',
  summary: 'Change a provider; what is absent stays',
  scope: 'org',
  access: [{ permission: permissions.update, target: (ctx, { params }) => lockProvider(ctx.tx, params.providerId) }],
  stepUp: true,
  rate: 'write',
  audit: { action: 'provider.updated' },
  params: ProviderRef,
  query: Nothing,
  body: ProviderChange,
  output: Provider,
  status: 200,
  errors: ['provider.name_taken', 'provider.secret_twice', 'provider.secret_needed', 'provider.reference_refused'],
  prepare: (tools, { principal, input }) => prepareSecret(tools, principal, input.body, input.params.providerId),
  handle: (ctx, { body }, [provider]) => changeProvider(ctx, provider, body),
});

export const deleteRoute = defineRoute({
  id: 'provider.delete',
  method: 'DELETE',
  path: '/api/v1/providers/:providerId',
  summary: 'Disconnect a provider; calls under way finish',
  scope: 'org',
  access: [{ permission: permissions.delete, target: (ctx, { params }) => lockProvider(ctx.tx, params.providerId) }],
  stepUp: true,
  rate: 'write',
  audit: { action: 'provider.deleted' },
  params: ProviderRef,
  query: Nothing,
  body: Nothing,
  output: Nothing,
  status: 204,
  errors: [],
  handle: (ctx, _input, [provider]) => removeProvider(ctx, provider),
});

export const testRoute = defineRoute({
  id: 'provider.test',
  method: 'POST',
  path: '/api/v1/providers/:providerId/test',
  summary: 'Ask the provider for its models, and say what is wrong if it does not answer',
  scope: 'org',
  access: [{ permission: permissions.test, target: (ctx, { params }) => findProvider(ctx.tx, params.providerId) }],
  rate: 'expensive',
  audit: { action: 'provider.tested' },
  params: ProviderRef,
  query: Nothing,
  body: Nothing,
  output: ProviderTest,
  status: 200,
  errors: [],
  prepare: (tools, { principal, input }) => probeProvider(tools, principal, input.params.providerId),
  handle: async (ctx) => {
    if (ctx.prepared === undefined) throw kernelErrors['resource.not_found']();
    ctx.note({ ok: ctx.prepared.ok, durationMs: ctx.prepared.durationMs });
    return ctx.prepared;
  },
});
