// Signing in with a second factor in a test: the challenge, and what it opens.
import type { Credential } from '#kernel/credential.ts';
import type { Kernel } from '#kernel/kernel.ts';
import type { Reply } from '#kernel/call.ts';
import { PASSWORD, type World } from './world.ts';

/** The token a right password is answered with; throws where a session was opened instead. */
export async function challengeFor(world: World, email: string, on?: Kernel): Promise<string> {
  const { body, headers } = await world.call('session.create', { body: { email, password: PASSWORD } }, on);
  const { challenge } = body as { readonly challenge: { readonly token: string } | null };
  if (challenge === null || headers['set-cookie'] !== undefined) throw new Error('a password alone opened a session');
  return challenge.token;
}

export function credentialOf(reply: Reply): Credential {
  return { kind: 'session', secret: (reply.headers['set-cookie'] ?? '').slice('session='.length) };
}

/** A session opened with password and what is shown beside it. */
export async function signInWith(world: World, email: string, proof: object): Promise<Credential> {
  const challenge = await challengeFor(world, email);
  return credentialOf(await world.call('session.create_with_factor', { body: { challenge, ...proof } }));
}

/** As if the last proof of every session were so old. */
export async function ageProofs({ admin }: Pick<World, 'admin'>, minutes: number): Promise<void> {
  await admin('update holdfast.session set proven_at = now() - make_interval(mins => $1::int)', [minutes]);
}
