// Second factors: enrolled with a proof, asked for at the door, good for one use, and not taken away below what is demanded.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { decodeId } from '@holdfast/protocol/ids.ts';
import { codeOf, enrollApp, forgetSteps } from '#test/authenticator-app.ts';
import type { Credential } from '#kernel/credential.ts';
import { endingBehind, refusalOf } from '#test/held-transaction.ts';
import { newestToken, workThrough } from '#test/outbox.ts';
import { joinOrganization, type Person, signIn } from '#test/people.ts';
import { ageProofs, challengeFor, credentialOf, signInWith } from '#test/second-factor.ts';
import { createWorld, type Founded, PASSWORD, type World } from '#test/world.ts';

const refusedWith =
  (code: string) =>
  (error: unknown): boolean => {
    assert.equal((error as { code: string }).code, code);
    return true;
  };

describe('second factors', () => {
  let world: World;
  let acme: Founded;

  before(async () => {
    world = await createWorld();
    acme = await world.found('acme');
  });
  after(() => world[Symbol.asyncDispose]());

  const join = (role: 'admin' | 'member' = 'member'): Promise<Person> =>
    joinOrganization(world, { organizationId: acme.organizationId, slug: 'acme' }, role);

  const whoAmI = async (credential: Credential) =>
    (await world.call('session.get', { credential })).body as {
      readonly provenBy: string;
      readonly needsFactor: boolean;
    };

  const isOut = (credential: Credential): Promise<void> =>
    assert.rejects(world.call('session.get', { credential }), refusedWith('auth.invalid'));

  const mailsTo = async (email: string): Promise<readonly string[]> => {
    const { rows } = await world.admin(
      'select template from holdfast.mail_outbox where recipient = $1 order by queued_at',
      [email],
    );
    return (rows as readonly { readonly template: string }[]).map(({ template }) => template);
  };

  it('are asked for once enrolled: the password gives a challenge and no session, the code opens one', async () => {
    const person = await join();
    const { secret, recoveryCodes } = await enrollApp(world, person.credential);
    assert.equal(recoveryCodes.length, 10);
    const credential = await signInWith(world, person.email, { code: codeOf(secret) });
    assert.equal((await whoAmI(credential)).provenBy, 'totp');
  });

  it('prove nothing before they were confirmed', async () => {
    const person = await join();
    await world.call('factor.start_totp', { credential: person.credential, body: { name: 'phone' } });
    assert.equal((await whoAmI(await signIn(world, person.email))).provenBy, 'password');
  });

  it('end every other session when they come and when they go, and the person is told', async () => {
    const person = await join();
    const second = await signIn(world, person.email);
    const { factorId, secret } = await enrollApp(world, person.credential);
    await isOut(second);
    assert.equal((await whoAmI(person.credential)).provenBy, 'totp');
    const third = await signInWith(world, person.email, { code: codeOf(secret) });
    await world.call('factor.remove', { credential: person.credential, params: { factorId } });
    await isOut(third);
    const told = (await mailsTo(person.email)).filter((template) => template !== 'new_sign_in');
    assert.deepEqual(told, ['factor_added', 'factor_removed']);
    assert.equal((await whoAmI(await signIn(world, person.email))).provenBy, 'password');
  });

  it('refuse a code that was used, one that is wrong, and one of another person', async () => {
    const [person, stranger] = [await join(), await join()];
    const { secret } = await enrollApp(world, person.credential);
    const strangers = await enrollApp(world, stranger.credential);
    const code = codeOf(secret);
    await signInWith(world, person.email, { code });
    // The one of enrollment is used up too.
    for (const tried of [code, codeOf(secret, -1), codeOf(secret, 40), codeOf(strangers.secret)]) {
      await assert.rejects(signInWith(world, person.email, { code: tried }), refusedWith('factor.refused'));
    }
    await signInWith(world, person.email, { code: codeOf(secret, 1) });
  });

  it('give recovery codes that work once, however they are typed, and not after new ones were made', async () => {
    const person = await join();
    const { recoveryCodes } = await enrollApp(world, person.credential);
    const [first = '', second = ''] = recoveryCodes;
    const credential = await signInWith(world, person.email, {
      recoveryCode: first.toUpperCase().replaceAll('-', ' '),
    });
    assert.equal((await whoAmI(credential)).provenBy, 'recovery_code');
    await assert.rejects(signInWith(world, person.email, { recoveryCode: first }), refusedWith('factor.refused'));
    const { body: listed } = await world.call('factor.list', { credential });
    assert.equal((listed as { readonly recoveryCodesLeft: number }).recoveryCodesLeft, 9);
    const { body: made } = await world.call('factor.new_recovery_codes', { credential });
    await assert.rejects(signInWith(world, person.email, { recoveryCode: second }), refusedWith('factor.refused'));
    const [fresh] = (made as { readonly recoveryCodes: readonly string[] }).recoveryCodes;
    await signInWith(world, person.email, { recoveryCode: fresh });
  });

  it('are stored as nothing that lets anybody in: secrets sealed, codes hashed', async () => {
    const person = await join();
    const { secret, recoveryCodes } = await enrollApp(world, person.credential);
    const { rows } = await world.admin(
      `select f::text as stored from holdfast.factor f union all select r::text from holdfast.recovery_code r
       union all select encode(f.sealed_secret, 'escape') from holdfast.factor f where f.sealed_secret is not null`,
    );
    const stored = (rows as readonly { readonly stored: string }[]).map((row) => row.stored).join('\n');
    assert.ok(stored.length > 0);
    for (const shown of [secret, ...recoveryCodes]) assert.ok(!stored.includes(shown));
  });

  it('count failures for the person, so that codes cannot be guessed', async () => {
    const person = await join();
    await enrollApp(world, person.credential);
    const signInFailures = { ...world.kernel.tools.signInFailures, account: { perMinute: 5, burst: 5 } };
    const on = { ...world.kernel, tools: { ...world.kernel.tools, signInFailures } };
    const challenge = await challengeFor(world, person.email);
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, index) => {
        const body = { challenge, code: String(index).padStart(6, '0') };
        return world
          .call('session.create_with_factor', { body }, on)
          .catch((error: unknown) => (error as { code: string }).code);
      }),
    );
    assert.equal(outcomes.filter((outcome) => outcome === 'factor.refused').length, 5);
    assert.equal(outcomes.filter((outcome) => outcome === 'rate.exceeded').length, 45);
  });

  it('take a challenge once, and none that is unknown or older than a reset of the password', async () => {
    const person = await join();
    const { secret } = await enrollApp(world, person.credential);
    const used = await challengeFor(world, person.email);
    const open = (challenge: string, code: string) =>
      world.call('session.create_with_factor', { body: { challenge, code } });
    await open(used, codeOf(secret));
    await assert.rejects(open(used, codeOf(secret, 1)), refusedWith('factor.challenge_refused'));
    await assert.rejects(open('x'.repeat(43), codeOf(secret, 1)), refusedWith('factor.challenge_refused'));
    const before = await challengeFor(world, person.email);
    await world.call('account.request_reset', { body: { email: person.email } });
    await workThrough(world);
    const token = await newestToken(world, person.email, 'password_reset');
    await world.call('account.reset_password', { body: { token, newPassword: PASSWORD } });
    await assert.rejects(open(before, codeOf(secret, 1)), refusedWith('factor.challenge_refused'));
  });

  it('demand exactly one proof', async () => {
    const person = await join();
    const { secret, recoveryCodes } = await enrollApp(world, person.credential);
    const challenge = await challengeFor(world, person.email);
    for (const proof of [{}, { code: codeOf(secret), recoveryCode: recoveryCodes[0] }]) {
      const call = world.call('session.create_with_factor', { body: { challenge, ...proof } });
      await assert.rejects(call, refusedWith('request.invalid'));
    }
  });

  it('are what a fresh proof is made with, where there are any: a password renews nothing then', async () => {
    const person = await join('admin');
    const rename = (credential: Credential) =>
      world.call('organization.update', { credential, body: { name: 'Acme' } });
    await ageProofs(world, 16);
    await assert.rejects(rename(person.credential), (error: unknown) => {
      const { code, headers } = error as { code: string; headers: Record<string, string> };
      assert.equal(code, 'auth.step_up');
      assert.equal(
        headers['www-authenticate'],
        'Bearer realm="holdfast", error="insufficient_user_authentication", acr_values="password", max_age="900"',
      );
      return true;
    });
    const { credential } = person;
    const wrong = world.call('session.prove', { credential, body: { password: 'not the password' } });
    await assert.rejects(wrong, refusedWith('session.wrong_password'));
    await world.call('session.prove', { credential, body: { password: PASSWORD } });
    await rename(credential);
    const { secret } = await enrollApp(world, credential);
    await ageProofs(world, 16);
    await assert.rejects(rename(credential), (error: unknown) => {
      assert.match(
        (error as { headers: Record<string, string> }).headers['www-authenticate'] ?? '',
        /acr_values="factor"/,
      );
      return true;
    });
    const byPassword = world.call('session.prove', { credential, body: { password: PASSWORD } });
    await assert.rejects(byPassword, refusedWith('session.password_not_enough'));
    await world.call('session.prove', { credential, body: { code: codeOf(secret) } });
    await rename(credential);
  });

  it('need a fresh proof to be enrolled, removed or replaced', async () => {
    const person = await join();
    const { factorId } = await enrollApp(world, person.credential);
    await ageProofs(world, 16);
    const { credential } = person;
    const calls = [
      () => world.call('factor.start_totp', { credential, body: { name: 'other' } }),
      () => world.call('factor.remove', { credential, params: { factorId } }),
      () => world.call('factor.new_recovery_codes', { credential }),
    ];
    for (const call of calls) await assert.rejects(call(), refusedWith('auth.step_up'));
  });

  it('that are removed meanwhile are not there to be renamed', async () => {
    const { credential } = await join();
    const { factorId } = await enrollApp(world, credential);
    const removal = ['delete from holdfast.factor where id = $1', [decodeId('fac', factorId)]] as const;
    const call = { credential, params: { factorId }, body: { name: 'tablet' } };
    const ending = await endingBehind(world, [removal], () => world.call('factor.rename', call));
    assert.equal(refusalOf(ending), 'resource.not_found');
    assert.deepEqual(world.unexpected, []);
  });

  it('cannot be seen, renamed or removed by anybody else', async () => {
    const [person, stranger] = [await join(), await join('admin')];
    const { factorId } = await enrollApp(world, person.credential);
    const { credential } = stranger;
    const params = { factorId };
    await assert.rejects(world.call('factor.remove', { credential, params }), refusedWith('resource.not_found'));
    const renaming = world.call('factor.rename', { credential, params, body: { name: 'mine' } });
    await assert.rejects(renaming, refusedWith('resource.not_found'));
    assert.deepEqual((await world.call('factor.list', { credential })).body, { items: [], recoveryCodesLeft: 0 });
  });

  it('are ten at most', async () => {
    const person = await join();
    for (let made = 0; made < 10; made += 1) {
      await forgetSteps(world);
      await enrollApp(world, person.credential);
    }
    await assert.rejects(enrollApp(world, person.credential), refusedWith('factor.too_many'));
  });

  it('keep a session in the organization that was asked for', async () => {
    const other = await world.found('elsewhere');
    const person = await join();
    await world.admin(
      `insert into holdfast.member (org_id, id, user_id, role, created_at)
       select o.org_id, gen_random_uuid(), $1, 'viewer', now() from holdfast.organization o where o.slug = 'elsewhere'`,
      [person.userId],
    );
    const { secret } = await enrollApp(world, person.credential);
    const asked = await world.call('session.create', {
      body: { email: person.email, password: PASSWORD, organization: 'elsewhere' },
    });
    const { challenge } = asked.body as { readonly challenge: { readonly token: string } };
    const body = { challenge: challenge.token, code: codeOf(secret) };
    const credential = credentialOf(await world.call('session.create_with_factor', { body }));
    const session = (await world.call('session.get', { credential })).body as {
      readonly organization: { readonly id: string };
    };
    assert.equal(session.organization.id, other.organizationId);
    const moved = await world.call('session.enter', { credential, body: { organization: 'acme' } });
    assert.equal((await whoAmI(credentialOf(moved))).provenBy, 'totp');
  });
});
