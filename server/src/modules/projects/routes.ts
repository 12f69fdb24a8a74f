// Making, changing, archiving and deleting projects; who is in them stands in member-routes.ts.
import { callersOwn, defineRows } from '#kernel/authorize.ts';
import { Nothing } from '#kernel/fields.ts';
import { mapPage, pageOf } from '#kernel/page.ts';
import { defineRoute } from '#kernel/route.ts';
import { findOrganization } from '#modules/organizations.ts';
import { NewProject, permissions, Project, ProjectChange, ProjectEnded, ProjectRef, ProjectStatus } from './model.ts';
import { findProject, listProjects, projectList } from './queries.ts';
import {
  archiveProject,
  changeProject,
  createProject,
  endProject,
  loadProject,
  ownedByMembers,
  restoreProject,
  toProject,
} from './service.ts';

const projectRows = defineRows({ kind: 'project', permission: permissions.read, ownerColumn: 'mine.user_id' });

export const listRoute = defineRoute({
  id: 'project.list',
  method: 'GET',
  path: '/api/v1/projects',
  summary: 'The projects you may see: those you are in, or all',
  scope: 'org',
  access: [{ permission: permissions.read, target: callersOwn }],
  rows: projectRows,
  rate: 'read',
  audit: { none: 'lists names, shows no secret' },
  params: Nothing,
  query: projectList.query.extend({ status: ProjectStatus.optional().describe('Only those of this state') }),
  body: Nothing,
  output: pageOf(Project),
  status: 200,
  errors: [],
  handle: async (ctx, { query }) => mapPage(await listProjects(ctx.tx, ctx.rows, query), toProject),
});

export const getRoute = defineRoute({
  id: 'project.get',
  method: 'GET',
  path: '/api/v1/projects/:projectId',
  summary: 'One project',
  scope: 'org',
  access: [
    {
      permission: permissions.read,
      target: async (ctx, { params }) => ownedByMembers(await findProject(ctx.tx, params.projectId), ctx.principal),
    },
  ],
  rate: 'read',
  audit: { none: 'shows no secret' },
  params: ProjectRef,
  query: Nothing,
  body: Nothing,
  output: Project,
  status: 200,
  errors: [],
  handle: async (_ctx, _input, [project]) => toProject(project),
});

export const createRoute = defineRoute({
  id: 'project.create',
  method: 'POST',
  path: '/api/v1/projects',
  summary: 'Make a project; nobody is in it yet',
  scope: 'org',
  access: [{ permission: permissions.create, target: (ctx) => findOrganization(ctx.tx) }],
  rate: 'write',
  audit: { action: 'project.created' },
  params: Nothing,
  query: Nothing,
  body: NewProject,
  output: Project,
  status: 201,
  errors: ['project.name_taken'],
  prepare: async ({ newId, roles }) => ({ id: newId(), roles }),
  handle: (ctx, { body }) => createProject(ctx, body),
});

export const updateRoute = defineRoute({
  id: 'project.update',
  method: 'PATCH',
  path: '/api/v1/projects/:projectId',
  summary: 'Change the name of a project, or what it is for',
  scope: 'org',
  access: [
    {
      permission: permissions.update,
      target: async (ctx, { params }) => ownedByMembers(await loadProject(ctx.tx, params.projectId), ctx.principal),
    },
  ],
  rate: 'write',
  audit: { action: 'project.updated' },
  params: ProjectRef,
  query: Nothing,
  body: ProjectChange,
  output: Project,
  status: 200,
  errors: ['project.name_taken', 'project.archived'],
  handle: (ctx, { body }, [project]) => changeProject(ctx, project, body),
});

export const archiveRoute = defineRoute({
  id: 'project.archive',
  method: 'PUT',
  path: '/api/v1/projects/:projectId/archive',
  summary: 'Archive a project: it stands still, its name is free, and nobody can be added',
  scope: 'org',
  access: [
    {
      permission: permissions.update,
      target: async (ctx, { params }) => ownedByMembers(await loadProject(ctx.tx, params.projectId), ctx.principal),
    },
  ],
  rate: 'write',
  audit: { action: 'project.archived' },
  params: ProjectRef,
  query: Nothing,
  body: Nothing,
  output: Project,
  status: 200,
  errors: [],
  handle: (ctx, _input, [project]) => archiveProject(ctx, project),
});

export const restoreRoute = defineRoute({
  id: 'project.restore',
  method: 'DELETE',
  path: '/api/v1/projects/:projectId/archive',
  summary: 'Bring an archived project back, with everybody who is in it',
  scope: 'org',
  access: [
    {
      permission: permissions.update,
      target: async (ctx, { params }) => ownedByMembers(await loadProject(ctx.tx, params.projectId), ctx.principal),
    },
  ],
  stepUp: true,
  rate: 'write',
  audit: { action: 'project.restored' },
  params: ProjectRef,
  query: Nothing,
  body: Nothing,
  output: Project,
  status: 200,
  errors: ['project.name_taken', 'project.beyond_yours'],
  prepare: async ({ roles }) => ({ roles }),
  handle: (ctx, _input, [project]) => restoreProject(ctx, project),
});

export const deleteRoute = defineRoute({
  id: 'project.delete',
  method: 'DELETE',
  path: '/api/v1/projects/:projectId',
  summary: 'Delete a project that is archived; its members stay in the organization',
  scope: 'org',
  access: [
    {
      permission: permissions.delete,
      target: async (ctx, { params }) => ownedByMembers(await loadProject(ctx.tx, params.projectId), ctx.principal),
    },
  ],
  stepUp: true,
  rate: 'write',
  audit: { action: 'project.deleted' },
  params: ProjectRef,
  query: Nothing,
  body: Nothing,
  output: ProjectEnded,
  status: 200,
  errors: ['project.not_archived'],
  prepare: async ({ roles }) => ({ roles }),
  handle: (ctx, _input, [project]) => endProject(ctx, project),
});
