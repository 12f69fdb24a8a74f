// What custom roles promise: they hold at once, nobody hands on what they do not hold, and why somebody may do something is told.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { memberIdOf } from '#test/memberships.ts';
import { joinOrganization, makeKey, type Person } from '#test/people.ts';
import { whenLookedUp } from '#test/when-looked-up.ts';
import { createWorld, type World } from '#test/world.ts';

const NO_POLICY = {
  requireFactor: 'none',
  allowedFactors: ['totp', 'passkey'],
  graceHours: 0,
  sessionIdleMinutes: 60,
  sessionMaxMinutes: 600,
  passwordLengthMin: 12,
};

const MANAGE = 'security_configuration:manage';

describe('custom roles', () => {
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

  let made = 0;
  const makeRole = async (person: Person, permissions: readonly string[]) => {
    const body = { name: `role ${String((made += 1))}`, permissions };
    const reply = await world.call('role.create', { credential: person.credential, body });
    return reply.body as { readonly id: string; readonly name: string; readonly version: number };
  };
  const give = async (person: Person, roleId: string, to: Person) => {
    const params = { roleId, memberId: await memberIdOf(world, to) };
    return world.call('role.give', { credential: person.credential, params });
  };
  const take = async (person: Person, roleId: string, from: Person) => {
    const params = { roleId, memberId: await memberIdOf(world, from) };
    return world.call('role.take', { credential: person.credential, params });
  };
  const permissionsOf = async ({ credential }: Pick<Person, 'credential'>): Promise<readonly string[]> =>
    ((await world.call('session.get', { credential })).body as { permissions: readonly string[] }).permissions;
  const explain = async (person: Person, asker = person) => {
    const params = { memberId: await memberIdOf(world, person) };
    const { body } = await world.call('member.permissions', { credential: asker.credential, params });
    return body as {
      readonly items: readonly {
        readonly permission: string;
        readonly reach: string;
        readonly from: readonly string[];
      }[];
    };
  };

  it('hold from the moment they are given, are changed and are taken, in every session and for every key', async () => {
    const person = await joinOrganization(world, acme, 'viewer');
    const before = await permissionsOf(person);
    const role = await makeRole(owner, ['audit:read', 'organization:read']);
    await give(owner, role.id, person);
    assert.deepEqual(await permissionsOf(person), [...new Set([...before, 'audit:read'])].toSorted());
    await world.call('audit.list', person);
    const maker = await makeRole(owner, ['api_key:create']);
    await give(owner, maker.id, person);
    const key = await makeKey(world, person.credential, ['audit:read']);
    await world.call('audit.list', key);
    await world.call('role.update', {
      credential: owner.credential,
      params: { roleId: role.id },
      body: { permissions: ['audit:verify'] },
    });
    assert.equal((await permissionsOf(person)).includes('audit:read'), false);
    await assert.rejects(world.call('audit.checkpoint', key), { code: 'auth.forbidden' });
    await take(owner, maker.id, person);
    await assert.rejects(makeKey(world, person.credential, ['session:read']), { code: 'auth.forbidden' });
    await world.call('role.delete', { credential: owner.credential, params: { roleId: role.id } });
    assert.deepEqual(await permissionsOf(person), before);
  });

  it('hold what their author holds: nothing unknown, nothing of the operator, nothing beyond', async () => {
    for (const name of ['nothing:such', 'mail:open', 'account:update', '', 'constructor'])
      await assert.rejects(makeRole(owner, [name]), {
        code: name === '' ? 'request.invalid' : 'role.permission_refused',
      });
    await assert.rejects(makeRole(admin, ['api_key:read', MANAGE]), (error: { code: string; fields: unknown }) => {
      assert.equal(error.code, 'role.permission_refused');
      assert.deepEqual(error.fields, [{ pointer: '/body/permissions/1', message: 'is not yours to give' }]);
      return true;
    });
    const held = await makeRole(admin, ['api_key:read', 'api_key:read']);
    const { body } = await world.call('role.get', { credential: admin.credential, params: { roleId: held.id } });
    assert.deepEqual((body as { permissions: unknown }).permissions, ['api_key:read']);
  });

  it('that hold what an admin does not are not theirs to change, give, take or delete', async () => {
    const role = await makeRole(owner, [MANAGE, 'api_key:read']);
    const person = await joinOrganization(world, acme, 'member');
    const { credential } = admin;
    const params = { roleId: role.id };
    const beyond = { code: 'role.beyond_yours' };
    await assert.rejects(give(admin, role.id, person), beyond);
    await assert.rejects(give(admin, role.id, admin), beyond);
    await assert.rejects(
      world.call('role.update', { credential, params, body: { permissions: ['api_key:read'] } }),
      beyond,
    );
    await assert.rejects(world.call('role.update', { credential, params, body: { name: 'mine' } }), beyond);
    await assert.rejects(world.call('role.delete', { credential, params }), beyond);
    await give(owner, role.id, person);
    await assert.rejects(take(admin, role.id, person), beyond);
    assert.ok((await permissionsOf(person)).includes(MANAGE));
  });

  it('alone let anybody but an owner change what decides how people get in', async () => {
    const policy = { credential: admin.credential, body: NO_POLICY };
    await assert.rejects(world.call('sign_in_policy.update', policy), { code: 'auth.forbidden' });
    const role = await makeRole(owner, [MANAGE]);
    await give(owner, role.id, admin);
    await world.call('sign_in_policy.update', policy);
    // Who was given it can hand it on, and take it away again.
    const person = await joinOrganization(world, acme, 'admin');
    await give(admin, role.id, person);
    await take(admin, role.id, admin);
    await assert.rejects(world.call('sign_in_policy.update', policy), { code: 'auth.forbidden' });
    await assert.rejects(give(admin, role.id, admin), { code: 'role.beyond_yours' });
  });

  it('are not handed on by whoever lost the right while their call was under way', async () => {
    const right = await makeRole(owner, ['role:give', 'role:manage', 'audit:read']);
    const person = await joinOrganization(world, acme, 'member');
    const accomplice = { memberId: await memberIdOf(world, await joinOrganization(world, acme, 'member')) };
    await give(owner, right.id, person);
    const { credential } = person;
    const calls = [
      ['role.give', { params: { roleId: right.id, ...accomplice } }],
      ['role.create', { body: { name: 'kept', permissions: ['audit:read'] } }],
      ['role.update', { params: { roleId: right.id }, body: { name: 'mine' } }],
    ] as const;
    for (const [id, call] of calls) {
      const on = whenLookedUp(world.kernel, 'identify_session', () => take(owner, right.id, person));
      await assert.rejects(world.call(id, { credential, ...call }, on), { code: 'auth.forbidden' }, id);
      await give(owner, right.id, person);
    }
    const { rows } = await world.admin(
      "select (select count(*)::int from holdfast.member_role g where g.role_id = r.id) as held, r.name from holdfast.custom_role r where r.name in ('kept', 'mine', $1)",
      [right.name],
    );
    assert.deepEqual(rows, [{ held: 1, name: right.name }]);
  });

  it('are told with the reason for everything that somebody may do', async () => {
    const person = await joinOrganization(world, acme, 'viewer');
    const role = await makeRole(owner, ['audit:read', 'organization:read']);
    await give(owner, role.id, person);
    const { items } = await explain(person);
    const reasons = new Map(items.map(({ permission, reach, from }) => [permission, [reach, ...from]]));
    assert.deepEqual(reasons.get('audit:read'), ['all', `role “${role.name}”`]);
    assert.deepEqual(reasons.get('organization:read'), ['all', 'role viewer', `role “${role.name}”`]);
    assert.deepEqual(reasons.get('account:read'), ['own', 'role viewer']);
    assert.deepEqual(
      items.map(({ permission }) => permission),
      await permissionsOf(person),
    );
    const colleague = await joinOrganization(world, acme, 'viewer');
    await assert.rejects(explain(person, colleague), { code: 'auth.forbidden' });
    await explain(person, admin);
  });

  it('are previewed: who gains, who loses, and what changes nothing because it is held otherwise', async () => {
    const [viewer, holder] = [
      await joinOrganization(world, acme, 'viewer'),
      await joinOrganization(world, acme, 'admin'),
    ];
    const role = await makeRole(owner, ['audit:read']);
    for (const person of [viewer, holder]) await give(owner, role.id, person);
    const { body } = await world.call('role.preview', {
      credential: admin.credential,
      params: { roleId: role.id },
      query: { permissions: `provider:create,${MANAGE},organization:read` },
    });
    const preview = body as { people: readonly { memberId: string }[] } & Record<string, unknown>;
    assert.deepEqual(preview['added'], ['organization:read', 'provider:create', MANAGE]);
    assert.deepEqual(preview['removed'], ['audit:read']);
    assert.deepEqual(preview['refused'], [MANAGE]);
    const of = async (person: Person) => {
      const memberId = await memberIdOf(world, person);
      return preview.people.find((one) => one.memberId === memberId);
    };
    assert.deepEqual(
      { ...(await of(viewer)), memberId: '', name: '', email: '' },
      { memberId: '', name: '', email: '', gains: ['provider:create', MANAGE], loses: ['audit:read'] },
    );
    assert.deepEqual(
      { ...(await of(holder)), memberId: '', name: '', email: '' },
      { memberId: '', name: '', email: '', gains: [MANAGE], loses: [] },
    );
    assert.equal((await permissionsOf(viewer)).includes('audit:read'), true, 'a preview changes nothing');
  });

  it('written into the table past the product give nothing that members cannot hold', async () => {
    const person = await joinOrganization(world, acme, 'viewer');
    const before = await permissionsOf(person);
    const role = await makeRole(owner, ['audit:read']);
    await give(owner, role.id, person);
    await world.admin(
      `update holdfast.custom_role set permissions = '{mail:open,factor:reset,nothing:such}' where name = $1`,
      [role.name],
    );
    assert.deepEqual(await permissionsOf(person), before);
  });

  it('of one name are made once by fifty at once, and changed by one of fifty who read the same version', async () => {
    const { credential } = owner;
    const body = { name: 'Fifty', permissions: ['audit:read'] };
    const tries = await Promise.allSettled(
      Array.from({ length: 50 }, () => world.call('role.create', { credential, body })),
    );
    assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1);
    const role = await makeRole(owner, ['audit:read']);
    const changes = await Promise.allSettled(
      Array.from({ length: 50 }, (_, n) =>
        world.call('role.update', {
          credential,
          params: { roleId: role.id },
          ifMatch: `"${String(role.version)}"`,
          body: { description: `try ${String(n)}` },
        }),
      ),
    );
    assert.equal(changes.filter(({ status }) => status === 'fulfilled').length, 1);
  });

  it('of another organization are not there', async () => {
    const other = { ...(await world.found('other')), slug: 'other' };
    const stranger = await joinOrganization(world, other, 'owner');
    const role = await makeRole(owner, ['audit:read']);
    const params = { roleId: role.id };
    const gone = { code: 'resource.not_found' };
    await assert.rejects(world.call('role.get', { credential: stranger.credential, params }), gone);
    await assert.rejects(give(stranger, role.id, stranger), gone);
    const theirs = await makeRole(stranger, ['audit:read']);
    await assert.rejects(give(stranger, theirs.id, owner), gone);
    const { body } = await world.call('role.list', { credential: stranger.credential });
    assert.deepEqual(
      (body as { items: readonly { id: string }[] }).items.map(({ id }) => id),
      [theirs.id],
    );
  });
});
