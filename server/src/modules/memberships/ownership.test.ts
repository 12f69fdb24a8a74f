// Handing on an organization, on a real database.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { Credential } from '#kernel/credential.ts';
import { withFreshBudgets } from '#test/invitations.ts';
import { changeMember, memberIdOf, removeMember } from '#test/memberships.ts';
import { newestMail } from '#test/outbox.ts';
import { joinOrganization, type Person, signIn } from '#test/people.ts';
import { createWorld, type Founded, type World } from '#test/world.ts';

describe('ownership', () => {
  let world: World;
  let acme: Founded & { readonly slug: string };
  let giver: Person;
  let receiver: Person;

  before(async () => {
    world = await createWorld();
    acme = { ...(await world.found('acme')), slug: 'acme' };
  });
  beforeEach(async () => {
    await world.admin('delete from holdfast.ownership_offer');
    [giver, receiver] = [await joinOrganization(world, acme, 'owner'), await joinOrganization(world, acme, 'member')];
  });
  after(() => world[Symbol.asyncDispose]());

  const offer = async (by: Credential, to: Person, more: object = {}) => {
    const body = { memberId: await memberIdOf(world, to), ...more };
    return world.call('ownership.offer', { credential: by, body }, withFreshBudgets(world));
  };
  const accept = (by: Person) => world.call('ownership.accept_offer', { credential: by.credential });
  const roleOf = async ({ userId }: Person) => {
    const { rows } = await world.admin('select role from holdfast.member where user_id = $1', [userId]);
    return (rows[0] as { readonly role: string }).role;
  };
  const seenBy = async (credential: Credential) =>
    ((await world.call('ownership.get_offer', { credential })).body as { readonly offer: object | null }).offer;

  it('is offered by owners alone, to one member at a time who can take it', async () => {
    const admin = await joinOrganization(world, acme, 'admin');
    await assert.rejects(offer(admin.credential, receiver), { code: 'auth.forbidden' });
    await assert.rejects(offer(giver.credential, giver), { code: 'ownership.unfit' });
    const suspended = await joinOrganization(world, acme, 'member');
    await changeMember(world, suspended, "set status = 'suspended'");
    await assert.rejects(offer(giver.credential, suspended), { code: 'ownership.unfit' });
    assert.equal((await offer(giver.credential, receiver)).status, 201);
    await assert.rejects(offer(acme.credential, admin), { code: 'ownership.offer_open' });
    assert.match(await newestMail(world, receiver.email, 'ownership_offered'), new RegExp(`${giver.email} offers you`));
  });

  it('passes to the receiver, the giver becomes an admin, and both sign in again', async () => {
    await offer(giver.credential, receiver);
    const { body } = await accept(receiver);
    assert.equal((body as { readonly ended: { readonly sessions: number } }).ended.sessions, 2);
    assert.deepEqual([await roleOf(receiver), await roleOf(giver)], ['owner', 'admin']);
    for (const { credential, email } of [giver, receiver]) {
      await assert.rejects(world.call('session.get', { credential }), { code: 'auth.invalid' });
      await signIn(world, email);
    }
  });

  it('is shared where the giver wants to stay', async () => {
    await offer(giver.credential, receiver, { staysOwner: true });
    await accept(receiver);
    assert.deepEqual([await roleOf(receiver), await roleOf(giver)], ['owner', 'owner']);
  });

  it('is seen by owners and by whom it is offered to, and answered by them alone', async () => {
    const admin = await joinOrganization(world, acme, 'admin');
    assert.equal(await seenBy(receiver.credential), null);
    await offer(giver.credential, receiver);
    for (const credential of [giver.credential, acme.credential, receiver.credential])
      assert.notEqual(await seenBy(credential), null);
    assert.equal(await seenBy(admin.credential), null);
    for (const by of [admin, giver])
      for (const id of ['ownership.accept_offer', 'ownership.decline_offer'])
        await assert.rejects(
          world.call(id, { credential: by.credential }),
          ({ code }: { readonly code: string }) => code === 'resource.not_found' || code === 'auth.forbidden',
        );
    await world.call('ownership.decline_offer', { credential: receiver.credential });
    await assert.rejects(accept(receiver), { code: 'resource.not_found' });
    assert.equal(await roleOf(receiver), 'member');
  });

  it('can be taken back by an owner, and ends after a week', async () => {
    await offer(giver.credential, receiver);
    await world.call('ownership.cancel_offer', { credential: acme.credential });
    await assert.rejects(accept(receiver), { code: 'resource.not_found' });
    await offer(giver.credential, receiver);
    await world.admin("update holdfast.ownership_offer set expires_at = now() - interval '1 second'");
    await assert.rejects(accept(receiver), { code: 'resource.not_found' });
    // One that has ended stands in nobody's way.
    assert.equal((await offer(giver.credential, receiver)).status, 201);
  });

  const losses: readonly (readonly [string, () => Promise<unknown>, string])[] = [
    ['the giver left', () => removeMember(world, giver), 'resource.not_found'],
    ['the giver is no owner any more', () => changeMember(world, giver, "set role = 'admin'"), 'ownership.over'],
    ['the giver was suspended', () => changeMember(world, giver, "set status = 'suspended'"), 'ownership.over'],
  ];
  for (const [what, lose, code] of losses) {
    it(`goes to nobody when ${what}`, async () => {
      await offer(giver.credential, receiver);
      await lose();
      await assert.rejects(accept(receiver), { code });
      assert.equal(await roleOf(receiver), 'member');
    });
  }

  it('is not offered any more to who gets another role, and that is said', async () => {
    await offer(giver.credential, receiver);
    const params = { memberId: await memberIdOf(world, receiver) };
    const { body } = await world.call('member.update', {
      credential: acme.credential,
      params,
      body: { role: 'viewer' },
    });
    assert.equal((body as { readonly ended: { readonly ownershipOffers: number } }).ended.ownershipOffers, 1);
    assert.equal(await seenBy(giver.credential), null);
    assert.deepEqual(world.unexpected, []);
  });
});
