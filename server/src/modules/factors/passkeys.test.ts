// Passkeys that are shown: good for signing in alone, as a second factor and as a fresh proof, each answer once.
import assert from 'node:assert/strict';
import { after, before, describe, it, mock } from 'node:test';
import { decodeId } from '@holdfast/protocol/ids.ts';
import type { Credential } from '#kernel/credential.ts';
import { createMemoryStore } from '#kernel/limits/memory-store.ts';
import { inScope, type PersonTx } from '#db/scope.ts';
import type { AssertionAnswer, Authenticator, Wrong } from '#test/authenticator.ts';
import { codeOf, enrollApp } from '#test/authenticator-app.ts';
import { fiftyTimes } from '#test/fifty-times.ts';
import { joinOrganization, type Person } from '#test/people.ts';
import {
  answerWith,
  askForCreation,
  enrollPasskey,
  newAuthenticator,
  signInWithPasskey,
  WRONG_EVERYWHERE,
} from '#test/passkeys.ts';
import { ageProofs, challengeFor, credentialOf, signInWith } from '#test/second-factor.ts';
import { createWorld, type Founded, type World } from '#test/world.ts';
import { CHALLENGE_MS, issueChallenge } from './challenge.ts';
import { checkAssertion, takeAssertion } from './passkeys.ts';

const REFUSED = { code: 'factor.refused' };

describe('passkeys', () => {
  let world: World;
  let acme: Founded;

  before(async () => {
    world = await createWorld();
    acme = await world.found('acme');
    await world.found('other');
  });
  after(async () => {
    // As it was before: the database takes connections along.
    const unexpected = [...world.unexpected];
    await world[Symbol.asyncDispose]();
    assert.deepEqual(unexpected, []);
  });

  const join = (): Promise<Person> =>
    joinOrganization(world, { organizationId: acme.organizationId, slug: 'acme' }, 'member');

  async function joinWithPasskey(isCounting = true): Promise<{ person: Person; authenticator: Authenticator }> {
    const person = await join();
    const { authenticator } = await enrollPasskey(world, person.credential, newAuthenticator(world, isCounting));
    return { person, authenticator };
  }

  const whoAmI = async (credential: Credential) => {
    const { body } = await world.call('session.get', { credential });
    return body as { readonly user: { readonly email: string }; readonly provenBy: string };
  };

  const sessionsOf = async ({ userId }: Person): Promise<number> => {
    const { rows } = await world.admin('select count(*)::int as n from holdfast.session where user_id = $1', [userId]);
    return (rows[0] as { readonly n: number }).n;
  };

  const factorOf = async ({ userId }: Person) => {
    const { rows } = await world.admin(
      'select sign_count, transports, is_backed_up, last_used_at from holdfast.factor where user_id = $1',
      [userId],
    );
    return rows[0] as { sign_count: string; transports: string[]; is_backed_up: boolean; last_used_at: Date | null };
  };

  async function refuses(answer: AssertionAnswer, what: string): Promise<void> {
    await assert.rejects(signInWithPasskey(world, answer), REFUSED, what);
  }

  describe('sign in alone', () => {
    it('into the oldest organization or a named one, and the use is remembered', async () => {
      const { person, authenticator } = await joinWithPasskey();
      assert.equal((await factorOf(person)).last_used_at, null);
      const credential = credentialOf(await signInWithPasskey(world, await answerWith(world, authenticator)));
      const { user, provenBy } = await whoAmI(credential);
      assert.deepEqual([user.email, provenBy], [person.email, 'passkey']);
      const { sign_count: count, transports, last_used_at: usedAt } = await factorOf(person);
      assert.deepEqual([count, transports, usedAt instanceof Date], ['1', ['hybrid', 'internal'], true]);
      const enter = async (organization: string) =>
        world.call('session.create_with_passkey', {
          body: { passkey: await answerWith(world, authenticator), organization },
        });
      await enter('acme');
      await assert.rejects(enter('other'), { code: 'session.no_organization' });
    });

    for (const [what, wrong] of Object.entries({
      ...WRONG_EVERYWHERE,
      'a registration': { type: 'webauthn.create' },
      'another key': { hasOtherKey: true },
      'a changed signature': { isTampered: true },
      'a credential nobody has': { id: 'AAAA' },
      'no person named': { userHandle: null },
      'nobody named': { userHandle: '' },
      'another person named': { userHandle: Buffer.alloc(16, 7).toString('base64url') },
    } satisfies Readonly<Record<string, Wrong>>)) {
      it(`never with ${what}`, async () => {
        const { authenticator } = await joinWithPasskey();
        await refuses(await answerWith(world, authenticator, wrong), what);
        await signInWithPasskey(world, await answerWith(world, authenticator));
      });
    }

    it('never by the answer to a challenge for something else, or that has ended', async () => {
      const { person, authenticator } = await joinWithPasskey();
      const { tools } = world.kernel;
      const registration = issueChallenge(tools, { purpose: 'registration', userId: person.userId });
      await refuses(authenticator.assert({ challenge: registration }), 'of a registration');
      mock.timers.enable({ apis: ['Date'], now: Date.now() - CHALLENGE_MS });
      const ended = issueChallenge(tools, { purpose: 'assertion' });
      mock.timers.reset();
      await refuses(authenticator.assert({ challenge: ended }), 'ended');
    });

    it('never by an answer whose challenge ended while it waited', async () => {
      const { person, authenticator } = await joinWithPasskey();
      const checked = await checkAssertion(world.kernel.tools, await answerWith(world, authenticator));
      assert.ok(checked);
      const take = (now: Date): Promise<boolean> =>
        inScope<PersonTx, boolean>(world.kernel.lanes, { userId: person.userId }, ({ tx }) =>
          takeAssertion(tx, checked, now),
        );
      assert.equal(await take(checked.challengeExpiresAt), false);
      assert.equal(await take(new Date(checked.challengeExpiresAt.getTime() - 1)), true);
      assert.equal(await take(new Date(checked.challengeExpiresAt.getTime() - 1)), false);
    });

    for (const isCounting of [true, false]) {
      it(`by one answer once, of fifty on two servers, ${isCounting ? 'counting' : 'synced and not counting'}`, async () => {
        const { person, authenticator } = await joinWithPasskey(isCounting);
        assert.equal((await factorOf(person)).is_backed_up, !isCounting);
        const before = await sessionsOf(person);
        const answer = await answerWith(world, authenticator);
        const endings = await fiftyTimes(world, (on) => signInWithPasskey(world, answer, on));
        assert.deepEqual(endings, { done: 1, 'factor.refused': 49 });
        assert.equal(await sessionsOf(person), before + 1);
        await signInWithPasskey(world, await answerWith(world, authenticator));
      });
    }

    it('by answers to different challenges at once, as long as the counter grows', async () => {
      const { person, authenticator } = await joinWithPasskey(false);
      const answers = await Promise.all(Array.from({ length: 50 }, () => answerWith(world, authenticator)));
      const endings = await fiftyTimes(world, (on, n) => {
        const answer = answers[n];
        assert.ok(answer);
        return signInWithPasskey(world, answer, on);
      });
      assert.deepEqual(endings, { done: 50 });
      assert.equal(await sessionsOf(person), 10);
    });

    it('never with a counter that did not grow: somebody has a copy', async () => {
      const { person, authenticator } = await joinWithPasskey();
      await signInWithPasskey(world, await answerWith(world, authenticator, { counter: 7 }));
      for (const counter of [7, 6, 0])
        await refuses(await answerWith(world, authenticator, { counter }), String(counter));
      assert.equal((await factorOf(person)).sign_count, '7');
      await signInWithPasskey(world, await answerWith(world, authenticator, { counter: 8 }));
    });

    it('never by two copies at once whose counters are the same', async () => {
      const { authenticator } = await joinWithPasskey();
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => answerWith(world, authenticator, { counter: 3 })),
      );
      const endings = await fiftyTimes(world, (on, n) => {
        const answer = answers[n];
        assert.ok(answer);
        return signInWithPasskey(world, answer, on);
      });
      assert.deepEqual(endings, { done: 1, 'factor.refused': 49 });
    });

    it('never when the person is suspended or the passkey removed', async () => {
      const { person, authenticator } = await joinWithPasskey();
      const suspend = (status: string) =>
        world.admin('update holdfast.person set status = $1 where user_id = $2', [status, person.userId]);
      await suspend('suspended');
      await refuses(await answerWith(world, authenticator), 'suspended');
      await suspend('active');
      const credential = credentialOf(await signInWithPasskey(world, await answerWith(world, authenticator)));
      const { body } = await world.call('factor.list', { credential });
      const [factor] = (body as { readonly items: readonly { readonly id: string }[] }).items;
      assert.ok(factor !== undefined && decodeId('fac', factor.id) !== undefined);
      await world.call('factor.remove', { credential, params: { factorId: factor.id } });
      await refuses(await answerWith(world, authenticator), 'removed');
    });

    it('twenty failures at an address and no more, and a success is none', async () => {
      const { authenticator } = await joinWithPasskey();
      const limit = { perMinute: 20, burst: 20 };
      const { kernel } = world;
      const tools = {
        ...kernel.tools,
        limits: createMemoryStore(),
        signInFailures: { account: limit, address: limit },
      };
      const limited = { ...kernel, tools };
      for (let n = 0; n < 25; n += 1) await signInWithPasskey(world, await answerWith(world, authenticator), limited);
      const wrong = await answerWith(world, authenticator, { isTampered: true });
      const endings: string[] = [];
      for (let n = 0; n < 22; n += 1)
        await signInWithPasskey(world, wrong, limited).catch((error: unknown) =>
          endings.push((error as { readonly code: string }).code),
        );
      assert.deepEqual(
        [endings.filter((code) => code === 'factor.refused').length, endings.slice(20)],
        [20, ['rate.exceeded', 'rate.exceeded']],
      );
    });
  });

  describe('prove beside a password', () => {
    it('as the second factor, with or without naming the person', async () => {
      const { person, authenticator } = await joinWithPasskey();
      for (const wrong of [{}, { userHandle: null }]) {
        const passkey = await answerWith(world, authenticator, wrong);
        assert.equal((await whoAmI(await signInWith(world, person.email, { passkey }))).provenBy, 'passkey');
      }
    });

    it('never as the factor of another person', async () => {
      const [mine, other] = [await joinWithPasskey(), await joinWithPasskey()];
      const challenge = await challengeFor(world, mine.person.email);
      const show = async ({ authenticator }: { readonly authenticator: Authenticator }) =>
        world.call('session.create_with_factor', {
          body: { challenge, passkey: await answerWith(world, authenticator) },
        });
      await assert.rejects(show(other), REFUSED);
      await show(mine);
    });

    it('as a fresh proof of the session, one answer once, and never that of another person', async () => {
      const { person, authenticator } = await joinWithPasskey();
      const other = await joinWithPasskey();
      const { credential } = person;
      await ageProofs(world, 16);
      await assert.rejects(world.call('factor.start_passkey', { credential }), { code: 'auth.step_up' });
      const foreign = await answerWith(world, other.authenticator);
      await assert.rejects(world.call('session.prove', { credential, body: { passkey: foreign } }), REFUSED);
      const passkey = await answerWith(world, authenticator);
      const endings = await fiftyTimes(world, (on) =>
        world.call('session.prove', { credential, body: { passkey } }, on),
      );
      assert.deepEqual(endings, { done: 1, 'factor.refused': 49 });
      await askForCreation(world, credential);
      // What proved there signs nobody in here.
      await refuses(passkey, 'used');
    });

    it('and an app goes on beside them', async () => {
      const { person } = await joinWithPasskey();
      const { secret } = await enrollApp(world, person.credential);
      const credential = await signInWith(world, person.email, { code: codeOf(secret) });
      assert.equal((await whoAmI(credential)).provenBy, 'totp');
    });
  });

  it('are asked for without writing anything down', async () => {
    const marks = 'select count(*)::int as n from holdfast.answered_challenge';
    const before = (await world.admin(marks)).rows;
    const { body } = await world.call('factor.ask_for_passkey');
    const { challenge, ...rest } = body as Readonly<Record<string, unknown>>;
    assert.equal(typeof challenge, 'string');
    assert.deepEqual(rest, { rpId: 'holdfast.example', timeout: CHALLENGE_MS, userVerification: 'required' });
    assert.deepEqual((await world.admin(marks)).rows, before);
  });
});
