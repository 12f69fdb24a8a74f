// Help for people who lost every factor: by an admin of the only organization they are in, or by the operator of the host.
import { z } from 'zod';
import { kernelErrors } from '#kernel/errors.ts';
import { Nothing } from '#kernel/fields.ts';
import type { Roles } from '#kernel/permissions.ts';
import { orgOf, personOf } from '#kernel/principal.ts';
import { defineRoute, type Resolvable } from '#kernel/route.ts';
import type { Tools } from '#kernel/tools.ts';
import { Email, findAccountByEmail, findOwnAccount } from '#modules/identity.ts';
import { demandActing, demandCover, findMember, findMemberPerson, getStanding } from '#modules/members.ts';
import { lockMemberships } from '#modules/organizations.ts';
import { errors, MemberRef, permissions, ResetDone } from './model.ts';
import { listDemands } from './queries.ts';
import { newsOf, type PreparedReset, resetFactors } from './removal.ts';

type PreparedHelp = PreparedReset & { readonly orgId: string; readonly isElsewhere: boolean; readonly roles: Roles };

export const resetMemberRoute = defineRoute({
  id: 'factor.reset_of_member',
  method: 'DELETE',
  path: '/api/v1/members/:memberId/factors',
  summary: 'Take all second factors of a member away who lost them; every session of theirs ends, and they are told',
  scope: {
    tables: ['org', 'person'],
    // What prepare found: the person behind a membership of the caller's own organization.
    resolve: ({ prepared }: Resolvable) => {
      const { orgId, userId } = prepared as PreparedHelp;
      return { orgId, userId };
    },
  },
  access: [{ permission: permissions.reset_members, target: (ctx, { params }) => findMember(ctx.tx, params.memberId) }],
  stepUp: true,
  rate: 'write',
  audit: { action: 'factor.reset_by_admin' },
  params: MemberRef,
  query: Nothing,
  body: Nothing,
  output: ResetDone,
  status: 200,
  errors: ['factor.member_elsewhere', 'member.beyond_yours'],
  prepare: async (tools, { principal, input }): Promise<PreparedHelp> => {
    const orgId = orgOf(principal);
    const userId = orgId === undefined ? undefined : await findMemberPerson(tools.lookup, orgId, input.params.memberId);
    if (orgId === undefined || userId === undefined) throw kernelErrors['resource.not_found']();
    const isElsewhere = (await listDemands(tools.lookup, userId)).some((demand) => demand.org_id !== orgId);
    return { orgId, isElsewhere, roles: tools.roles, ...(await prepareReset(tools, userId)) };
  },
  handle: async (ctx, _input, [member]) => {
    const { principal, prepared } = ctx;
    if (!('role' in principal) || (member.role === 'owner' && principal.role !== 'owner'))
      throw kernelErrors['auth.forbidden']();
    // One's own go one by one, and not below what is demanded.
    if (personOf(principal) === prepared.userId) throw kernelErrors['auth.forbidden']();
    await lockMemberships(ctx.tx);
    const actor = await demandActing(ctx.tx, prepared.roles, principal);
    demandCover(actor, [await getStanding(ctx.tx, prepared.roles, member.id)]);
    if (prepared.isElsewhere) throw errors['factor.member_elsewhere']();
    return { removed: await resetFactors(ctx) };
  },
});

export const resetPersonRoute = defineRoute({
  id: 'factor.reset_by_operator',
  method: 'POST',
  path: '/api/v1/people/reset-factors',
  summary:
    'Take all second factors of a person away, at the admin socket of the host; every session of theirs ends, and they are told',
  scope: {
    tables: ['person'],
    resolve: ({ prepared }: Resolvable) => ({ userId: (prepared as PreparedReset).userId }),
  },
  access: [{ permission: permissions.reset, target: async () => ({}) }],
  rate: 'write',
  audit: { action: 'factor.reset_by_operator' },
  params: Nothing,
  query: Nothing,
  body: z.strictObject({ email: Email }),
  output: ResetDone,
  status: 200,
  errors: [],
  prepare: async (tools, { input }) => {
    const account = await findAccountByEmail(tools.lookup, input.body.email);
    if (account === undefined) throw kernelErrors['resource.not_found']();
    return prepareReset(tools, account.user_id);
  },
  handle: async (ctx) => ({ removed: await resetFactors(ctx) }),
});

async function prepareReset(tools: Tools, userId: string): Promise<PreparedReset> {
  const account = await findOwnAccount(tools.lookup, userId);
  if (account === undefined) throw kernelErrors['resource.not_found']();
  return { userId, news: newsOf(tools, 'factors_reset', account.email) };
}
