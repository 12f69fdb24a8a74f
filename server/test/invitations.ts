// Inviting people in a world: the link is read from the outbox, as the mail would bring it.
import type { Credential } from '#kernel/credential.ts';
import type { Kernel } from '#kernel/kernel.ts';
import { createMemoryStore } from '#kernel/limits/memory-store.ts';
import type { BuiltInRole } from '#kernel/permissions.ts';
import { newestToken } from './outbox.ts';
import { PASSWORD, type World } from './world.ts';

export type Invited = { readonly id: string; readonly email: string; readonly token: string };

let made = 0;
export const freshAddress = (): string => `invited${String((made += 1))}@elsewhere.example`;

/** The same kernel, on which nobody has caused any mail yet. */
export function withFreshBudgets(world: World): Kernel {
  return { ...world.kernel, tools: { ...world.kernel.tools, limits: createMemoryStore() } };
}

export async function invite(
  world: World,
  credential: Credential,
  role: BuiltInRole = 'member',
  email = freshAddress(),
): Promise<Invited> {
  const reply = await world.call('invitation.create', { credential, body: { email, role } }, withFreshBudgets(world));
  const { id } = reply.body as { readonly id: string };
  return { id, email, token: await newestToken(world, email, 'invitation') };
}

/** Shares one object with whoever reads mail at an address. */
export async function inviteGuest(
  world: World,
  credential: Credential,
  objectId: string,
  share: { readonly level: 'viewer' | 'editor'; readonly expiresAt?: string },
  email = freshAddress(),
): Promise<Invited> {
  const body = { email, ...share };
  const reply = await world.call('guest.invite', { credential, params: { objectId }, body }, withFreshBudgets(world));
  const { id } = reply.body as { readonly id: string };
  return { id, email, token: await newestToken(world, email, 'guest_invitation') };
}

/** Whoever reads the mail makes an account with it; gives their session. */
export async function acceptAnew(world: World, { token }: Invited, name = 'Ina Invited'): Promise<Credential> {
  const reply = await world.call('invitation.accept', { body: { token, name, password: PASSWORD } });
  return { kind: 'session', secret: (reply.headers['set-cookie'] ?? '').slice('session='.length) };
}
