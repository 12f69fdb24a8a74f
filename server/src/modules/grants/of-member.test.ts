// What is told of a member's grants: each way by which they hold now, to themselves and to who sees all grants.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { makeRole, makeTeam } from '#test/authority-examples.ts';
import { makeProvider } from '#test/made-providers.ts';
import { memberIdOf } from '#test/memberships.ts';
import { joinOrganization, makeKey, type Person } from '#test/people.ts';
import { makeProject } from '#test/project-examples.ts';
import { createWorld, type World } from '#test/world.ts';

type Item = {
  readonly object: { readonly id: string; readonly name: string | null };
  readonly level: string;
  readonly by: { readonly kind: string; readonly id: string | null; readonly name: string | null };
  readonly expiresAt: string | null;
};

describe('what a member was granted', () => {
  let world: World;
  let acme: { readonly organizationId: string; readonly slug: string };
  let owner: Person;
  const upstream = 'https://models.example.com/v1';

  before(async () => {
    world = await createWorld();
    acme = { ...(await world.found('acme')), slug: 'acme' };
    owner = await joinOrganization(world, acme, 'owner');
  });
  after(() => world?.[Symbol.asyncDispose]());

  const give = (objectId: string, body: object) =>
    world.call('grant.give', { credential: owner.credential, params: { objectId }, body });
  const toldTo = async ({ credential }: Person, person: Person): Promise<readonly Item[]> => {
    const params = { memberId: await memberIdOf(world, person) };
    const { body } = await world.call('grant.list_of_member', { credential, params });
    return (body as { readonly items: readonly Item[] }).items;
  };
  // Teams are numbered over all tests of a process.
  const waysOf = (items: readonly Item[]) =>
    items.map(({ by, level }) => `${by.kind} ${String(by.name).replace(/ \d+$/, '')} ${level}`).toSorted();

  it('is told with its level, by each way, and until when, for as long as it holds', async () => {
    const person = await joinOrganization(world, acme, 'viewer');
    const other = await joinOrganization(world, acme, 'viewer');
    const memberId = await memberIdOf(world, person);
    const teamId = await makeTeam({ world, owner }, [{ person, isLead: false }]);
    const projectId = await makeProject({ world, owner }, [{ person, isLead: false }], 'Rocket');
    const objectId = await makeProvider({ world, owner, upstream });
    const { id: keyId } = await makeKey(world, owner.credential, ['models:use']);
    const soon = new Date(Date.now() + 3_600_000).toISOString();
    await give(objectId, { level: 'viewer', teamId });
    await give(objectId, { level: 'editor', projectId });
    await give(objectId, { level: 'viewer', toEverybody: true });
    await give(keyId, { level: 'manager', memberId, expiresAt: soon });
    const told = await toldTo(owner, person);
    assert.deepEqual(waysOf(told), [
      'everybody Everybody viewer',
      'member A viewer manager',
      'project Rocket editor',
      'team team viewer',
    ]);
    assert.deepEqual(
      told.filter(({ object }) => object.id === keyId).map(({ expiresAt, by }) => [expiresAt, by.id]),
      [[soon, memberId]],
    );
    assert.deepEqual(waysOf(await toldTo(owner, other)), ['everybody Everybody viewer']);
    assert.deepEqual(await toldTo(person, person), told);
    const takenOut = { credential: owner.credential, params: { teamId, memberId } };
    await world.call('team.take_out_member', takenOut);
    await world.admin(
      "update holdfast.object_grant set expires_at = now() - interval '1 minute' where member_id is not null",
    );
    assert.deepEqual(waysOf(await toldTo(owner, person)), ['everybody Everybody viewer', 'project Rocket editor']);
  });

  it('is told to themselves and to who sees all grants; to others and elsewhere there is no such member', async () => {
    const [person, colleague] = [
      await joinOrganization(world, acme, 'viewer'),
      await joinOrganization(world, acme, 'member'),
    ];
    const stranger = await joinOrganization(world, { ...(await world.found('beta')), slug: 'beta' }, 'owner');
    for (const nobody of [colleague, stranger])
      await assert.rejects(toldTo(nobody, person), { code: 'resource.not_found' });
    const objectId = await makeProvider({ world, owner, upstream });
    await give(objectId, { level: 'manager', memberId: await memberIdOf(world, colleague) });
    await assert.rejects(
      toldTo(colleague, person),
      { code: 'resource.not_found' },
      'who manages one object sees grants on it',
    );
  });

  it('does not say in which project somebody is to who may not see that', async () => {
    const [person, auditor] = [
      await joinOrganization(world, acme, 'viewer'),
      await joinOrganization(world, acme, 'viewer'),
    ];
    const projectId = await makeProject({ world, owner }, [{ person, isLead: false }], 'Hidden');
    const objectId = await makeProvider({ world, owner, upstream });
    await give(objectId, { level: 'viewer', projectId });
    const roleId = await makeRole({ world, owner }, ['grant:read']);
    const params = { roleId, memberId: await memberIdOf(world, auditor) };
    await world.call('role.give', { credential: owner.credential, params });
    const ofObject = (items: readonly Item[]) =>
      items.filter(({ object }) => object.id === objectId).map(({ by }) => by);
    assert.deepEqual(ofObject(await toldTo(auditor, person)), [{ kind: 'project', id: null, name: null }]);
    for (const who of [owner, person])
      assert.deepEqual(ofObject(await toldTo(who, person)), [{ kind: 'project', id: projectId, name: 'Hidden' }]);
  });
});
