// Whoever is removed while a call about them, or of theirs, waits for that is gone for the call too.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { decodeId } from '@holdfast/protocol/ids.ts';
import { makeRole, makeTeam } from '#test/authority-examples.ts';
import { endingBehind, refusalOf, removalOf } from '#test/held-transaction.ts';
import { withFreshBudgets } from '#test/invitations.ts';
import { memberIdOf } from '#test/memberships.ts';
import { joinOrganization, type Person } from '#test/people.ts';
import { createWorld, type World } from '#test/world.ts';

describe('a member who is removed meanwhile', () => {
  let world: World;
  let acme: { readonly organizationId: string; readonly slug: string };
  let owner: Person;

  before(async () => {
    world = await createWorld();
    acme = { ...(await world.found('acme')), slug: 'acme' };
    owner = await joinOrganization(world, acme, 'owner');
  });
  after(() => world?.[Symbol.asyncDispose]());

  type Asked = readonly [route: string, of: (memberId: string) => Promise<object>];
  const abouts: readonly Asked[] = [
    ['role.give', async (memberId) => ({ params: { memberId, roleId: await makeRole({ world, owner }) } })],
    ['role.take', async (memberId) => ({ params: { memberId, roleId: await makeRole({ world, owner }) } })],
    [
      'team.place_member',
      async (memberId) => ({ params: { memberId, teamId: await makeTeam({ world, owner }) }, body: {} }),
    ],
    ['team.take_out_member', async (memberId) => ({ params: { memberId, teamId: await makeTeam({ world, owner }) } })],
  ];
  for (const [route, of] of abouts) {
    it(`is nobody for ${route}`, async () => {
      const memberId = await memberIdOf(world, await joinOrganization(world, acme, 'member'));
      const call = { credential: owner.credential, ...(await of(memberId)) };
      const ending = await endingBehind(world, removalOf(uuidOf(memberId)), () => world.call(route, call));
      assert.equal(refusalOf(ending), 'resource.not_found');
      assert.deepEqual(world.unexpected, []);
    });
  }

  it('is nobody to offer the ownership to', async () => {
    const memberId = await memberIdOf(world, await joinOrganization(world, acme, 'member'));
    const call = { credential: owner.credential, body: { memberId } };
    const ending = await endingBehind(world, removalOf(uuidOf(memberId)), () =>
      world.call('ownership.offer', call, withFreshBudgets(world)),
    );
    assert.equal(refusalOf(ending), 'ownership.unfit');
    assert.deepEqual(world.unexpected, []);
  });

  it('makes no project', async () => {
    const maker = await joinOrganization(world, acme, 'admin');
    const removal = removalOf(uuidOf(await memberIdOf(world, maker)));
    const call = { credential: maker.credential, body: { name: 'of nobody' } };
    const ending = await endingBehind(world, removal, () => world.call('project.create', call));
    assert.equal(refusalOf(ending), 'auth.invalid');
    assert.deepEqual(world.unexpected, []);
  });

  it('is no owner any more who could offer the ownership, nor is one who is demoted meanwhile', async () => {
    const giver = await joinOrganization(world, acme, 'owner');
    const receiver = await joinOrganization(world, acme, 'member');
    const call = { credential: giver.credential, body: { memberId: await memberIdOf(world, receiver) } };
    const [lock] = removalOf(uuidOf(await memberIdOf(world, giver)));
    assert.ok(lock);
    const demotion = [lock, ["update holdfast.member set role = 'admin' where user_id = $1", [giver.userId]]] as const;
    const ending = await endingBehind(world, demotion, () =>
      world.call('ownership.offer', call, withFreshBudgets(world)),
    );
    assert.equal(refusalOf(ending), 'auth.invalid');
    assert.equal((await world.admin('select from holdfast.ownership_offer')).rowCount, 0);
  });
});

function uuidOf(memberId: string): string {
  return decodeId('mem', memberId) ?? assert.fail(memberId);
}
