// Who is in a team, who leads it, and which roles everybody in it holds.
import type { z } from 'zod';
import type { OrgTx } from '#db/scope.ts';
import { defineRows } from '#kernel/authorize.ts';
import { encodeId, Nothing } from '#kernel/fields.ts';
import { mapPage, pageOf } from '#kernel/page.ts';
import { getOrg, type Principal } from '#kernel/principal.ts';
import { defineRoute } from '#kernel/route.ts';
import { demandActingNow, demandInsider, findMemberNow } from '#modules/members.ts';
import { demandHolding, lockRole, rolePermissions } from '#modules/roles.ts';
import { permissions, PlaceFilter, TeamMember, TeamMemberRef, TeamPlace, TeamRef, TeamRoleRef } from './model.ts';
import { findTeam, insertTeamRole, listTeamMembers, lockTeam, teamMemberList } from './queries.ts';
import { membershipOf, ownedByLeads, placeMember, takeOutMember, takeTeamRoleAs } from './service.ts';

type Asking = { readonly tx: OrgTx; readonly principal: Principal };
const theTeam = ({ tx, principal }: Asking, { params }: { readonly params: z.output<typeof TeamRef> }) =>
  lockTeam(tx, params.teamId, membershipOf(principal));
const theRole = ({ tx }: Asking, { params }: { readonly params: z.output<typeof TeamRoleRef> }) =>
  lockRole(tx, params.roleId);
const theMember = ({ tx }: Asking, { params }: { readonly params: z.output<typeof TeamMemberRef> }) =>
  findMemberNow(tx, params.memberId);

const placeRows = defineRows({ kind: 'team_member', permission: permissions.read });

export const listMembersRoute = defineRoute({
  id: 'team.list_members',
  method: 'GET',
  path: '/api/v1/teams/:teamId/members',
  summary: 'Who is in a team, and who leads it',
  scope: 'org',
  access: [
    {
      permission: permissions.read,
      target: (ctx, { params }) => findTeam(ctx.tx, params.teamId, membershipOf(ctx.principal)),
    },
  ],
  rows: placeRows,
  rate: 'read',
  audit: { none: 'lists names, shows no secret' },
  params: TeamRef,
  query: teamMemberList.query.extend({ place: PlaceFilter.optional().describe('Only those in this place') }),
  body: Nothing,
  output: pageOf(TeamMember),
  status: 200,
  errors: [],
  handle: async (ctx, { query }, [team]) =>
    mapPage(await listTeamMembers(ctx.tx, ctx.rows, query, team.id), (row) => ({
      memberId: encodeId('mem', row.member_id),
      name: row.name,
      email: row.email,
      isLead: row.is_lead,
      joinedAt: row.joined_at.toISOString(),
    })),
});

export const placeRoute = defineRoute({
  id: 'team.place_member',
  method: 'PUT',
  path: '/api/v1/teams/:teamId/members/:memberId',
  summary: 'Add a member to a team, or say whether they lead it; they hold its roles at once',
  scope: 'org',
  access: [
    {
      permission: permissions.fill,
      target: async (ctx, { params }) =>
        ownedByLeads(await lockTeam(ctx.tx, params.teamId, membershipOf(ctx.principal)), ctx.principal),
    },
    { permission: permissions.read, target: theMember },
  ],
  stepUp: true,
  rate: 'write',
  audit: { action: 'team.member_placed' },
  params: TeamMemberRef,
  query: Nothing,
  body: TeamPlace,
  output: Nothing,
  status: 204,
  errors: ['role.beyond_yours', 'team.beyond_yours', 'member.is_guest'],
  prepare: async ({ roles }) => ({ roles }),
  handle: async (ctx, { body }, [team, member]) => {
    demandInsider(member);
    await placeMember(ctx, team, member, body);
    return {};
  },
});

export const takeOutRoute = defineRoute({
  id: 'team.take_out_member',
  method: 'DELETE',
  path: '/api/v1/teams/:teamId/members/:memberId',
  summary: 'Take a member out of a team, or leave it yourself',
  scope: 'org',
  access: [
    {
      permission: permissions.fill,
      target: async (ctx, { params }) => {
        const own = membershipOf(ctx.principal);
        const team = await lockTeam(ctx.tx, params.teamId, own);
        // Everybody may leave: a team one is in counts as one's own for that alone.
        const isLeaving = own !== null && params.memberId === own && team !== undefined && team.leads !== null;
        return ownedByLeads(isLeaving ? { ...team, leads: true } : team, ctx.principal);
      },
    },
    { permission: permissions.read, target: theMember },
  ],
  stepUp: true,
  rate: 'write',
  audit: { action: 'team.member_taken_out' },
  params: TeamMemberRef,
  query: Nothing,
  body: Nothing,
  output: Nothing,
  status: 204,
  errors: ['role.beyond_yours'],
  prepare: async ({ roles }) => ({ roles }),
  handle: async (ctx, _input, [team, member]) => {
    await takeOutMember(ctx, team, member);
    return {};
  },
});

export const giveRoleRoute = defineRoute({
  id: 'team.give_role',
  method: 'PUT',
  path: '/api/v1/teams/:teamId/roles/:roleId',
  summary: 'Give a role to a team; everybody in it holds it at once',
  scope: 'org',
  access: [
    { permission: rolePermissions.give, target: theTeam },
    { permission: rolePermissions.give, target: theRole },
  ],
  stepUp: true,
  rate: 'write',
  audit: { action: 'team.role_given' },
  params: TeamRoleRef,
  query: Nothing,
  body: Nothing,
  output: Nothing,
  status: 204,
  errors: ['role.beyond_yours'],
  prepare: async ({ roles }) => ({ roles }),
  handle: async (ctx, _input, [team, role]) => {
    demandHolding(ctx.prepared.roles, await demandActingNow(ctx, rolePermissions.give), role.permissions);
    const row = { org_id: getOrg(ctx.principal), team_id: team.id, role_id: role.id, given_at: ctx.now };
    ctx.note({
      name: team.name,
      role: role.id,
      members: Number(team.members),
      isNew: await insertTeamRole(ctx.tx, row),
    });
    return {};
  },
});

export const takeRoleRoute = defineRoute({
  id: 'team.take_role',
  method: 'DELETE',
  path: '/api/v1/teams/:teamId/roles/:roleId',
  summary: 'Take a role from a team; nobody holds it by the team any more, at once',
  scope: 'org',
  access: [
    { permission: rolePermissions.give, target: theTeam },
    { permission: rolePermissions.give, target: theRole },
  ],
  stepUp: true,
  rate: 'write',
  audit: { action: 'team.role_taken' },
  params: TeamRoleRef,
  query: Nothing,
  body: Nothing,
  output: Nothing,
  status: 204,
  errors: ['role.beyond_yours'],
  prepare: async ({ roles }) => ({ roles }),
  handle: async (ctx, _input, [team, role]) => {
    await takeTeamRoleAs(ctx, await demandActingNow(ctx, rolePermissions.give), team, role);
    return {};
  },
});
