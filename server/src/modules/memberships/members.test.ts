// What happens to members, and what ends with that, on a real database.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { BuiltInRole } from '#kernel/permissions.ts';
import { runRoute } from '#kernel/pipeline.ts';
import { invite, withFreshBudgets } from '#test/invitations.ts';
import { memberIdOf, signInTo } from '#test/memberships.ts';
import { joinOrganization, makeKey, type Person, signIn } from '#test/people.ts';
import { createWorld, type Founded, makeCall, type World } from '#test/world.ts';

const NONE = {
  sessions: 0,
  apiKeys: 0,
  organizationKeys: 0,
  keysHandedOver: 0,
  teams: 0,
  projects: 0,
  roles: 0,
  invitations: 0,
  ownershipOffers: 0,
  grants: 0,
};
type Ended = Readonly<typeof NONE>;

describe('members', () => {
  let world: World;
  let acme: Founded & { readonly slug: string };

  before(async () => {
    world = await createWorld();
    acme = { ...(await world.found('acme')), slug: 'acme' };
  });
  after(() => world[Symbol.asyncDispose]());

  const join = (role: BuiltInRole): Promise<Person> => joinOrganization(world, acme, role);
  type On = { readonly credential: Person['credential'] };
  const act = async (id: string, by: On, target: Person, call: object = {}) => {
    const params = { memberId: await memberIdOf(world, target) };
    const { body } = await world.call(id, { credential: by.credential, params, ...call });
    return body as { readonly ended: Ended; readonly role: string; readonly status: string; readonly version: number };
  };
  const changeTo = (role: BuiltInRole, by: On, target: Person) => act('member.update', by, target, { body: { role } });
  const factsOf = async (action: string): Promise<Record<string, unknown>> => {
    const { rows } = await world.admin(
      'select facts from holdfast.audit_pending where action = $1 order by at desc, event_id desc limit 1',
      [action],
    );
    return (rows[0] as { readonly facts: Record<string, unknown> }).facts;
  };

  it('keep custom roles when their role changes, and reply and event name them', async () => {
    const [person, plain] = [await join('admin'), await join('admin')];
    await giveRole(person, ['audit:read']);
    const params = { memberId: await memberIdOf(world, person) };
    const { credential } = acme;
    const { body: team } = await world.call('team.create', { credential, body: { name: 'Night shift' } });
    const { body: role } = await world.call('role.create', {
      credential,
      body: { name: 'Watch', permissions: ['usage:read'] },
    });
    const [teamId, roleId] = [team, role].map((made) => (made as { readonly id: string }).id);
    await world.call('team.place_member', { credential, params: { teamId, ...params }, body: {} });
    await world.call('team.give_role', { credential, params: { teamId, roleId } });
    type Kept = {
      readonly keeps: readonly { readonly name: string; readonly team: { readonly name: string } | null }[];
    };
    const { body } = await world.call('member.update', { credential, params, body: { role: 'viewer' } });
    const kept = (body as Kept).keeps.map(({ name, team: by }) => [name, by?.name]);
    const own = kept[0]?.[0];
    assert.deepEqual(kept, [
      [own, undefined],
      ['Watch', 'Night shift'],
    ]);
    assert.deepEqual((await factsOf('member.role_changed'))['keeps'], [
      `role “${String(own)}”`,
      'role “Watch” of team “Night shift”',
    ]);
    const now = (await world.call('member.permissions', { credential, params })).body as {
      readonly items: readonly { readonly permission: string }[];
    };
    assert.ok(now.items.some(({ permission }) => permission === 'audit:read'));
    const changed = (await changeTo('viewer', acme, plain)) as unknown as Kept;
    assert.deepEqual(changed.keeps, []);
    assert.deepEqual((await factsOf('member.role_changed'))['keeps'], []);
  });

  it('are changed by who covers what they hold and what they get, and owners by owners alone', async () => {
    const [admin, member, owner] = [await join('admin'), await join('member'), await join('owner')];
    assert.equal((await changeTo('viewer', admin, member)).role, 'viewer');
    assert.equal((await changeTo('admin', admin, member)).role, 'admin');
    await assert.rejects(changeTo('owner', admin, member), { code: 'member.beyond_yours' });
    for (const id of ['member.suspend', 'member.resume', 'member.remove'])
      await assert.rejects(act(id, admin, owner), { code: 'member.beyond_yours' });
    await assert.rejects(changeTo('viewer', admin, owner), { code: 'member.beyond_yours' });
    assert.equal((await changeTo('owner', acme, member)).role, 'owner');
    assert.equal((await changeTo('member', acme, owner)).role, 'member');
    const plain = await join('member');
    await assert.rejects(changeTo('viewer', plain, admin), { code: 'auth.forbidden' });
  });

  let given = 0;
  /** A role of the organization with these permissions, given to a person past the routes. */
  const giveRole = ({ userId }: Person, permissions: readonly string[]) =>
    world.admin(
      `with made as (
         insert into holdfast.custom_role (org_id, id, name, description, permissions, created_at)
         select org_id, gen_random_uuid(), $3, '', $2, now() from holdfast.organization where slug = 'acme' returning org_id, id)
       insert into holdfast.member_role (org_id, member_id, role_id, given_at)
       select m.org_id, m.id, made.id, now() from made join holdfast.member m on m.org_id = made.org_id where m.user_id = $1`,
      [userId, permissions, `role ${String((given += 1))}`],
    );

  it('are made owners by owners alone, whatever a role of the organization gives', async () => {
    const [admin, member] = [await join('admin'), await join('member')];
    const { permissions } = world.kernel.registry.roles;
    const everything = permissions.filter(({ all }) => all.includes('owner')).map(({ name }) => name);
    await giveRole(admin, everything);
    await assert.rejects(changeTo('owner', admin, member), { code: 'member.beyond_yours' });
    assert.equal((await changeTo('admin', admin, member)).role, 'admin');
  });

  it('who hold more than an admin by a role of the organization are beyond an admin', async () => {
    const [admin, member] = [await join('admin'), await join('member')];
    await giveRole(member, ['security_configuration:manage']);
    for (const id of ['member.suspend', 'member.resume', 'member.remove'])
      await assert.rejects(act(id, admin, member), { code: 'member.beyond_yours' });
    await assert.rejects(changeTo('viewer', admin, member), { code: 'member.beyond_yours' });
    assert.equal((await changeTo('viewer', acme, member)).role, 'viewer');
    await act('member.remove', acme, member);
  });

  it('get nothing from an admin who was demoted between the look at the session and the change', async () => {
    const [admin, target] = [await join('admin'), await join('viewer')];
    const params = { memberId: await memberIdOf(world, target) };
    const route = world.route('member.update');
    // As late as it gets: when everything before the transaction is done.
    const late = {
      ...route,
      prepare: async (...given: Parameters<NonNullable<typeof route.prepare>>) => {
        await world.admin("update holdfast.member set role = 'member' where user_id = $1", [admin.userId]);
        return route.prepare?.(...given);
      },
    };
    const call = makeCall({ credential: admin.credential, params, body: { role: 'member' } });
    await assert.rejects(runRoute(world.kernel, late, call), { code: 'auth.invalid' });
  });

  it('have a version, and a change to one that somebody else changed since is refused', async () => {
    const member = await join('member');
    const { version } = await changeTo('viewer', acme, member);
    const call = { body: { role: 'member' }, ifMatch: `"${String(version - 1)}"` };
    await assert.rejects(act('member.update', acme, member, call), { code: 'resource.changed' });
    const next = await act('member.update', acme, member, { ...call, ifMatch: `"${String(version)}"` });
    assert.equal(next.version, version + 1);
  });

  it('are asked for a fresh proof before they do anything to each other', async () => {
    const [admin, target] = [await join('admin'), await join('viewer')];
    await world.admin("update holdfast.session set proven_at = now() - interval '16 minutes' where user_id = $1", [
      admin.userId,
    ]);
    for (const id of ['member.update', 'member.suspend', 'member.resume', 'member.remove'])
      await assert.rejects(act(id, admin, target, id === 'member.update' ? { body: { role: 'member' } } : {}), {
        code: 'auth.step_up',
      });
    for (const id of ['member.leave', 'invitation.create', 'ownership.offer']) {
      const bodies: Readonly<Record<string, object>> = {
        'invitation.create': { email: 'a@b.example', role: 'viewer' },
        'ownership.offer': { memberId: await memberIdOf(world, target) },
      };
      const by = id === 'ownership.offer' ? await join('owner') : admin;
      await world.admin("update holdfast.session set proven_at = now() - interval '16 minutes' where user_id = $1", [
        by.userId,
      ]);
      await assert.rejects(world.call(id, { credential: by.credential, body: bodies[id] }, withFreshBudgets(world)), {
        code: 'auth.step_up',
      });
    }
  });

  it('sign in again after their role changed, and lose what rested on the old one', async () => {
    const admin = await join('admin');
    const lost = [await invite(world, admin.credential, 'viewer'), await invite(world, admin.credential, 'admin')];
    const second = await signIn(world, admin.email);
    const promoted = await changeTo('admin', acme, admin);
    assert.deepEqual(promoted.ended, NONE, 'the same role is no change');
    assert.deepEqual((await changeTo('member', acme, admin)).ended, { ...NONE, sessions: 2, invitations: 2 });
    await assert.rejects(world.call('session.get', { credential: second }), { code: 'auth.invalid' });
    for (const { token } of lost)
      await assert.rejects(world.call('invitation.look', { body: { token } }), { code: 'invitation.over' });
    const { roleBefore, roleAfter, sessionsEnded, invitationsEnded } = await factsOf('member.role_changed');
    assert.deepEqual([roleBefore, roleAfter, sessionsEnded, invitationsEnded], ['admin', 'member', 2, 2]);
  });

  it('who are suspended are out at once, their keys rest, and both are back when they are resumed', async () => {
    const member = await join('member');
    const key = await makeKey(world, member.credential, ['session:read']);
    const suspended = await act('member.suspend', acme, member);
    assert.deepEqual([suspended.status, suspended.ended.sessions], ['suspended', 1]);
    for (const credential of [member.credential, key.credential])
      await assert.rejects(world.call('session.get', { credential }), { code: 'auth.invalid' });
    await assert.rejects(signInTo(world, member.email, 'acme', undefined), { code: 'session.no_organization' });
    assert.deepEqual((await act('member.suspend', acme, member)).ended, NONE);
    assert.equal((await act('member.resume', acme, member)).status, 'active');
    await assert.rejects(world.call('session.get', { credential: member.credential }), { code: 'auth.invalid' });
    assert.equal((await world.call('session.get', { credential: key.credential })).status, 200);
    await signInTo(world, member.email, 'acme', undefined);
  });

  it('who are removed lose all of it in one step, and reply and log say the same of how much that was', async () => {
    const member = await join('admin');
    const keys = [
      await makeKey(world, member.credential, ['session:read']),
      await makeKey(world, member.credential, ['models:use']),
    ];
    const revoked = await makeKey(world, member.credential, ['session:read']);
    await world.call('api_key.revoke', { credential: member.credential, params: { apiKeyId: revoked.id } });
    const [second, invited] = [await signIn(world, member.email), await invite(world, member.credential, 'viewer')];
    const { ended } = await act('member.remove', acme, member);
    assert.deepEqual(ended, { ...NONE, sessions: 2, apiKeys: 2, invitations: 1 });
    for (const credential of [member.credential, second, ...keys.map((key) => key.credential)])
      await assert.rejects(world.call('session.get', { credential }), { code: 'auth.invalid' });
    await assert.rejects(world.call('invitation.look', { body: { token: invited.token } }), {
      code: 'invitation.over',
    });
    const facts = await factsOf('member.removed');
    assert.deepEqual(
      [facts['sessionsEnded'], facts['apiKeysEnded'], facts['invitationsEnded'], facts['user'], facts['role']],
      [2, 2, 1, member.userId, 'admin'],
    );
  });

  it('who go lose their places in teams and their roles, and what of each is told apart', async () => {
    for (const [teams, roles] of [
      [2, 1],
      [0, 3],
    ] as const) {
      const person = await join('member');
      const memberId = await memberIdOf(world, person);
      const { credential } = acme;
      for (let nth = 0; nth < teams; nth += 1) {
        const { body } = await world.call('team.create', { credential, body: { name: `Team ${memberId} ${nth}` } });
        const params = { teamId: (body as { readonly id: string }).id, memberId };
        await world.call('team.place_member', { credential, params, body: {} });
      }
      for (let nth = 0; nth < roles; nth += 1) await giveRole(person, ['audit:read']);
      const { ended } = await act('member.remove', acme, person);
      assert.deepEqual(ended, { ...NONE, sessions: 1, teams, roles });
      const { teamsLeft, rolesEnded } = await factsOf('member.removed');
      assert.deepEqual([teamsLeft, rolesEnded], [teams, roles]);
    }
  });

  it('can leave, whatever they are, and not suspend or remove themselves', async () => {
    for (const role of ['owner', 'admin', 'member', 'viewer'] as const) {
      const person = await join(role);
      if (role === 'owner' || role === 'admin')
        for (const id of ['member.suspend', 'member.remove', 'member.resume'])
          await assert.rejects(act(id, person, person), { code: 'member.oneself' });
      const { body, headers } = await world.call('member.leave', { credential: person.credential });
      assert.deepEqual((body as { readonly ended: Ended }).ended, { ...NONE, sessions: 1 });
      assert.equal(headers['set-cookie'], 'session=');
      await assert.rejects(world.call('session.get', { credential: person.credential }), { code: 'auth.invalid' });
    }
    assert.equal((await factsOf('member.left'))['sessionsEnded'], 1);
  });

  it('of another organization are nobody', async () => {
    const other = { ...(await world.found('other')), slug: 'other' };
    const stranger = await joinOrganization(world, other, 'viewer');
    for (const id of ['member.suspend', 'member.resume', 'member.remove'])
      await assert.rejects(act(id, acme, stranger), { code: 'resource.not_found' });
    await assert.rejects(changeTo('member', acme, stranger), { code: 'resource.not_found' });
    assert.deepEqual(world.unexpected, []);
  });
});
