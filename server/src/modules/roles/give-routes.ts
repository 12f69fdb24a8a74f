// Giving custom roles to members and taking them away, and what a member may do because of them.
import type { z } from 'zod';
import type { OrgTx } from '#db/scope.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { Nothing } from '#kernel/fields.ts';
import { getOrg } from '#kernel/principal.ts';
import { defineRoute } from '#kernel/route.ts';
import { BUILT_IN_ROLES } from '#kernel/permissions.ts';
import { demandActingNow, demandInsider, findMember, findMemberNow } from '#modules/members.ts';
import { explainMember } from './explain.ts';
import { EffectivePermissions, MemberRef, permissions, RoleOfMember } from './model.ts';
import { insertMemberRole, listHeldRoles, lockRole } from './queries.ts';
import { demandHolding, takeRoleAs } from './service.ts';

type Named = { readonly params: z.output<typeof RoleOfMember> };
const theRole = ({ tx }: { readonly tx: OrgTx }, { params }: Named) => lockRole(tx, params.roleId);
const theMember = ({ tx }: { readonly tx: OrgTx }, { params }: Named) => findMemberNow(tx, params.memberId);

export const giveRoute = defineRoute({
  id: 'role.give',
  method: 'PUT',
  path: '/api/v1/roles/:roleId/members/:memberId',
  summary: 'Give a role to a member; it holds at once',
  scope: 'org',
  access: [
    { permission: permissions.give, target: theRole },
    { permission: permissions.give, target: theMember },
  ],
  stepUp: true,
  rate: 'write',
  audit: { action: 'role.given' },
  params: RoleOfMember,
  query: Nothing,
  body: Nothing,
  output: Nothing,
  status: 204,
  errors: ['role.beyond_yours', 'member.is_guest'],
  prepare: async ({ roles }) => ({ roles }),
  handle: async (ctx, _input, [role, member]) => {
    demandInsider(member);
    demandHolding(ctx.prepared.roles, await demandActingNow(ctx, permissions.give), role.permissions);
    const row = { org_id: getOrg(ctx.principal), member_id: member.id, role_id: role.id, given_at: ctx.now };
    ctx.note({ name: role.name, member: member.id, isNew: await insertMemberRole(ctx.tx, row) });
    return {};
  },
});

export const takeRoute = defineRoute({
  id: 'role.take',
  method: 'DELETE',
  path: '/api/v1/roles/:roleId/members/:memberId',
  summary: 'Take a role from a member; it holds no more at once, unless a team of theirs has it',
  scope: 'org',
  access: [
    { permission: permissions.give, target: theRole },
    { permission: permissions.give, target: theMember },
  ],
  stepUp: true,
  rate: 'write',
  audit: { action: 'role.taken' },
  params: RoleOfMember,
  query: Nothing,
  body: Nothing,
  output: Nothing,
  status: 204,
  errors: ['role.beyond_yours'],
  prepare: async ({ roles }) => ({ roles }),
  handle: async (ctx, _input, [role, member]) => {
    await takeRoleAs(ctx, await demandActingNow(ctx, permissions.give), role, member.id);
    return {};
  },
});

export const explainRoute = defineRoute({
  id: 'member.permissions',
  method: 'GET',
  path: '/api/v1/members/:memberId/permissions',
  summary: 'What a member may do, and why: by which role, of theirs or of a team',
  scope: 'org',
  access: [
    {
      permission: permissions.explain,
      target: async (ctx, { params }) => {
        const member = await findMember(ctx.tx, params.memberId);
        return member === undefined ? undefined : { ...member, owner_user_id: member.user_id };
      },
    },
  ],
  rate: 'read',
  audit: { none: 'tells who holds what, as the lists of members and roles do' },
  params: MemberRef,
  query: Nothing,
  body: Nothing,
  output: EffectivePermissions,
  status: 200,
  errors: [],
  prepare: async ({ roles }) => roles,
  handle: async (ctx, _input, [member]) => {
    const role = BUILT_IN_ROLES.find((one) => one === member.role);
    if (role === undefined) throw kernelErrors['resource.not_found']();
    return explainMember(ctx.prepared, role, await listHeldRoles(ctx.tx, member.id));
  },
});
