// What becomes of keys of the organization when a member goes: somebody says it, or nobody goes.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { encodeId } from '#kernel/fields.ts';
import { memberIdOf } from '#test/memberships.ts';
import { joinOrganization, type Person } from '#test/people.ts';
import { createWorld, type Founded, type World } from '#test/world.ts';

describe('keys of the organization, when a member goes', () => {
  let world: World;
  let acme: Founded & { readonly slug: string };

  before(async () => {
    world = await createWorld();
    acme = { ...(await world.found('acme')), slug: 'acme' };
  });
  after(() => world[Symbol.asyncDispose]());

  /** A key of the organization that an owner answers for, and that acts for these members. */
  async function makeServiceKey(owner: Person, actsFor: readonly Person[] = []) {
    const body = {
      name: 'backup',
      kind: 'service',
      scopes: ['session:read', 'audit:read'],
      ...(actsFor.length === 0
        ? { scopes: ['audit:read'] }
        : { actsFor: actsFor.map(({ userId }) => encodeId('usr', userId)) }),
    };
    const reply = await world.call('api_key.create', { credential: owner.credential, body });
    return (reply.body as { readonly id: string }).id;
  }
  const get = async (apiKeyId: string) => {
    const { body } = await world.call('api_key.get', { credential: acme.credential, params: { apiKeyId } });
    return body as { readonly revokedAt: string | null; readonly responsibleUserId: string | null };
  };
  const remove = async (person: Person, query: Readonly<Record<string, string>>) => {
    const params = { memberId: await memberIdOf(world, person) };
    const { body } = await world.call('member.remove', { credential: acme.credential, params, query });
    return (body as { readonly ended: Readonly<Record<string, number>> }).ended;
  };

  it('keep the member from being removed until somebody says what becomes of them, and are named', async () => {
    const owner = await joinOrganization(world, acme, 'owner');
    const id = await makeServiceKey(owner);
    const refused = await remove(owner, {}).then(
      () => assert.fail('removed'),
      (error: { readonly code: string; readonly fields: readonly { readonly message: string }[] }) => error,
    );
    assert.equal(refused.code, 'member.has_organization_keys');
    assert.deepEqual(
      refused.fields.map(({ message }) => message),
      [`backup (${id})`],
    );
    assert.equal((await get(id)).revokedAt, null);
    const ended = await remove(owner, { organizationKeys: 'revoke' });
    assert.equal(ended['organizationKeys'], 1);
    assert.notEqual((await get(id)).revokedAt, null);
  });

  it('are handed over to somebody who can answer for them', async () => {
    const [owner, successor] = [
      await joinOrganization(world, acme, 'owner'),
      await joinOrganization(world, acme, 'admin'),
    ];
    const id = await makeServiceKey(owner);
    for (const query of [{ handOverTo: await memberIdOf(world, owner) }, {}])
      await assert.rejects(remove(owner, { organizationKeys: 'hand_over', ...query }), {
        code: 'member.unfit_successor',
      });
    const handOverTo = await memberIdOf(world, successor);
    const ended = await remove(owner, { organizationKeys: 'hand_over', handOverTo });
    assert.deepEqual([ended['organizationKeys'], ended['keysHandedOver']], [0, 1]);
    const { revokedAt, responsibleUserId } = await get(id);
    assert.deepEqual([revokedAt, responsibleUserId], [null, encodeId('usr', successor.userId)]);
  });

  it('are not revoked by a leaver who may revoke none, though they act for them', async () => {
    const [owner, member] = [
      await joinOrganization(world, acme, 'owner'),
      await joinOrganization(world, acme, 'member'),
    ];
    const id = await makeServiceKey(owner, [member]);
    const leave = (query: object) => world.call('member.leave', { credential: member.credential, query });
    await assert.rejects(leave({}), { code: 'member.has_organization_keys' });
    await assert.rejects(leave({ organizationKeys: 'revoke' }), { code: 'member.beyond_yours' });
    await leave({ organizationKeys: 'hand_over', handOverTo: await memberIdOf(world, owner) });
    const { revokedAt, responsibleUserId } = await get(id);
    assert.deepEqual([revokedAt, responsibleUserId], [null, encodeId('usr', owner.userId)]);
    assert.deepEqual(world.unexpected, []);
  });
});
