// An organization is never without an active owner, whatever is tried, how often, and on however many servers at once.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fiftyTimes } from '#test/fifty-times.ts';
import { withFreshBudgets } from '#test/invitations.ts';
import { memberIdOf } from '#test/memberships.ts';
import { joinOrganization, type Person, signIn } from '#test/people.ts';
import { createWorld, type World } from '#test/world.ts';

async function activeOwners(world: World): Promise<number> {
  const { rows } = await world.admin(
    `select count(*)::int as n from holdfast.member m join holdfast.organization o on o.org_id = m.org_id
      where o.slug = 'acme' and m.role = 'owner' and m.status = 'active'`,
  );
  return (rows[0] as { readonly n: number }).n;
}

/** An organization whose two owners are these. */
async function openTwoOwners(): Promise<{ readonly world: World; readonly owners: readonly [Person, Person] }> {
  const world = await createWorld();
  const acme = { ...(await world.found('acme')), slug: 'acme' };
  const owners = [await joinOrganization(world, acme, 'owner'), await joinOrganization(world, acme, 'owner')] as const;
  await world.call('member.leave', { credential: acme.credential });
  return { world, owners };
}

describe('the last owner', () => {
  it('cannot leave, be demoted, suspended or removed; the one before the last can', async () => {
    const { world, owners } = await openTwoOwners();
    await using _closing = world;
    const [last, other] = owners;
    const params = { memberId: await memberIdOf(world, last) };
    await world.admin("update holdfast.person set status = 'suspended' where user_id = $1", [other.userId]);
    // Another owner who cannot act is none.
    await assert.rejects(world.call('member.leave', { credential: last.credential }), { code: 'member.last_owner' });
    await world.admin("update holdfast.person set status = 'active' where user_id = $1", [other.userId]);
    const otherSession = await signIn(world, other.email);
    await world.call('member.suspend', {
      credential: last.credential,
      params: { memberId: await memberIdOf(world, other) },
    });
    await assert.rejects(world.call('session.get', { credential: otherSession }), { code: 'auth.invalid' });
    await assert.rejects(world.call('member.leave', { credential: last.credential }), { code: 'member.last_owner' });
    await assert.rejects(
      world.call('member.update', { credential: last.credential, params, body: { role: 'admin' } }),
      { code: 'member.last_owner' },
    );
    await world.call('member.resume', {
      credential: last.credential,
      params: { memberId: await memberIdOf(world, other) },
    });
    await world.call('member.leave', { credential: last.credential });
    assert.equal(await activeOwners(world), 1);
  });

  it('stays in the database past every rule of the product, also when two go at once', async () => {
    const { world, owners } = await openTwoOwners();
    await using _closing = world;
    const go = (userId: string) => world.admin('delete from holdfast.member where user_id = $1', [userId]);
    const gone = await Promise.allSettled(owners.map(({ userId }) => go(userId)));
    assert.deepEqual(gone.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
    const set = (change: string) => world.admin(`update holdfast.member set ${change} where role = 'owner'`);
    for (const change of ["role = 'admin'", "status = 'suspended'"])
      await assert.rejects(set(change), { constraint: 'member_last_owner' });
    assert.equal(await activeOwners(world), 1);
    // An organization that goes takes its last owner along.
    await world.admin("delete from holdfast.organization where slug = 'acme'");
  });

  type Way = readonly [name: string, route: string, of: 'self' | 'other', body?: object];
  const ways: readonly Way[] = [
    ['leaves', 'member.leave', 'self'],
    ['removals of each other', 'member.remove', 'other'],
    ['suspensions of each other', 'member.suspend', 'other'],
    ['demotions of each other', 'member.update', 'other', { role: 'viewer' }],
    ['demotions of themselves', 'member.update', 'self', { role: 'member' }],
  ];
  for (const [name, route, of, body] of ways) {
    it(`is there after fifty ${name} of the last two owners at once on two servers`, async () => {
      const { world, owners } = await openTwoOwners();
      await using _closing = world;
      const ids = [await memberIdOf(world, owners[0]), await memberIdOf(world, owners[1])];
      const endings = await fiftyTimes(world, (on, n) => {
        const who = n % 4 < 2 ? 0 : 1;
        const memberId = ids[of === 'self' ? who : 1 - who];
        const params = route === 'member.leave' ? {} : { memberId };
        return world.call(route, { credential: owners[who].credential, params, ...(body && { body }) }, on);
      });
      assert.ok((endings['done'] ?? 0) >= 1, JSON.stringify(endings));
      assert.equal(await activeOwners(world), 1);
      assert.deepEqual(world.unexpected, []);
    });
  }
});

describe('an offer of ownership', () => {
  it('is taken once by fifty acceptances at once, and there is an owner at every moment', async () => {
    await using world = await createWorld();
    const acme = { ...(await world.found('acme')), slug: 'acme' };
    const receiver = await joinOrganization(world, acme, 'member');
    const body = { memberId: await memberIdOf(world, receiver) };
    await world.call('ownership.offer', { credential: acme.credential, body }, withFreshBudgets(world));
    const sessions = [receiver.credential, await signIn(world, receiver.email)];
    const { done } = await fiftyTimes(world, (on, n) =>
      world.call('ownership.accept_offer', { credential: sessions[n % 2] }, on),
    );
    assert.equal(done, 1);
    const { rows } = await world.admin('select role from holdfast.member order by role');
    assert.deepEqual(rows, [{ role: 'admin' }, { role: 'owner' }]);
    assert.deepEqual(world.unexpected, []);
  });
});
