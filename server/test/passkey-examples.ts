// Valid calls of the routes of passkeys. What they enroll goes again, so that everybody can still sign in with a password.
import type { Example, MakeExample, Stage } from './example.ts';
import { answerWith, askForCreation, enrollPasskey, newAuthenticator } from './passkeys.ts';
import { keepSessions, signIn } from './people.ts';

/** Puts sessions back, and takes passkeys away. */
async function settleIn({ world }: Stage): Promise<NonNullable<Example['settle']>> {
  const restore = await keepSessions(world);
  return async () => {
    await world.admin('delete from holdfast.factor');
    await world.admin('delete from holdfast.recovery_code');
    await world.admin(`update holdfast.session set proven_by = 'password'`);
    await restore();
  };
}

export const passkeyExamples: Readonly<Record<string, MakeExample>> = {
  'factor.ask_for_passkey': () => ({ call: {} }),
  'factor.start_passkey': () => ({ call: {} }),
  'factor.enroll_passkey': async (stage, { email }) => {
    const { world } = stage;
    const settle = await settleIn(stage);
    const credential = await signIn(world, email);
    const registration = newAuthenticator(world).register(await askForCreation(world, credential));
    return { call: { body: { name: 'laptop', registration } }, credential, settle };
  },
  'session.create_with_passkey': async (stage) => {
    const { world, visitor } = stage;
    const settle = await settleIn(stage);
    const { authenticator } = await enrollPasskey(world, await signIn(world, visitor.email));
    return { call: { body: { passkey: await answerWith(world, authenticator) } }, settle };
  },
};
