// Proofs work once: of fifty uses at once on two servers one is taken, whatever it would have opened.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Kernel } from '#kernel/kernel.ts';
import { type App, codeOf, enrollApp } from '#test/authenticator-app.ts';
import { fiftyTimes } from '#test/fifty-times.ts';
import { joinOrganization, type Person } from '#test/people.ts';
import { challengeFor } from '#test/second-factor.ts';
import { createWorld, type Founded, type World } from '#test/world.ts';

describe('of fifty at once on two servers', () => {
  let world: World;
  let acme: Founded;

  before(async () => {
    world = await createWorld();
    acme = await world.found('acme');
  });
  after(() => world[Symbol.asyncDispose]());

  const join = (): Promise<Person> =>
    joinOrganization(world, { organizationId: acme.organizationId, slug: 'acme' }, 'member');

  async function joinWithApp(): Promise<{ readonly person: Person; readonly app: App }> {
    const person = await join();
    return { person, app: await enrollApp(world, person.credential) };
  }

  /** Each with a challenge of its own, so that nothing but the proof is shared. */
  async function challengesFor({ email }: Person): Promise<readonly string[]> {
    const challenges: string[] = [];
    for (let made = 0; made < 50; made += 1) challenges.push(await challengeFor(world, email));
    return challenges;
  }

  const open = (challenge: string | undefined, proof: object, on: Kernel) =>
    world.call('session.create_with_factor', { body: { challenge, ...proof } }, on);

  async function countOf(table: 'session' | 'recovery_code' | 'factor', { userId }: Person): Promise<unknown> {
    const { rows } = await world.admin(`select count(*)::int as n from holdfast.${table} where user_id = $1`, [userId]);
    return (rows[0] as { readonly n: number }).n;
  }

  for (const [what, proofOf] of [
    ['a code of an app', ({ secret }: App) => ({ code: codeOf(secret) })],
    ['a recovery code', ({ recoveryCodes }: App) => ({ recoveryCode: recoveryCodes[0] })],
  ] as const) {
    it(`sign-ins with ${what} one succeeds, though every password was right`, async () => {
      const { person, app } = await joinWithApp();
      const challenges = await challengesFor(person);
      const proof = proofOf(app);
      const endings = await fiftyTimes(world, (on, n) => open(challenges[n], proof, on));
      assert.deepEqual(endings, { done: 1, 'factor.refused': 49 });
      // The one it was enrolled in, and one more.
      assert.equal(await countOf('session', person), 2);
    });

    it(`fresh proofs with ${what} one is made`, async () => {
      const { person, app } = await joinWithApp();
      const proof = proofOf(app);
      const { credential } = person;
      const endings = await fiftyTimes(world, (on) => world.call('session.prove', { credential, body: proof }, on));
      assert.deepEqual(endings, { done: 1, 'factor.refused': 49 });
    });

    it(`sign-ins and fresh proofs with ${what} one in all`, async () => {
      const { person, app } = await joinWithApp();
      const challenges = await challengesFor(person);
      const proof = proofOf(app);
      const { credential } = person;
      const endings = await fiftyTimes(world, (on, n) =>
        n % 4 < 2 ? open(challenges[n], proof, on) : world.call('session.prove', { credential, body: proof }, on),
      );
      assert.deepEqual(endings, { done: 1, 'factor.refused': 49 });
    });
  }

  it('uses of one challenge, each with another good proof, one is taken and so is one proof', async () => {
    const { person, app } = await joinWithApp();
    const challenge = await challengeFor(world, person.email);
    const endings = await fiftyTimes(world, (on, n) =>
      open(challenge, { recoveryCode: app.recoveryCodes[n % 10] }, on),
    );
    // Who waits for the proof that the first one took is refused that; who comes later, the challenge.
    const { done, 'factor.refused': proofs = 0, 'factor.challenge_refused': challenges = 0 } = endings;
    assert.deepEqual([done, proofs + challenges], [1, 49], JSON.stringify(endings));
    assert.deepEqual([await countOf('session', person), await countOf('recovery_code', person)], [2, 9]);
  });

  it('confirmations of one new app one enrolls it, and one set of recovery codes is shown', async () => {
    const person = await join();
    const { credential } = person;
    const started = await world.call('factor.start_totp', { credential, body: { name: 'phone' } });
    const { id, secret } = started.body as { readonly id: string; readonly secret: string };
    const call = { credential, params: { factorId: id }, body: { code: codeOf(secret) } };
    const shown: unknown[] = [];
    const endings = await fiftyTimes(world, async (on) => {
      shown.push((await world.call('factor.confirm_totp', call, on)).body);
    });
    assert.equal(endings['done'], 1, JSON.stringify(endings));
    assert.equal(shown.length, 1);
    assert.deepEqual([await countOf('factor', person), await countOf('recovery_code', person)], [1, 10]);
  });

  it('removals of the only factor one takes it, and no recovery code stays', async () => {
    const { person, app } = await joinWithApp();
    const call = { credential: person.credential, params: { factorId: app.factorId } };
    const endings = await fiftyTimes(world, (on) => world.call('factor.remove', call, on));
    assert.equal(endings['done'], 1, JSON.stringify(endings));
    assert.deepEqual([await countOf('factor', person), await countOf('recovery_code', person)], [0, 0]);
  });

  it('makings of new recovery codes each ends those before, and ten are left', async () => {
    const { person } = await joinWithApp();
    const { credential } = person;
    const made: (readonly string[])[] = [];
    await fiftyTimes(world, async (on) => {
      const { body } = await world.call('factor.new_recovery_codes', { credential }, on);
      made.push((body as { readonly recoveryCodes: readonly string[] }).recoveryCodes);
    });
    assert.equal(await countOf('recovery_code', person), 10);
    let working = 0;
    for (const [recoveryCode] of made) {
      const challenge = await challengeFor(world, person.email);
      working += await open(challenge, { recoveryCode }, world.kernel).then(
        () => 1,
        () => 0,
      );
    }
    assert.equal(working, 1);
  });

  it('nothing was unexpected', () => assert.deepEqual(world.unexpected, []));
});
