// What a sign-in promises to whoever belongs to no organization: one of their own, once, and nothing of any other.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Credential } from '#kernel/credential.ts';
import { codeOf, enrollApp } from '#test/authenticator-app.ts';
import { fiftyTimes } from '#test/fifty-times.ts';
import { invite } from '#test/invitations.ts';
import { memberIdOf } from '#test/memberships.ts';
import { joinOrganization, type Person } from '#test/people.ts';
import { createWorld, PASSWORD, type World } from '#test/world.ts';

type Seen = {
  readonly role: string;
  readonly organization: { readonly id: string; readonly slug: string; readonly name: string };
};

describe('a home for who belongs nowhere', () => {
  let world: World;
  let acme: { readonly organizationId: string; readonly slug: string };
  let owner: Person;

  before(async () => {
    world = await createWorld();
    acme = { ...(await world.found('acme')), slug: 'acme' };
    owner = await joinOrganization(world, acme, 'owner');
  });
  after(() => world?.[Symbol.asyncDispose]());

  const signIn = async (email: string, organization?: string): Promise<Credential> => {
    const body = { email, password: PASSWORD, ...(organization === undefined ? {} : { organization }) };
    const reply = await world.call('session.create', { body });
    return { kind: 'session', secret: (reply.headers['set-cookie'] ?? '').slice('session='.length) };
  };
  const seen = async (credential: Credential) => (await world.call('session.get', { credential })).body as Seen;
  const remove = async (person: Person) => {
    const params = { memberId: await memberIdOf(world, person) };
    await world.call('member.remove', { credential: owner.credential, params, query: {} });
  };
  const homesOf = async ({ userId }: Person): Promise<number> =>
    (await world.admin('select 1 from holdfast.organization where personal_of = $1', [userId])).rows.length;

  it('is founded by the next sign-in after they were removed, theirs alone, and is entered ever after', async () => {
    const person = await joinOrganization(world, acme, 'member');
    await remove(person);
    const first = await seen(await signIn(person.email));
    assert.equal(first.role, 'owner');
    assert.match(first.organization.slug, /^own-[0-9a-z]{12}$/);
    assert.notEqual(first.organization.id, acme.organizationId);
    const credential = await signIn(person.email);
    assert.deepEqual(await seen(credential), { ...(await seen(credential)), organization: first.organization });
    assert.equal(await homesOf(person), 1);
    const { body } = await world.call('organization.get', { credential });
    assert.equal((body as { readonly isPersonal: boolean }).isPersonal, true);
    const { rows } = await world.admin('select with_one::int as n from holdfast.look_at_owners()');
    assert.deepEqual(rows, [{ n: 0 }], 'its one owner is no finding');
    // It has a key of its own: what is sealed there opens.
    const provider = { name: 'mine', kind: 'openai', apiKey: 'sk-example' };
    assert.equal((await world.call('provider.create', { credential, body: provider })).status, 201);
    await assert.rejects(world.call('member.leave', { credential, query: {} }), { code: 'member.last_owner' });
  });

  it('comes last: who is invited somewhere goes there when they name no organization', async () => {
    const person = await joinOrganization(world, acme, 'member');
    await remove(person);
    await signIn(person.email);
    const { token } = await invite(world, owner.credential, 'viewer', person.email);
    await world.call('invitation.accept', { body: { token, password: PASSWORD } });
    assert.equal((await seen(await signIn(person.email))).organization.slug, 'acme');
  });

  it('is not for who is in an organization, be it suspended, nor for who names one', async () => {
    const [inside, suspended, named] = [
      await joinOrganization(world, acme, 'member'),
      await joinOrganization(world, acme, 'member'),
      await joinOrganization(world, acme, 'member'),
    ];
    assert.equal((await seen(await signIn(inside.email))).organization.slug, 'acme');
    await world.admin("update holdfast.member set status = 'suspended' where user_id = $1", [suspended.userId]);
    await assert.rejects(signIn(suspended.email), { code: 'session.no_organization' });
    await remove(named);
    await assert.rejects(signIn(named.email, 'acme'), { code: 'session.no_organization' });
    for (const person of [inside, suspended, named]) assert.equal(await homesOf(person), 0);
  });

  it('is there when who has a second factor has shown it', async () => {
    const person = await joinOrganization(world, acme, 'member');
    const app = await enrollApp(world, person.credential);
    await remove(person);
    const { body } = await world.call('session.create', { body: { email: person.email, password: PASSWORD } });
    const { challenge } = body as { readonly challenge: { readonly token: string } };
    const reply = await world.call('session.create_with_factor', {
      body: { challenge: challenge.token, code: codeOf(app.secret) },
    });
    const secret = (reply.headers['set-cookie'] ?? '').slice('session='.length);
    assert.equal((await seen({ kind: 'session', secret })).role, 'owner');
    assert.equal(await homesOf(person), 1);
  });

  it('is one, of fifty sign-ins at once', async () => {
    const person = await joinOrganization(world, acme, 'member');
    await remove(person);
    const body = { email: person.email, password: PASSWORD };
    const { done, ...refused } = await fiftyTimes(world, (on) => world.call('session.create', { body }, on));
    assert.ok(done !== undefined && done >= 1);
    assert.deepEqual(
      Object.keys(refused).filter((code) => code !== 'session.founded_meanwhile'),
      [],
    );
    assert.equal(await homesOf(person), 1);
  });

  it('is nobody’s where the operator gives none', async () => {
    await using closed = await createWorld({ hasPersonalOrganizations: false });
    const own = { ...(await closed.found('acme')), slug: 'acme' };
    const person = await joinOrganization(closed, own, 'member');
    await closed.admin('delete from holdfast.member where user_id = $1', [person.userId]);
    const body = { email: person.email, password: PASSWORD };
    await assert.rejects(closed.call('session.create', { body }), { code: 'session.no_organization' });
  });
});
