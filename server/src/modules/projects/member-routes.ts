// Who is in a project: all of these but the last run inside its wall.
import { defineRows } from '#kernel/authorize.ts';
import { encodeId, Nothing } from '#kernel/fields.ts';
import { mapPage, pageOf } from '#kernel/page.ts';
import { defineRoute } from '#kernel/route.ts';
import { demandInsider, findMember, memberPermissions } from '#modules/members.ts';
import {
  MemberRef,
  permissions,
  PlaceFilter,
  ProjectMember,
  ProjectMemberRef,
  ProjectPlace,
  ProjectRef,
  ProjectsOfMember,
} from './model.ts';
import { findProject, listPlacesOf, listProjectMembers, projectMemberList } from './queries.ts';
import { leaveProject, loadProject, ownedByLeads, ownedByMembers, placeMember, takeOutMember } from './service.ts';

const placeRows = defineRows({ kind: 'project_member', permission: permissions.read, ownerColumn: 'viewer.user_id' });

export const listMembersRoute = defineRoute({
  id: 'project.list_members',
  method: 'GET',
  path: '/api/v1/projects/:projectId/members',
  summary: 'Who is in a project, and who leads it',
  scope: 'project',
  access: [
    {
      permission: permissions.read,
      target: async (ctx, { params }) => ownedByMembers(await findProject(ctx.tx, params.projectId), ctx.principal),
    },
  ],
  rows: placeRows,
  rate: 'read',
  audit: { none: 'lists names, shows no secret' },
  params: ProjectRef,
  query: projectMemberList.query.extend({ place: PlaceFilter.optional().describe('Only those in this place') }),
  body: Nothing,
  output: pageOf(ProjectMember),
  status: 200,
  errors: [],
  handle: async (ctx, { query }) =>
    mapPage(await listProjectMembers(ctx.tx, ctx.rows, query), (row) => ({
      memberId: encodeId('mem', row.member_id),
      name: row.name,
      email: row.email,
      isLead: row.is_lead,
      addedAt: row.added_at.toISOString(),
    })),
});

export const placeRoute = defineRoute({
  id: 'project.place_member',
  method: 'PUT',
  path: '/api/v1/projects/:projectId/members/:memberId',
  summary: 'Add a member to a project, or say whether they lead it',
  scope: 'project',
  access: [
    {
      permission: permissions.read,
      target: async (ctx, { params }) => ownedByMembers(await loadProject(ctx.tx, params.projectId), ctx.principal),
    },
    {
      permission: permissions.manage_members,
      target: async (ctx, { params }) => ownedByLeads(await findProject(ctx.tx, params.projectId), ctx.principal),
    },
    { permission: memberPermissions.read, target: (ctx, { params }) => findMember(ctx.tx, params.memberId) },
  ],
  stepUp: true,
  rate: 'write',
  audit: { action: 'project.member_placed' },
  params: ProjectMemberRef,
  query: Nothing,
  body: ProjectPlace,
  output: Nothing,
  status: 204,
  errors: ['project.archived', 'project.beyond_yours', 'member.is_guest'],
  prepare: async ({ roles }) => ({ roles }),
  handle: async (ctx, { body }, [_seen, project, member]) => {
    demandInsider(member);
    await placeMember(ctx, project, member, body);
    return {};
  },
});

export const takeOutRoute = defineRoute({
  id: 'project.take_out_member',
  method: 'DELETE',
  path: '/api/v1/projects/:projectId/members/:memberId',
  summary: 'Take a member out of a project',
  scope: 'project',
  access: [
    {
      permission: permissions.read,
      target: async (ctx, { params }) => ownedByMembers(await loadProject(ctx.tx, params.projectId), ctx.principal),
    },
    {
      permission: permissions.manage_members,
      target: async (ctx, { params }) => ownedByLeads(await findProject(ctx.tx, params.projectId), ctx.principal),
    },
    { permission: memberPermissions.read, target: (ctx, { params }) => findMember(ctx.tx, params.memberId) },
  ],
  stepUp: true,
  rate: 'write',
  audit: { action: 'project.member_taken_out' },
  params: ProjectMemberRef,
  query: Nothing,
  body: Nothing,
  output: Nothing,
  status: 204,
  errors: [],
  prepare: async ({ roles }) => ({ roles }),
  handle: async (ctx, _input, [_seen, project, member]) => {
    await takeOutMember(ctx, project, member);
    return {};
  },
});

export const leaveRoute = defineRoute({
  id: 'project.leave',
  method: 'DELETE',
  path: '/api/v1/projects/:projectId/membership',
  summary: 'Leave a project yourself',
  scope: 'project',
  access: [
    {
      permission: permissions.leave,
      target: async (ctx, { params }) => ownedByMembers(await loadProject(ctx.tx, params.projectId), ctx.principal),
    },
  ],
  rate: 'write',
  audit: { action: 'project.left' },
  params: ProjectRef,
  query: Nothing,
  body: Nothing,
  output: Nothing,
  status: 204,
  errors: [],
  handle: async (ctx, _input, [project]) => {
    await leaveProject(ctx, project);
    return {};
  },
});

export const listOfMemberRoute = defineRoute({
  id: 'project.list_of_member',
  method: 'GET',
  path: '/api/v1/members/:memberId/projects',
  summary: 'The projects that a member is in, and as what: your own, or anybody’s where you see all projects',
  scope: 'org',
  access: [
    {
      permission: permissions.read,
      target: async (ctx, { params }) => {
        const member = await findMember(ctx.tx, params.memberId);
        return member === undefined ? undefined : { ...member, owner_user_id: member.user_id };
      },
    },
  ],
  rate: 'read',
  audit: { none: 'lists names, shows no secret' },
  params: MemberRef,
  query: Nothing,
  body: Nothing,
  output: ProjectsOfMember,
  status: 200,
  errors: [],
  handle: async (ctx, _input, [member]) => ({
    items: (await listPlacesOf(ctx.tx, member.user_id)).map((place) => ({
      id: encodeId('prj', place.id),
      name: place.name,
      status: place.archived_at === null ? ('active' as const) : ('archived' as const),
      isLead: place.is_lead,
      addedAt: place.added_at.toISOString(),
    })),
  }),
});
