// Valid calls of the routes of second factors. What they enroll goes again, so that everybody can still sign in with a password.
import { codeOf, enrollApp } from './authenticator-app.ts';
import type { MakeExample, Stage } from './example.ts';
import { memberIdOf } from './memberships.ts';
import { keepSessions, type Person, signIn } from './people.ts';
import { PASSWORD } from './world.ts';

const NAME = { name: 'phone' };

/** Puts sessions back, and takes factors away. */
async function settleIn({ world }: Stage): Promise<() => Promise<unknown>> {
  const restore = await keepSessions(world);
  return async () => {
    await world.admin('delete from holdfast.factor');
    await world.admin('delete from holdfast.recovery_code');
    await world.admin(`update holdfast.session set proven_by = 'password'`);
    await restore();
  };
}

/** A factor of the person, enrolled in a session of their own. */
async function enrolled({ world }: Stage, { email }: Person) {
  await world.admin('delete from holdfast.factor');
  const credential = await signIn(world, email);
  return { credential, ...(await enrollApp(world, credential)) };
}

const withFactor =
  (body: object | undefined): MakeExample =>
  async (stage, actor) => {
    const settle = await settleIn(stage);
    const { credential, factorId } = await enrolled(stage, actor);
    return { call: { params: { factorId }, ...(body === undefined ? {} : { body }) }, credential, settle };
  };

export const factorExamples: Readonly<Record<string, MakeExample>> = {
  'factor.list': () => ({ call: {} }),
  'factor.start_totp': async (stage) => ({ call: { body: NAME }, settle: await settleIn(stage) }),
  'factor.confirm_totp': async (stage, { email }) => {
    const settle = await settleIn(stage);
    const credential = await signIn(stage.world, email);
    const { body } = await stage.world.call('factor.start_totp', { credential, body: NAME });
    const { id, secret } = body as { readonly id: string; readonly secret: string };
    return { call: { params: { factorId: id }, body: { code: codeOf(secret) } }, credential, settle };
  },
  'factor.rename': withFactor({ name: 'tablet' }),
  'factor.remove': withFactor(undefined),
  'factor.new_recovery_codes': async (stage, actor) => {
    const settle = await settleIn(stage);
    const { credential } = await enrolled(stage, actor);
    return { call: {}, credential, settle };
  },
  'factor.reset_of_member': async (stage) => {
    const settle = await settleIn(stage);
    return { call: { params: { memberId: await memberIdOf(stage.world, stage.visitor) } }, settle };
  },
  'factor.reset_by_operator': async (stage) => {
    const settle = await settleIn(stage);
    return { call: { body: { email: stage.visitor.email } }, settle };
  },
  'sign_in_policy.get': () => ({ call: {} }),
  'sign_in_policy.update': ({ world }) => ({
    call: {
      body: {
        requireFactor: 'none',
        allowedFactors: ['totp', 'passkey'],
        graceHours: 0,
        sessionIdleMinutes: null,
        sessionMaxMinutes: null,
        passwordLengthMin: null,
      },
    },
    settle: () => world.admin('delete from holdfast.sign_in_policy'),
  }),
  'session.create_with_factor': async (stage) => {
    const settle = await settleIn(stage);
    const { secret } = await enrolled(stage, stage.visitor);
    const credentials = { email: stage.visitor.email, password: PASSWORD };
    const { body } = await stage.world.call('session.create', { body: credentials });
    const { challenge } = body as { readonly challenge: { readonly token: string } };
    return { call: { body: { challenge: challenge.token, code: codeOf(secret) } }, settle };
  },
  'session.prove': () => ({ call: { body: { password: PASSWORD } } }),
};
