// Making, changing and deleting teams; who is in them and what they hold stands in place-routes.ts.
import { defineRows } from '#kernel/authorize.ts';
import { Nothing } from '#kernel/fields.ts';
import { mapPage, pageOf } from '#kernel/page.ts';
import { defineRoute } from '#kernel/route.ts';
import { findOrganization } from '#modules/organizations.ts';
import { NewTeam, permissions, Team, TeamChange, TeamEnded, TeamRef } from './model.ts';
import { findTeam, listTeams, lockTeam, teamList } from './queries.ts';
import { changeTeam, createTeam, endTeam, membershipOf, toTeam } from './service.ts';

const teamRows = defineRows({ kind: 'team', permission: permissions.read });

export const listRoute = defineRoute({
  id: 'team.list',
  method: 'GET',
  path: '/api/v1/teams',
  summary: 'The teams of the organization',
  scope: 'org',
  access: [{ permission: permissions.read, target: (ctx) => findOrganization(ctx.tx) }],
  rows: teamRows,
  rate: 'read',
  audit: { none: 'lists names, shows no secret' },
  params: Nothing,
  query: teamList.query,
  body: Nothing,
  output: pageOf(Team),
  status: 200,
  errors: [],
  handle: async (ctx, { query }) =>
    mapPage(await listTeams(ctx.tx, ctx.rows, query, membershipOf(ctx.principal)), toTeam),
});

export const getRoute = defineRoute({
  id: 'team.get',
  method: 'GET',
  path: '/api/v1/teams/:teamId',
  summary: 'One team',
  scope: 'org',
  access: [
    {
      permission: permissions.read,
      target: (ctx, { params }) => findTeam(ctx.tx, params.teamId, membershipOf(ctx.principal)),
    },
  ],
  rate: 'read',
  audit: { none: 'shows no secret' },
  params: TeamRef,
  query: Nothing,
  body: Nothing,
  output: Team,
  status: 200,
  errors: [],
  handle: async (_ctx, _input, [team]) => toTeam(team),
});

export const createRoute = defineRoute({
  id: 'team.create',
  method: 'POST',
  path: '/api/v1/teams',
  summary: 'Make a team',
  scope: 'org',
  access: [{ permission: permissions.manage, target: (ctx) => findOrganization(ctx.tx) }],
  rate: 'write',
  audit: { action: 'team.created' },
  params: Nothing,
  query: Nothing,
  body: NewTeam,
  output: Team,
  status: 201,
  errors: ['team.name_taken'],
  prepare: async ({ newId }) => ({ id: newId() }),
  handle: (ctx, { body }) => createTeam(ctx, body),
});

export const updateRoute = defineRoute({
  id: 'team.update',
  method: 'PATCH',
  path: '/api/v1/teams/:teamId',
  summary: 'Change the name of a team, or what it is for',
  scope: 'org',
  access: [
    {
      permission: permissions.manage,
      target: (ctx, { params }) => lockTeam(ctx.tx, params.teamId, membershipOf(ctx.principal)),
    },
  ],
  rate: 'write',
  audit: { action: 'team.updated' },
  params: TeamRef,
  query: Nothing,
  body: TeamChange,
  output: Team,
  status: 200,
  errors: ['team.name_taken'],
  handle: (ctx, { body }, [team]) => changeTeam(ctx, team, body),
});

export const deleteRoute = defineRoute({
  id: 'team.delete',
  method: 'DELETE',
  path: '/api/v1/teams/:teamId',
  summary: 'Delete a team; its members stay in the organization, without the roles it gave them',
  scope: 'org',
  access: [
    {
      permission: permissions.manage,
      target: (ctx, { params }) => lockTeam(ctx.tx, params.teamId, membershipOf(ctx.principal)),
    },
  ],
  stepUp: true,
  rate: 'write',
  audit: { action: 'team.deleted' },
  params: TeamRef,
  query: Nothing,
  body: Nothing,
  output: TeamEnded,
  status: 200,
  errors: ['role.beyond_yours'],
  prepare: async ({ roles }) => ({ roles }),
  handle: (ctx, _input, [team]) => endTeam(ctx, team),
});
