// Passkeys in a test: enrolled, and shown, with an authenticator in software.
import type { Reply } from '#kernel/call.ts';
import type { Credential } from '#kernel/credential.ts';
import type { Kernel } from '#kernel/kernel.ts';
import {
  type AssertionAnswer,
  type Authenticator,
  createAuthenticator,
  type CreationAsked,
  type Wrong,
} from './authenticator.ts';
import type { World } from './world.ts';

/** Wrong in a registration as in an assertion. */
export const WRONG_EVERYWHERE: Readonly<Record<string, Wrong>> = {
  'another site': { origin: 'https://holdfast.example.evil.example' },
  'another port': { origin: 'https://holdfast.example:8443' },
  'no encryption': { origin: 'http://holdfast.example' },
  'a key of another host': { rpId: 'evil.example' },
  'nobody there': { isPresent: false },
  'nobody verified': { isVerified: false },
  'a challenge that is not ours': { challenge: Buffer.alloc(72, 7).toString('base64url') },
  'no challenge': { challenge: '' },
  'a frame of another site': { crossOrigin: true },
  'a frame that says so otherwise': { topOrigin: 'https://evil.example' },
  'a backup that cannot be': { isBackedUp: true },
};

/** One on the page that the world serves. */
export function newAuthenticator({ kernel }: Pick<World, 'kernel'>, isCounting = true): Authenticator {
  return createAuthenticator({ origin: kernel.tools.publicOrigin(), isCounting });
}

export async function askForCreation(world: World, credential: Credential): Promise<CreationAsked> {
  return (await world.call('factor.start_passkey', { credential })).body as CreationAsked;
}

/** Asks what to make, makes it and enrolls it. */
export async function enrollPasskey(
  world: World,
  credential: Credential,
  authenticator = newAuthenticator(world),
  wrong: Wrong = {},
): Promise<{ readonly authenticator: Authenticator; readonly reply: Reply }> {
  const registration = authenticator.register(await askForCreation(world, credential), wrong);
  const body = { name: 'laptop', registration };
  return { authenticator, reply: await world.call('factor.enroll_passkey', { credential, body }) };
}

/** Asks for a challenge and answers it. */
export async function answerWith(
  world: World,
  authenticator: Authenticator,
  wrong: Wrong = {},
): Promise<AssertionAnswer> {
  const { body } = await world.call('factor.ask_for_passkey');
  return authenticator.assert(body as { readonly challenge: string }, wrong);
}

/** Signs in with an answer and nothing else. */
export function signInWithPasskey(world: World, passkey: AssertionAnswer, on?: Kernel): Promise<Reply> {
  return world.call('session.create_with_passkey', { body: { passkey } }, on);
}
