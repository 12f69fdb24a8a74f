// Reading and renaming the organization the caller is in.
import { Nothing } from '#kernel/fields.ts';
import { defineRoute } from '#kernel/route.ts';
import { Organization, OrganizationChange, permissions } from './model.ts';
import { findOrganization, lockOrganization } from './queries.ts';
import { renameOrganization, toOrganization } from './service.ts';

export const getOrganization = defineRoute({
  id: 'organization.get',
  method: 'GET',
  path: '/api/v1/organization',
  summary: 'The organization your credential belongs to',
  scope: 'org',
  access: [{ permission: permissions.read, target: (ctx) => findOrganization(ctx.tx) }],
  rate: 'read',
  audit: { none: 'reads settings, shows no secret' },
  params: Nothing,
  query: Nothing,
  body: Nothing,
  output: Organization,
  status: 200,
  errors: [],
  handle: async (_ctx, _input, [row]) => toOrganization(row),
});

export const updateOrganization = defineRoute({
  id: 'organization.update',
  method: 'PATCH',
  path: '/api/v1/organization',
  summary: 'Rename the organization; its id and slug stay',
  scope: 'org',
  access: [{ permission: permissions.update, target: (ctx) => lockOrganization(ctx.tx) }],
  stepUp: true,
  rate: 'write',
  audit: { action: 'organization.updated' },
  params: Nothing,
  query: Nothing,
  body: OrganizationChange,
  output: Organization,
  status: 200,
  errors: [],
  handle: (ctx, { body }, [row]) => renameOrganization(ctx, row, body.name),
});
