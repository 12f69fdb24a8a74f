// Suspending an account: what ends with it everywhere, what comes back, and that only the operator of the host does it.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { joinOrganization, makeKey, type Person, signIn } from '#test/people.ts';
import { createWorld, type World } from '#test/world.ts';

const OPERATOR = { credential: { kind: 'operator', uid: 0 } } as const;

describe('an account that the operator suspends', () => {
  let world: World;
  let person: Person;

  before(async () => {
    world = await createWorld();
    const acme = { ...(await world.found('acme')), slug: 'acme' };
    person = await joinOrganization(world, acme, 'member');
  });
  after(() => world?.[Symbol.asyncDispose]());

  const change = async (how: 'suspend' | 'resume', email = person.email) =>
    (await world.call(`account.${how}_by_operator`, { ...OPERATOR, body: { email } })).body;

  it('has no session and no key that works, until it is let in again', async () => {
    const { credential } = person;
    const key = await makeKey(world, credential, ['session:read']);
    await world.call('session.get', { credential: key.credential });
    assert.deepEqual(await change('suspend', person.email.toUpperCase()), { changed: true });
    await assert.rejects(world.call('session.get', { credential }), { code: 'auth.invalid' });
    await assert.rejects(world.call('session.get', { credential: key.credential }), { code: 'auth.invalid' });
    await assert.rejects(signIn(world, person.email), { code: 'session.wrong_credentials' });
    assert.deepEqual(await change('suspend'), { changed: false });
    assert.deepEqual(await change('resume'), { changed: true });
    await assert.rejects(world.call('session.get', { credential }), { code: 'auth.invalid' });
    await world.call('session.get', { credential: key.credential });
    await world.call('session.get', { credential: await signIn(world, person.email) });
    assert.deepEqual(await change('resume'), { changed: false });
  });

  it('is named by an address that exists, and stands in the log of the person', async () => {
    await assert.rejects(change('suspend', 'nobody@acme.example'), { code: 'resource.not_found' });
    const { rows } = await world.admin(
      `select action, stream_kind, stream_id, facts from holdfast.audit_pending
        where action like 'account.%' and outcome = 'allowed' and facts ->> 'changed' = 'true' order by at`,
    );
    const ofThePerson = { stream_kind: 'person', stream_id: person.userId, facts: { changed: true } };
    assert.deepEqual(rows, [
      { action: 'account.suspended', ...ofThePerson },
      { action: 'account.resumed', ...ofThePerson },
    ]);
  });
});
