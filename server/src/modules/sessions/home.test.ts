// What a sign-in promises to whoever belongs to no organization: one of their own, once, and nothing of any other.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { toSecret } from '#crypto/secret.ts';
import type { Lookup } from '#db/lookup.ts';
import type { Credential } from '#kernel/credential.ts';
import { encodeId } from '#kernel/fields.ts';
import { codeOf, enrollApp } from '#test/authenticator-app.ts';
import { fiftyTimes } from '#test/fifty-times.ts';
import { acceptAnew, invite } from '#test/invitations.ts';
import { memberIdOf } from '#test/memberships.ts';
import { joinOrganization, type Person } from '#test/people.ts';
import { createWorld, PASSWORD, type World } from '#test/world.ts';
import { createSecretReferences } from '../../start/secret-references.ts';

type Seen = {
  readonly role: string;
  readonly organization: { readonly id: string; readonly slug: string; readonly name: string };
};

/** What the routes of controls are asked for. */
const paramsOf: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'controls.get': { controlId: 'TR4' },
  'controls.get_run': { runId: encodeId('run', '00000000-0000-7000-8000-000000000000') },
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

  it('is entered by a sign-in that saw nothing before another one founded it', async () => {
    const person = await joinOrganization(world, acme, 'member');
    await remove(person);
    let founded: Credential | undefined;
    const lookup: Lookup = async <Row>(name: string, args: readonly unknown[]) => {
      const rows = await world.kernel.tools.lookup<Row>(name, args);
      if (name === 'list_demands') founded ??= await signIn(person.email);
      return rows;
    };
    const kernel = { ...world.kernel, tools: { ...world.kernel.tools, lookup } };
    const reply = await world.call('session.create', { body: { email: person.email, password: PASSWORD } }, kernel);
    assert.equal(reply.status, 201);
    assert.ok(founded !== undefined);
    assert.equal(await homesOf(person), 1);
  });

  it('has nothing that the operator set up for the installation: no secret by reference, and no findings of the controls', async () => {
    const person = await joinOrganization(world, acme, 'member');
    await remove(person);
    const credential = await signIn(person.email);
    const listed = [{ reference: 'env:KEY', origin: 'https://models.example.com' }];
    const secretReferences = createSecretReferences(listed, () => toSecret('sk-of-the-operator'));
    const kernel = { ...world.kernel, tools: { ...world.kernel.tools, secretReferences } };
    const referring = { kind: 'openai_compatible', baseUrl: 'https://models.example.com/v1', apiKeyRef: 'env:KEY' };
    const connect = (as: Credential) =>
      world.call('provider.create', { credential: as, body: { name: 'referring', ...referring } }, kernel);
    await assert.rejects(connect(credential), { code: 'provider.reference_refused' });
    await connect(owner.credential);
    const forbidden = { code: 'auth.forbidden' };
    for (const id of ['controls.list', 'controls.run', 'controls.get', 'controls.get_run'])
      await assert.rejects(world.call(id, { credential, body: {}, params: paramsOf[id] ?? {} }), forbidden, id);
    await world.call('controls.list', { credential: owner.credential });
    const namesOf = async (as: Credential) =>
      ((await world.call('session.get', { credential: as })).body as { readonly permissions: readonly string[] })
        .permissions;
    assert.ok(!(await namesOf(credential)).includes('controls:read'));
    assert.ok((await namesOf(owner.credential)).includes('controls:read'));
  });

  it('rests on one owner as any other does, once others belong to it', async () => {
    const person = await joinOrganization(world, acme, 'member');
    await remove(person);
    const credential = await signIn(person.email);
    const countOne = async (): Promise<number> =>
      Number(
        (
          (await world.admin('select with_one from holdfast.look_at_owners()')).rows[0] as {
            readonly with_one: string;
          }
        ).with_one,
      );
    const before = await countOne();
    await acceptAnew(world, await invite(world, credential, 'member'));
    assert.equal(await countOne(), before + 1);
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
