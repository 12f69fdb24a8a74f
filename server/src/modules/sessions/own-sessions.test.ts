// A person's sessions: seen, ended one by one or all at once, and left for another organization; an admin's hand ends at their own.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Credential } from '#kernel/credential.ts';
import type { Kernel } from '#kernel/kernel.ts';
import { currentSessionId, memberIdOf } from '#test/memberships.ts';
import { joinOrganization, type Person, signIn } from '#test/people.ts';
import { createWorld, type Founded, type World } from '#test/world.ts';

type Seen = {
  readonly id: string;
  readonly organizationId: string;
  readonly isCurrent: boolean;
  readonly device: string;
};

describe('sessions of a person', () => {
  let world: World;
  let acme: Founded;
  let other: Founded;
  let otherReplica: Kernel;

  before(async () => {
    world = await createWorld();
    acme = await world.found('acme');
    other = await world.found('other');
    otherReplica = (await world.openReplica()).kernel;
  });
  after(() => world[Symbol.asyncDispose]());

  const join = (role: 'owner' | 'admin' | 'member' = 'member'): Promise<Person> =>
    joinOrganization(world, { organizationId: acme.organizationId, slug: 'acme' }, role);

  const listed = async (credential: Credential, on = world.kernel): Promise<readonly Seen[]> => {
    const { body } = await world.call('session.list', { credential }, on);
    return (body as { readonly items: readonly Seen[] }).items;
  };

  const isIn = (credential: Credential, on = world.kernel): Promise<boolean> =>
    world.call('session.get', { credential }, on).then(
      () => true,
      (error: unknown) => {
        assert.equal((error as { code: string }).code, 'auth.invalid');
        return false;
      },
    );

  /** Makes a member of the first organization one of the second too. */
  async function joinOtherToo(person: Person): Promise<void> {
    await world.admin(
      `insert into holdfast.member (org_id, id, user_id, role, created_at)
       select o.org_id, gen_random_uuid(), $1, 'viewer', now() from holdfast.organization o where o.slug = 'other'`,
      [person.userId],
    );
  }

  it('are listed with where they are, newest first, and say which is in use', async () => {
    const person = await join();
    const second = await signIn(world, person.email);
    const sessions = await listed(second);
    assert.deepEqual(
      sessions.map(({ isCurrent, organizationId, device }) => [isCurrent, organizationId, device]),
      [
        [true, acme.organizationId, 'test'],
        [false, acme.organizationId, 'test'],
      ],
    );
  });

  it('end one at a time, at once and on every replica, and the others stay', async () => {
    const person = await join();
    const second = await signIn(world, person.email);
    assert.ok(await isIn(person.credential, otherReplica));
    const [, first] = await listed(second);
    await world.call('session.end_one', { credential: second, params: { sessionId: first?.id ?? '' } });
    assert.deepEqual(
      [await isIn(person.credential, otherReplica), await isIn(person.credential), await isIn(second)],
      [false, false, true],
    );
  });

  it('end all but the one in use, in every organization, and raise the epoch of each', async () => {
    const person = await join();
    await joinOtherToo(person);
    const elsewhere = await world.call('session.enter', {
      credential: await signIn(world, person.email),
      body: { organization: 'other' },
    });
    const away = { kind: 'session', secret: (elsewhere.headers['set-cookie'] ?? '').slice('session='.length) } as const;
    const epochs = () =>
      world.admin(`select o.slug, e.value::int as value from holdfast.epoch e join holdfast.organization o on o.org_id = e.org_id
                    where e.kind = 'session' order by 1`);
    const before = (await epochs()).rows as readonly { readonly slug: string; readonly value: number }[];
    const kept = await signIn(world, person.email);
    const { body } = await world.call('session.end_others', { credential: kept });
    assert.deepEqual(body, { ended: 2 });
    assert.deepEqual(
      [await isIn(person.credential, otherReplica), await isIn(away, otherReplica), await isIn(kept)],
      [false, false, true],
    );
    const after_ = (await epochs()).rows as readonly { readonly slug: string; readonly value: number }[];
    assert.deepEqual(
      after_.map(({ slug, value }) => [slug, value > (before.find((one) => one.slug === slug)?.value ?? 0)]),
      [
        ['acme', true],
        ['other', true],
      ],
    );
  });

  it('can go to the organizations that are listed, with role and place, and to those alone', async () => {
    const person = await join();
    await joinOtherToo(person);
    type Organization = {
      readonly slug: string;
      readonly name: string;
      readonly role: string;
      readonly isCurrent: boolean;
    };
    const organizations = async (credential: Credential, query = {}) => {
      const { body } = await world.call('session.list_organizations', { credential, query });
      return (body as { readonly items: readonly Organization[] }).items.map(({ name, slug, role, isCurrent }) => [
        name,
        slug,
        role,
        isCurrent,
      ]);
    };
    assert.deepEqual(await organizations(person.credential), [
      ['acme', 'acme', 'member', true],
      ['other', 'other', 'viewer', false],
    ]);
    assert.deepEqual(await organizations(person.credential, { search: 'OTH' }), [['other', 'other', 'viewer', false]]);
    assert.deepEqual(await organizations((await join()).credential), [['acme', 'acme', 'member', true]]);
    await world.admin("update holdfast.member set status = 'suspended' where user_id = $1 and role = 'viewer'", [
      person.userId,
    ]);
    assert.deepEqual(await organizations(person.credential), [['acme', 'acme', 'member', true]]);
    await assert.rejects(
      world.call('session.enter', { credential: person.credential, body: { organization: 'other' } }),
      { code: 'session.no_organization' },
    );
  });

  it('of others do not exist', async () => {
    const [person, neighbor] = [await join(), await join()];
    const [theirs] = await listed(neighbor.credential);
    await assert.rejects(
      world.call('session.end_one', { credential: person.credential, params: { sessionId: theirs?.id ?? '' } }),
      { code: 'resource.not_found' },
    );
    assert.ok(await isIn(neighbor.credential));
  });

  it('are left for another organization under a new id, proven and ending when the one before was', async () => {
    const person = await join();
    await joinOtherToo(person);
    await world.admin(
      `update holdfast.session set proven_at = now() - interval '2 hours', expires_at = now() + interval '3 hours' where user_id = $1`,
      [person.userId],
    );
    const row = async () =>
      (await world.admin('select id, proven_at, expires_at from holdfast.session where user_id = $1', [person.userId]))
        .rows;
    const [left] = (await row()) as readonly Record<string, unknown>[];
    const reply = await world.call('session.enter', { credential: person.credential, body: { organization: 'other' } });
    const entered = { kind: 'session', secret: (reply.headers['set-cookie'] ?? '').slice('session='.length) } as const;
    const [now, ...more] = (await row()) as readonly Record<string, unknown>[];
    assert.deepEqual(
      [more.length, now?.['id'] === left?.['id'], now?.['proven_at'], now?.['expires_at']],
      [0, false, left?.['proven_at'], left?.['expires_at']],
    );
    assert.equal(await isIn(person.credential, otherReplica), false);
    const { body } = await world.call('session.get', { credential: entered });
    const { organization, role } = body as { organization: { slug: string }; role: string };
    assert.deepEqual([organization.slug, role], ['other', 'viewer']);
  });

  it('enter no organization that the person is not in, and stay as they are', async () => {
    const person = await join();
    for (const organization of ['other', 'nowhere'])
      await assert.rejects(world.call('session.enter', { credential: person.credential, body: { organization } }), {
        code: 'session.no_organization',
      });
    assert.ok(await isIn(person.credential));
  });

  it('of fifty ways out of one session at once, one is taken and nothing is left', async () => {
    const person = await join();
    await joinOtherToo(person);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 50 }, (_, at) =>
        world.call(
          'session.enter',
          { credential: person.credential, body: { organization: at % 2 === 0 ? 'other' : 'acme' } },
          at % 2 === 0 ? world.kernel : otherReplica,
        ),
      ),
    );
    const done = outcomes.filter(({ status }) => status === 'fulfilled');
    assert.equal(done.length, 1);
    const { rows } = await world.admin('select count(*)::int as sessions from holdfast.session where user_id = $1', [
      person.userId,
    ]);
    assert.deepEqual(rows, [{ sessions: 1 }]);
  });

  it('are seen and ended by who holds what their person holds, and by nobody who holds less', async () => {
    const [owner, admin, peer, strong, helper] = [
      await join('owner'),
      await join('admin'),
      await join('admin'),
      await join('member'),
      await join('member'),
    ];
    const founder = acme.credential;
    const give = async (person: Person, permissions: readonly string[]): Promise<void> => {
      const body = { name: person.email, permissions };
      const role = (await world.call('role.create', { credential: founder, body })).body as { readonly id: string };
      const params = { roleId: role.id, memberId: await memberIdOf(world, person) };
      await world.call('role.give', { credential: founder, params });
    };
    await give(strong, ['security_configuration:manage']);
    await give(helper, ['session:list_members', 'session:end_members']);
    const acts = async (by: Credential, person: Person) => {
      const memberId = await memberIdOf(world, person);
      const sessionId = await currentSessionId(world, person.credential);
      return [
        () => world.call('session.list_of_member', { credential: by, params: { memberId } }),
        () => world.call('session.end_of_member', { credential: by, params: { memberId, sessionId } }),
        () => world.call('session.end_all_of_member', { credential: by, params: { memberId } }),
      ];
    };
    for (const [by, person] of [
      [admin, owner],
      [admin, strong],
      [helper, admin],
      [helper, strong],
    ] as const) {
      for (const act of await acts(by.credential, person)) await assert.rejects(act(), { code: 'member.beyond_yours' });
      assert.equal(await isIn(person.credential), true);
    }
    for (const [by, person] of [
      [admin, peer],
      [owner, strong],
    ] as const) {
      for (const act of await acts(by.credential, person)) await act();
      assert.equal(await isIn(person.credential), false);
    }
  });

  it('are seen and ended by an admin of the organization they are in, and of no other', async () => {
    const [admin, person] = [await join('admin'), await join()];
    await joinOtherToo(person);
    const away = await world.call('session.enter', {
      credential: await signIn(world, person.email),
      body: { organization: 'other' },
    });
    const elsewhere = { kind: 'session', secret: (away.headers['set-cookie'] ?? '').slice('session='.length) } as const;
    const members = await world.call('member.list', { credential: admin.credential, query: { limit: 200 } });
    const { items } = members.body as { readonly items: readonly { readonly id: string; readonly email: string }[] };
    const params = { memberId: items.find(({ email }) => email === person.email)?.id ?? '' };
    const seen = await world.call('session.list_of_member', { credential: admin.credential, params });
    assert.equal((seen.body as { readonly items: readonly unknown[] }).items.length, 1);
    await assert.rejects(world.call('session.list_of_member', { credential: other.credential, params }), {
      code: 'resource.not_found',
    });
    const { body } = await world.call('session.end_all_of_member', { credential: admin.credential, params });
    assert.deepEqual(body, { ended: 1 });
    assert.deepEqual([await isIn(person.credential, otherReplica), await isIn(elsewhere)], [false, true]);
  });
});
