// Suspending an account and letting it in again: by the operator of the host, for somebody who shall use nothing here any more.
import { z } from 'zod';
import type { PersonTx } from '#db/scope.ts';
import type { Context } from '#kernel/context.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { Nothing } from '#kernel/fields.ts';
import { defineRoute, type Resolvable } from '#kernel/route.ts';
import type { Tools } from '#kernel/tools.ts';
import { Email, permissions } from './model.ts';
import { findAnyAccount, setStatus } from './queries.ts';
import { deleteTokens } from './token-queries.ts';

const Named = z.strictObject({ email: Email });
const Changed = z.object({ changed: z.boolean().describe('False where it was so already') });

type Prepared = { readonly userId: string };

const ofThePerson = {
  tables: ['person'],
  resolve: ({ prepared }: Resolvable) => ({ userId: (prepared as Prepared).userId }),
} as const;

async function findThePerson(tools: Tools, email: string): Promise<Prepared> {
  const account = await findAnyAccount(tools.lookup, email);
  if (account === undefined) throw kernelErrors['resource.not_found']();
  return { userId: account.user_id };
}

async function change(ctx: Context<PersonTx, Prepared>, status: 'active' | 'suspended') {
  const changed = await setStatus(ctx.tx, status);
  // Links and challenges of before the suspension open nothing after it.
  if (status === 'suspended') await deleteTokens(ctx.tx);
  ctx.subject('user', ctx.prepared.userId);
  ctx.note({ changed });
  return { changed };
}

export const suspendPersonRoute = defineRoute({
  id: 'account.suspend_by_operator',
  method: 'POST',
  path: '/api/v1/people/suspend',
  summary:
    'Suspend an account, at the admin socket of the host: its sessions end, and its keys rest, in every organization',
  scope: ofThePerson,
  access: [{ permission: permissions.suspend, target: async () => ({}) }],
  rate: 'write',
  audit: { action: 'account.suspended' },
  params: Nothing,
  query: Nothing,
  body: Named,
  output: Changed,
  status: 200,
  errors: [],
  prepare: (tools, { input }) => findThePerson(tools, input.body.email),
  handle: (ctx) => change(ctx, 'suspended'),
});

export const resumePersonRoute = defineRoute({
  id: 'account.resume_by_operator',
  method: 'POST',
  path: '/api/v1/people/resume',
  summary: 'Let an account in again that was suspended, at the admin socket of the host; its keys work again',
  scope: ofThePerson,
  access: [{ permission: permissions.suspend, target: async () => ({}) }],
  rate: 'write',
  audit: { action: 'account.resumed' },
  params: Nothing,
  query: Nothing,
  body: Named,
  output: Changed,
  status: 200,
  errors: [],
  prepare: (tools, { input }) => findThePerson(tools, input.body.email),
  handle: (ctx) => change(ctx, 'active'),
});
