// What teams promise: everybody in one holds its roles at once, leads fill it, and nobody gives more than they hold.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { makeRole, makeTeam } from '#test/authority-examples.ts';
import { memberIdOf, removeMember } from '#test/memberships.ts';
import { joinOrganization, type Person } from '#test/people.ts';
import { createWorld, type World } from '#test/world.ts';

describe('teams', () => {
  let world: World;
  let acme: { readonly organizationId: string; readonly slug: string };
  let owner: Person;
  let admin: Person;

  before(async () => {
    world = await createWorld();
    acme = { ...(await world.found('acme')), slug: 'acme' };
    owner = await joinOrganization(world, acme, 'owner');
    admin = await joinOrganization(world, acme, 'admin');
  });
  after(() => world?.[Symbol.asyncDispose]());

  const join = (): Promise<Person> => joinOrganization(world, acme, 'member');
  const place = async (actor: Person, teamId: string, person: Person, body: object = {}) => {
    const params = { teamId, memberId: await memberIdOf(world, person) };
    return world.call('team.place_member', { credential: actor.credential, params, body });
  };
  const takeOut = async (actor: Person, teamId: string, person: Person) => {
    const params = { teamId, memberId: await memberIdOf(world, person) };
    return world.call('team.take_out_member', { credential: actor.credential, params });
  };
  const giveRole = (actor: Person, teamId: string, roleId: string) =>
    world.call('team.give_role', { credential: actor.credential, params: { teamId, roleId } });
  const mayReadLog = async ({ credential }: Person): Promise<boolean> => {
    const { body } = await world.call('session.get', { credential });
    return (body as { permissions: readonly string[] }).permissions.includes('audit:read');
  };
  const get = async (actor: Person, teamId: string) =>
    (await world.call('team.get', { credential: actor.credential, params: { teamId } })).body as Record<
      string,
      unknown
    >;

  it('give what their roles hold to everybody in them, at once, and no longer than that', async () => {
    const [lead, person] = [await join(), await join()];
    const teamId = await makeTeam({ world, owner }, [{ person: lead, isLead: true }]);
    const roleId = await makeRole({ world, owner }, ['audit:read']);
    await giveRole(owner, teamId, roleId);
    assert.deepEqual([await mayReadLog(lead), await mayReadLog(person)], [true, false]);
    await place(lead, teamId, person);
    assert.equal(await mayReadLog(person), true);
    const { body } = await world.call('member.permissions', {
      credential: person.credential,
      params: { memberId: await memberIdOf(world, person) },
    });
    const { items } = body as { items: readonly { permission: string; from: readonly string[] }[] };
    assert.match(
      items.find(({ permission }) => permission === 'audit:read')?.from.join() ?? '',
      /^role “.+” of team “.+”$/,
    );
    await takeOut(lead, teamId, person);
    assert.equal(await mayReadLog(person), false);
    await place(lead, teamId, person);
    await world.call('team.take_role', { credential: owner.credential, params: { teamId, roleId } });
    assert.equal(await mayReadLog(person), false);
    await giveRole(owner, teamId, roleId);
    await world.call('team.delete', { credential: owner.credential, params: { teamId } });
    assert.deepEqual([await mayReadLog(lead), await mayReadLog(person)], [false, false]);
  });

  it('are filled by their leads and by nobody else of the same role', async () => {
    const [lead, person, colleague] = [await join(), await join(), await join()];
    const teamId = await makeTeam({ world, owner }, [
      { person: lead, isLead: true },
      { person, isLead: false },
    ]);
    await assert.rejects(place(person, teamId, colleague), { code: 'auth.forbidden' });
    await assert.rejects(takeOut(person, teamId, lead), { code: 'auth.forbidden' });
    await assert.rejects(place(colleague, teamId, colleague), { code: 'auth.forbidden' });
    await place(lead, teamId, colleague);
    await assert.rejects(place(lead, teamId, colleague, { isLead: true }), { code: 'auth.forbidden' });
    await assert.rejects(place(lead, teamId, lead, { isLead: false }), { code: 'auth.forbidden' });
    await place(admin, teamId, colleague, { isLead: true });
    await assert.rejects(takeOut(lead, teamId, colleague), { code: 'auth.forbidden' });
    assert.deepEqual(
      [
        (await get(colleague, teamId))['isLedByYou'],
        (await get(person, teamId))['isYours'],
        (await get(admin, teamId))['isYours'],
      ],
      [true, true, false],
    );
    // Everybody may leave.
    await takeOut(person, teamId, person);
    await assert.rejects(takeOut(person, teamId, person), { code: 'auth.forbidden' });
    await takeOut(colleague, teamId, colleague);
    assert.equal((await get(owner, teamId))['members'], 1);
  });

  it('that hold what an admin does not are not theirs to fill, to enter, or to give more to', async () => {
    const teamId = await makeTeam({ world, owner });
    const roleId = await makeRole({ world, owner }, ['security_configuration:manage']);
    const beyond = { code: 'role.beyond_yours' };
    await assert.rejects(giveRole(admin, teamId, roleId), beyond);
    await place(admin, teamId, await join());
    await giveRole(owner, teamId, roleId);
    await assert.rejects(place(admin, teamId, admin), beyond);
    await assert.rejects(place(admin, teamId, await join(), { isLead: true }), beyond);
    await assert.rejects(
      world.call('team.take_role', { credential: admin.credential, params: { teamId, roleId } }),
      beyond,
    );
    await assert.rejects(world.call('team.delete', { credential: admin.credential, params: { teamId } }), beyond);
    assert.equal((await get(owner, teamId))['members'], 1);
  });

  it('move the epoch of the organization with every change of who holds what, so that open streams ask again', async () => {
    const [person, teamId] = [await join(), await makeTeam({ world, owner })];
    const roleId = await makeRole({ world, owner }, ['audit:read']);
    const { credential } = owner;
    const ofMember = { roleId, memberId: await memberIdOf(world, person) };
    const changes: readonly (readonly [string, object])[] = [
      ['role.give', { params: ofMember }],
      ['role.update', { params: { roleId }, body: { permissions: ['audit:verify'] } }],
      ['role.take', { params: ofMember }],
      ['team.place_member', { params: { teamId, memberId: ofMember.memberId }, body: {} }],
      ['team.give_role', { params: { teamId, roleId } }],
      ['team.take_role', { params: { teamId, roleId } }],
      ['team.take_out_member', { params: { teamId, memberId: ofMember.memberId } }],
      ['role.delete', { params: { roleId } }],
    ];
    const epoch = async (): Promise<unknown> =>
      (await world.admin(`select sum(value) as value from holdfast.epoch where kind = 'session'`)).rows;
    for (const [id, rest] of changes) {
      const before = await epoch();
      await world.call(id, { credential, ...rest });
      assert.notDeepEqual(await epoch(), before, id);
    }
  });

  it('lose whoever leaves the organization, with what the team gave them', async () => {
    const person = await join();
    const teamId = await makeTeam({ world, owner }, [{ person, isLead: true }]);
    await removeMember(world, person);
    assert.equal((await get(owner, teamId))['members'], 0);
  });

  it('are told to who reads them by names, roles and places, page by page', async () => {
    const people = [await join(), await join(), await join()];
    const teamId = await makeTeam(
      { world, owner },
      people.map((person, n) => ({ person, isLead: n === 0 })),
    );
    const list = async (query: object) =>
      (
        await world.call('team.list_members', {
          credential: people[2]?.credential ?? owner.credential,
          params: { teamId },
          query,
        })
      ).body as {
        readonly items: readonly { readonly email: string; readonly isLead: boolean }[];
        readonly nextCursor: string;
      };
    const first = await list({ limit: 2, sort: 'email' });
    const rest = await list({ limit: 2, sort: 'email', cursor: first.nextCursor });
    assert.deepEqual(
      [...first.items, ...rest.items].map(({ email, isLead }) => [email, isLead]),
      people.map(({ email }, n) => [email, n === 0] as const).toSorted(([one], [other]) => (one < other ? -1 : 1)),
    );
    assert.equal((await list({ search: people[1]?.email })).items.length, 1);
    const places = async (place: string) => (await list({ place })).items.map(({ isLead }) => isLead);
    assert.deepEqual([await places('lead'), await places('member')], [[true], [false, false]]);
    await assert.rejects(makeTeam({ world, owner: people[0] ?? owner }), { code: 'auth.forbidden' });
  });
});
