// Passkeys that are enrolled: with a fresh proof, by the browser of the person, for this site, and none twice.
import assert from 'node:assert/strict';
import { after, before, describe, it, mock } from 'node:test';
import type { Credential } from '#kernel/credential.ts';
import type { Wrong } from '#test/authenticator.ts';
import { fiftyTimes } from '#test/fifty-times.ts';
import { joinOrganization, type Person, signIn } from '#test/people.ts';
import {
  answerWith,
  askForCreation,
  enrollPasskey,
  newAuthenticator,
  signInWithPasskey,
  WRONG_EVERYWHERE,
} from '#test/passkeys.ts';
import { ageProofs } from '#test/second-factor.ts';
import { createWorld, type Founded, type World } from '#test/world.ts';
import { CHALLENGE_MS, issueChallenge } from './challenge.ts';

const REFUSED = { code: 'factor.refused' };

describe('passkeys are enrolled', () => {
  let world: World;
  let acme: Founded;

  before(async () => {
    world = await createWorld();
    acme = await world.found('acme');
  });
  after(async () => {
    // As it was before: the database takes connections along.
    const unexpected = [...world.unexpected];
    await world[Symbol.asyncDispose]();
    assert.deepEqual(unexpected, []);
  });

  const join = (): Promise<Person> =>
    joinOrganization(world, { organizationId: acme.organizationId, slug: 'acme' }, 'member');

  const provenBy = async (credential: Credential): Promise<unknown> =>
    ((await world.call('session.get', { credential })).body as { readonly provenBy: unknown }).provenBy;

  it('with a fresh proof; other sessions end, recovery codes are given once, and the person is told', async () => {
    const person = await join();
    const second = await signIn(world, person.email);
    const { reply } = await enrollPasskey(world, person.credential);
    const enrolled = reply.body as { factor: { kind: string; name: string }; recoveryCodes: string[] | null };
    assert.deepEqual([enrolled.factor.kind, enrolled.factor.name], ['passkey', 'laptop']);
    assert.equal(enrolled.recoveryCodes?.length, 10);
    assert.equal(await provenBy(person.credential), 'passkey');
    await assert.rejects(world.call('session.get', { credential: second }), { code: 'auth.invalid' });
    const another = await enrollPasskey(world, person.credential);
    assert.equal((another.reply.body as typeof enrolled).recoveryCodes, null);
    const { rowCount } = await world.admin(
      `select from holdfast.mail_outbox where recipient = $1 and template = 'factor_added'`,
      [person.email],
    );
    assert.equal(rowCount, 2);
  });

  it('by what is asked of the browser: this host, a verified user, found without a name, no second one', async () => {
    const person = await join();
    const { authenticator } = await enrollPasskey(world, person.credential);
    const asked: Readonly<Record<string, unknown>> = { ...(await askForCreation(world, person.credential)) };
    assert.deepEqual(asked['rp'], { id: 'holdfast.example', name: 'Holdfast' });
    const handle = Buffer.from(person.userId.replaceAll('-', ''), 'hex').toString('base64url');
    assert.deepEqual(asked['user'], { id: handle, name: person.email, displayName: person.email });
    assert.deepEqual(
      (asked['pubKeyCredParams'] as { readonly alg: number }[]).map(({ alg }) => alg),
      [-7, -8, -257],
    );
    assert.deepEqual(asked['authenticatorSelection'], {
      residentKey: 'required',
      requireResidentKey: true,
      userVerification: 'required',
    });
    assert.equal(asked['attestation'], 'none');
    assert.deepEqual(asked['excludeCredentials'], [
      { type: 'public-key', id: authenticator.id, transports: ['hybrid', 'internal'] },
    ]);
  });

  it('only with a proof that is fresh', async () => {
    const person = await join();
    const asked = await askForCreation(world, person.credential);
    await ageProofs(world, 16);
    const body = { name: 'laptop', registration: newAuthenticator(world).register(asked) };
    const { credential } = person;
    await assert.rejects(world.call('factor.start_passkey', { credential }), { code: 'auth.step_up' });
    await assert.rejects(world.call('factor.enroll_passkey', { credential, body }), { code: 'auth.step_up' });
  });

  for (const [what, wrong] of Object.entries({
    ...WRONG_EVERYWHERE,
    'an assertion': { type: 'webauthn.get' },
    'an algorithm nobody asked for': { algorithm: -36 },
    'the name of another credential': { id: 'AAAA' },
    'a certificate that would have to be looked up': { attestation: 'certified' },
  } satisfies Readonly<Record<string, Wrong>>)) {
    it(`never with ${what}`, async () => {
      const person = await join();
      const authenticator = newAuthenticator(world);
      await assert.rejects(enrollPasskey(world, person.credential, authenticator, wrong), REFUSED);
      await enrollPasskey(world, person.credential, authenticator);
    });
  }

  it('with what the key says of itself', async () => {
    const person = await join();
    const authenticator = newAuthenticator(world);
    await enrollPasskey(world, person.credential, authenticator, { attestation: 'self' });
    await signInWithPasskey(world, await answerWith(world, authenticator));
  });

  it('by the answer to a challenge of this person for this, which has not ended, once', async () => {
    const [person, other] = [await join(), await join()];
    const { credential } = person;
    const asked = await askForCreation(world, credential);
    const enroll = (challenge: string) => {
      const registration = newAuthenticator(world).register({ ...asked, challenge });
      return world.call('factor.enroll_passkey', { credential, body: { name: 'laptop', registration } });
    };
    const { challenge: ofAnother } = await askForCreation(world, other.credential);
    await assert.rejects(enroll(ofAnother), REFUSED);
    await assert.rejects(enroll(issueChallenge(world.kernel.tools, { purpose: 'assertion' })), REFUSED);
    mock.timers.enable({ apis: ['Date'], now: Date.now() - CHALLENGE_MS });
    const ended = issueChallenge(world.kernel.tools, { purpose: 'registration', userId: person.userId });
    mock.timers.reset();
    await assert.rejects(enroll(ended), REFUSED);
    await enroll(asked.challenge);
    await assert.rejects(enroll(asked.challenge), REFUSED);
  });

  it('once, whoever has them, and fifty answers at once enroll one', async () => {
    const [person, other] = [await join(), await join()];
    const { authenticator } = await enrollPasskey(world, person.credential);
    for (const { credential } of [person, other])
      await assert.rejects(enrollPasskey(world, credential, authenticator), { code: 'factor.registered' });
    const registration = newAuthenticator(world).register(await askForCreation(world, other.credential));
    const endings = await fiftyTimes(world, (on) =>
      world.call('factor.enroll_passkey', { credential: other.credential, body: { name: 'x', registration } }, on),
    );
    assert.deepEqual(endings, { done: 1, 'factor.refused': 49 });
  });
});
