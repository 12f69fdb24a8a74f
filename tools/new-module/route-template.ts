// The text of a new module's routes: make, list, get and delete.
import type { Template } from './names.ts';

export const routes: Template = ({ module, resource, type, parameter, words, manyWords }) => `
// Making, seeing and deleting ${manyWords}.
import { defineRows } from '#kernel/authorize.ts';
import { Nothing } from '#kernel/fields.ts';
import { mapPage, pageOf } from '#kernel/page.ts';
import { defineRoute } from '#kernel/route.ts';
import { findOrganization } from '#modules/organizations.ts';
import { New${type}, permissions, ${type}, ${type}Ref } from './model.ts';
import { find${type}, list${type}Rows, lock${type}, rowList } from './queries.ts';
import { create${type}, delete${type}, to${type} } from './service.ts';

const rows = defineRows({ kind: '${resource}', permission: permissions.read });

export const createRoute = defineRoute({
  id: '${resource}.create',
  method: 'POST',
  path: '/api/v1/${module}',
  summary: 'Make one of the ${manyWords}',
  scope: 'org',
  access: [{ permission: permissions.create, target: (ctx) => findOrganization(ctx.tx) }],
  rate: 'write',
  audit: { action: '${resource}.created' },
  params: Nothing,
  query: Nothing,
  body: New${type},
  output: ${type},
  status: 201,
  errors: ['${resource}.name_taken'],
  prepare: async (tools) => ({ id: tools.newId() }),
  handle: (ctx, { body }, [organization]) => create${type}(ctx, organization.org_id, body),
});

export const listRoute = defineRoute({
  id: '${resource}.list',
  method: 'GET',
  path: '/api/v1/${module}',
  summary: 'The ${manyWords} you may see, newest first',
  scope: 'org',
  access: [{ permission: permissions.read, target: (ctx) => findOrganization(ctx.tx) }],
  rows,
  rate: 'read',
  audit: { none: 'lists names, shows no secret' },
  params: Nothing,
  query: rowList.query,
  body: Nothing,
  output: pageOf(${type}),
  status: 200,
  errors: [],
  handle: async (ctx, { query }) => mapPage(await list${type}Rows(ctx.tx, ctx.rows, query), to${type}),
});

export const getRoute = defineRoute({
  id: '${resource}.get',
  method: 'GET',
  path: '/api/v1/${module}/:${parameter}',
  summary: 'One ${words}',
  scope: 'org',
  access: [{ permission: permissions.read, target: (ctx, { params }) => find${type}(ctx.tx, params.${parameter}) }],
  rate: 'read',
  audit: { none: 'shows no secret' },
  params: ${type}Ref,
  query: Nothing,
  body: Nothing,
  output: ${type},
  status: 200,
  errors: [],
  handle: async (_ctx, _input, [row]) => to${type}(row),
});

export const deleteRoute = defineRoute({
  id: '${resource}.delete',
  method: 'DELETE',
  path: '/api/v1/${module}/:${parameter}',
  summary: 'Delete one ${words}',
  scope: 'org',
  access: [{ permission: permissions.delete, target: (ctx, { params }) => lock${type}(ctx.tx, params.${parameter}) }],
  rate: 'write',
  audit: { action: '${resource}.deleted' },
  params: ${type}Ref,
  query: Nothing,
  body: Nothing,
  output: Nothing,
  status: 204,
  errors: [],
  handle: (ctx, _input, [row]) => delete${type}(ctx, row),
});
`;
