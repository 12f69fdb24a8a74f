// Who acts upon keys holds at that moment what it takes: rights that were lost meanwhile count for nothing, and a key is its member's.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { memberIdOf } from '#test/memberships.ts';
import { joinOrganization, makeKey, type Person } from '#test/people.ts';
import { whenLookedUp } from '#test/when-looked-up.ts';
import { createWorld, type World } from '#test/world.ts';

type Shown = { readonly id: string; readonly version: number };

describe('whoever acts upon keys', () => {
  let world: World;
  let acme: { readonly organizationId: string; readonly slug: string };
  let owner: Person;

  before(async () => {
    world = await createWorld();
    acme = { ...(await world.found('acme')), slug: 'acme' };
    owner = await joinOrganization(world, acme, 'owner');
  });
  after(() => world?.[Symbol.asyncDispose]());

  let made = 0;
  /** A member who holds these by a role, and what gives and takes it. */
  const joinHolding = async (permissions: readonly string[]) => {
    const person = await joinOrganization(world, acme, 'member');
    const body = { name: `role ${String((made += 1))}`, permissions };
    const { credential } = owner;
    const role = (await world.call('role.create', { credential, body })).body as Shown;
    const params = { roleId: role.id, memberId: await memberIdOf(world, person) };
    const give = () => world.call('role.give', { credential, params });
    await give();
    return { person, give, take: () => world.call('role.take', { credential, params }) };
  };
  const make = async ({ credential }: Person, body: object): Promise<Shown> =>
    (await world.call('api_key.create', { credential, body: { name: 'k', kind: 'service', ...body } })).body as Shown;
  const count = async (name: string): Promise<number> => {
    const { rows } = await world.admin('select count(*)::int as found from holdfast.api_key where name = $1', [name]);
    return (rows[0] as { readonly found: number }).found;
  };

  it('makes no key with what they lost while the call was under way', async () => {
    const { person, give, take } = await joinHolding(['security_configuration:manage', 'audit:read']);
    const { credential } = person;
    const bodies = [
      [{ kind: 'service', scopes: ['models:use'] }, 'auth.forbidden'],
      [{ kind: 'personal', scopes: ['audit:read'] }, 'api_key.scope_refused'],
      [{ kind: 'personal', scopes: ['models:use'], expiresInDays: null }, 'api_key.expiry_needed'],
    ] as const;
    for (const [body, code] of bodies) {
      const on = whenLookedUp(world.kernel, 'identify_session', take);
      const call = { credential, body: { name: 'lost', ...body } };
      await assert.rejects(world.call('api_key.create', call, on), { code });
      await give();
      assert.equal(await count('lost'), 0);
    }
    for (const [body] of bodies) await world.call('api_key.create', { credential, body: { name: 'held', ...body } });
    assert.equal(await count('held'), 3);
  });

  it('changes and rotates nothing with a right they lost while the call was under way', async () => {
    const { person, give, take } = await joinHolding(['security_configuration:manage']);
    const { credential } = person;
    const { id, version } = await make(owner, { scopes: ['models:use'] });
    const call = { credential, params: { apiKeyId: id }, ifMatch: `"${String(version)}"` };
    const acts = [
      ['api_key.update', { ...call, body: { name: 'theirs' } }],
      ['api_key.rotate', { ...call, body: { overlapHours: 0 } }],
    ] as const;
    for (const [route, asked] of acts) {
      const on = whenLookedUp(world.kernel, 'identify_session', take);
      await assert.rejects(world.call(route, asked, on), { code: 'auth.forbidden' }, route);
      await give();
    }
    assert.equal(await count('theirs'), 0);
    await world.call('api_key.update', { ...call, body: { name: 'theirs' } });
    assert.equal(await count('theirs'), 1);
  });

  it('says from where the key of somebody may be used who holds more in no way, wider or narrower', async () => {
    const { person } = await joinHolding(['api_key:restrict', 'api_key:read']);
    const [peer, admin] = [await joinOrganization(world, acme, 'member'), await joinOrganization(world, acme, 'admin')];
    const put = async (by: Person, of: Person, networks: readonly string[]) => {
      const { id } = await makeKey(world, of.credential, ['models:use']);
      return world.call('api_key.update_networks', {
        credential: by.credential,
        params: { apiKeyId: id },
        body: { networks },
      });
    };
    for (const networks of [[], ['203.0.113.0/24']]) {
      for (const [by, of] of [
        [person, admin],
        [person, owner],
        [admin, owner],
      ] as const)
        await assert.rejects(put(by, of, networks), { code: 'member.beyond_yours' });
      for (const [by, of] of [
        [person, peer],
        [person, person],
        [admin, person],
        [admin, admin],
        [owner, admin],
      ] as const)
        assert.deepEqual((await put(by, of, networks)).body, { networks });
    }
  });
});
