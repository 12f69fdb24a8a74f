// Making, changing and deleting custom roles; who they are given to stands in give-routes.ts.
import { z } from 'zod';
import { defineRows } from '#kernel/authorize.ts';
import { Nothing } from '#kernel/fields.ts';
import { mapPage, pageOf } from '#kernel/page.ts';
import { defineRoute } from '#kernel/route.ts';
import { findOrganization, lockOrganization } from '#modules/organizations.ts';
import { listPermissions, PREVIEW_PEOPLE_MAX, previewChange } from './explain.ts';
import {
  NewRole,
  PermissionList,
  permissions,
  Preview,
  PreviewQuery,
  Role,
  RoleChange,
  RoleEnded,
  RoleRef,
} from './model.ts';
import { findRole, listHolders, listRoles, lockRole, roleList } from './queries.ts';
import { changeRole, createRole, endRole, toRole } from './service.ts';

const roleRows = defineRows({ kind: 'role', permission: permissions.read });

export const listPermissionsRoute = defineRoute({
  id: 'permission.list',
  method: 'GET',
  path: '/api/v1/permissions',
  summary: 'Every permission there is, which built-in roles hold it, and whether you could put it into a role',
  scope: 'org',
  access: [{ permission: permissions.read, target: (ctx) => findOrganization(ctx.tx) }],
  rate: 'read',
  audit: { none: 'describes the product' },
  params: Nothing,
  query: Nothing,
  body: Nothing,
  output: PermissionList,
  status: 200,
  errors: [],
  prepare: async ({ roles }) => roles,
  handle: async (ctx) => listPermissions(ctx.prepared, ctx.principal.reach),
});

export const listRoute = defineRoute({
  id: 'role.list',
  method: 'GET',
  path: '/api/v1/roles',
  summary: 'The custom roles of the organization; the built-in ones are always there beside them',
  scope: 'org',
  access: [{ permission: permissions.read, target: (ctx) => findOrganization(ctx.tx) }],
  rows: roleRows,
  rate: 'read',
  audit: { none: 'lists names and permissions, shows no secret' },
  params: Nothing,
  query: roleList.query.extend({
    permission: z.string().min(1).max(100).optional().describe('Only those that hold this permission'),
  }),
  body: Nothing,
  output: pageOf(Role),
  status: 200,
  errors: [],
  handle: async (ctx, { query }) => mapPage(await listRoles(ctx.tx, ctx.rows, query), toRole),
});

export const getRoute = defineRoute({
  id: 'role.get',
  method: 'GET',
  path: '/api/v1/roles/:roleId',
  summary: 'One custom role',
  scope: 'org',
  access: [{ permission: permissions.read, target: (ctx, { params }) => findRole(ctx.tx, params.roleId) }],
  rate: 'read',
  audit: { none: 'shows no secret' },
  params: RoleRef,
  query: Nothing,
  body: Nothing,
  output: Role,
  status: 200,
  errors: [],
  handle: async (_ctx, _input, [role]) => toRole(role),
});

export const createRoute = defineRoute({
  id: 'role.create',
  method: 'POST',
  path: '/api/v1/roles',
  summary: 'Make a role of permissions that you hold yourself',
  scope: 'org',
  // Roles are made one after another, so that they are counted right.
  access: [{ permission: permissions.manage, target: (ctx) => lockOrganization(ctx.tx) }],
  stepUp: true,
  rate: 'write',
  audit: { action: 'role.created' },
  params: Nothing,
  query: Nothing,
  body: NewRole,
  output: Role,
  status: 201,
  errors: ['role.permission_refused', 'role.name_taken', 'role.too_many'],
  prepare: async ({ newId, roles }) => ({ id: newId(), roles }),
  handle: (ctx, { body }) => createRole(ctx, body),
});

export const updateRoute = defineRoute({
  id: 'role.update',
  method: 'PATCH',
  path: '/api/v1/roles/:roleId',
  summary: 'Change a role; whoever has it holds more or less at once',
  scope: 'org',
  access: [{ permission: permissions.manage, target: (ctx, { params }) => lockRole(ctx.tx, params.roleId) }],
  stepUp: true,
  rate: 'write',
  audit: { action: 'role.updated' },
  params: RoleRef,
  query: Nothing,
  body: RoleChange,
  output: Role,
  status: 200,
  errors: ['role.beyond_yours', 'role.permission_refused', 'role.name_taken'],
  prepare: async ({ roles }) => ({ roles }),
  handle: (ctx, { body }, [role]) => changeRole(ctx, role, body),
});

export const deleteRoute = defineRoute({
  id: 'role.delete',
  method: 'DELETE',
  path: '/api/v1/roles/:roleId',
  summary: 'Delete a role; whoever had it holds it no more, at once',
  scope: 'org',
  access: [{ permission: permissions.manage, target: (ctx, { params }) => lockRole(ctx.tx, params.roleId) }],
  stepUp: true,
  rate: 'write',
  audit: { action: 'role.deleted' },
  params: RoleRef,
  query: Nothing,
  body: Nothing,
  output: RoleEnded,
  status: 200,
  errors: ['role.beyond_yours'],
  prepare: async ({ roles }) => ({ roles }),
  handle: (ctx, _input, [role]) => endRole(ctx, role),
});

export const previewRoute = defineRoute({
  id: 'role.preview',
  method: 'GET',
  path: '/api/v1/roles/:roleId/preview',
  summary: 'Who would hold more or less if the role held these permissions; nothing is changed',
  scope: 'org',
  access: [{ permission: permissions.manage, target: (ctx, { params }) => findRole(ctx.tx, params.roleId) }],
  rate: 'read',
  audit: { none: 'tells who holds what, as the lists of members and roles do' },
  params: RoleRef,
  query: PreviewQuery,
  body: Nothing,
  output: Preview,
  status: 200,
  errors: [],
  prepare: async ({ roles }) => roles,
  handle: async (ctx, { query }, [role]) => {
    const holders = await listHolders(ctx.tx, role.id, PREVIEW_PEOPLE_MAX + 1);
    const change = { before: role.permissions, after: query.permissions };
    return previewChange(ctx.prepared, ctx.principal.reach, change, holders);
  },
});
