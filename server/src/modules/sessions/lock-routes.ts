// Ending the lock of an account before its time: by an admin of an organization the person is in, or by the operator of the host.
import { z } from 'zod';
import { kernelErrors } from '#kernel/errors.ts';
import { Nothing } from '#kernel/fields.ts';
import { orgOf } from '#kernel/principal.ts';
import { defineRoute, type Resolvable } from '#kernel/route.ts';
import type { Tools } from '#kernel/tools.ts';
import {
  accountPermissions,
  Email,
  findAccountByEmail,
  findOwnAccount,
  lockKeyOf,
  unlockAccount,
} from '#modules/identity.ts';
import { findMember, findMemberPerson } from '#modules/members.ts';
import { MemberRef } from './model.ts';

const Unlocked = z.object({
  wasLocked: z.boolean().describe('False when only failures were forgotten, or there were none'),
});

type PreparedUnlock = { readonly userId: string; readonly lockKey: Buffer };

export const unlockMember = defineRoute({
  id: 'account.unlock_member',
  method: 'DELETE',
  path: '/api/v1/members/:memberId/lock',
  summary: 'End the lock of a member’s account before its time; whoever guesses can lock it again',
  scope: 'org',
  access: [
    { permission: accountPermissions.unlock_members, target: (ctx, { params }) => findMember(ctx.tx, params.memberId) },
  ],
  stepUp: true,
  rate: 'write',
  audit: { action: 'account.unlocked' },
  params: MemberRef,
  query: Nothing,
  body: Nothing,
  output: Unlocked,
  status: 200,
  errors: [],
  prepare: async (tools, { principal, input }): Promise<PreparedUnlock> => {
    const orgId = orgOf(principal);
    const userId = orgId === undefined ? undefined : await findMemberPerson(tools.lookup, orgId, input.params.memberId);
    return prepareUnlock(tools, userId);
  },
  handle: async (ctx) => {
    const wasLocked = await unlockAccount(ctx.tx, ctx.prepared.lockKey);
    ctx.subject('user', ctx.prepared.userId);
    ctx.note({ wasLocked });
    return { wasLocked };
  },
});

export const unlockPerson = defineRoute({
  id: 'account.unlock_by_operator',
  method: 'POST',
  path: '/api/v1/people/unlock',
  summary: 'End the lock of an account before its time, at the admin socket of the host',
  scope: {
    tables: ['person'],
    resolve: ({ prepared }: Resolvable) => ({ userId: (prepared as PreparedUnlock).userId }),
  },
  access: [{ permission: accountPermissions.unlock, target: async () => ({}) }],
  rate: 'write',
  audit: { action: 'account.unlocked' },
  params: Nothing,
  query: Nothing,
  body: z.strictObject({ email: Email }),
  output: Unlocked,
  status: 200,
  errors: [],
  prepare: async (tools, { input }) => {
    const account = await findAccountByEmail(tools.lookup, input.body.email);
    return prepareUnlock(tools, account?.user_id);
  },
  handle: async (ctx) => {
    const wasLocked = await unlockAccount(ctx.tx, ctx.prepared.lockKey);
    ctx.subject('user', ctx.prepared.userId);
    ctx.note({ wasLocked });
    return { wasLocked };
  },
});

/** Throws `resource.not_found` for nobody, and for a person who is suspended. */
async function prepareUnlock(tools: Tools, userId: string | undefined): Promise<PreparedUnlock> {
  const account = userId === undefined ? undefined : await findOwnAccount(tools.lookup, userId);
  if (userId === undefined || account === undefined) throw kernelErrors['resource.not_found']();
  return { userId, lockKey: lockKeyOf(tools, account.email) };
}
