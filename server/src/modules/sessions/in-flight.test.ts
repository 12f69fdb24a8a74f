// A sign-in that is under way while what it rests on changes opens nothing that it would not open afterwards.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Credential } from '#kernel/credential.ts';
import type { Kernel } from '#kernel/kernel.ts';
import { enrollApp } from '#test/authenticator-app.ts';
import { changeMember, removeMember } from '#test/memberships.ts';
import { joinOrganization, type Person } from '#test/people.ts';
import { credentialOf } from '#test/second-factor.ts';
import { whenLookedUp } from '#test/when-looked-up.ts';
import { createWorld, type Founded, PASSWORD, type World } from '#test/world.ts';

describe('a sign-in that is under way', () => {
  let world: World;
  let acme: Founded;

  before(async () => {
    world = await createWorld();
    acme = await world.found('acme');
  });
  after(() => world[Symbol.asyncDispose]());

  const join = (): Promise<Person> =>
    joinOrganization(world, { organizationId: acme.organizationId, slug: 'acme' }, 'member');

  const signInOn = (on: Kernel, { email }: Person) =>
    world.call('session.create', { body: { email, password: PASSWORD } }, on);

  const isIn = (credential: Credential): Promise<boolean> =>
    world.call('session.get', { credential }).then(
      () => true,
      (error: unknown) => {
        assert.equal((error as { readonly code: string }).code, 'auth.invalid');
        return false;
      },
    );

  it('opens no session by password alone once a second factor was enrolled', async () => {
    const person = await join();
    const on = whenLookedUp(world.kernel, 'find_factors', () => enrollApp(world, person.credential));
    await assert.rejects(signInOn(on, person), { code: 'session.wrong_credentials' });
    const { rows } = await world.admin('select proven_by from holdfast.session where user_id = $1', [person.userId]);
    assert.deepEqual(rows, [{ proven_by: 'totp' }]);
  });

  for (const [what, change, undo] of [
    [
      'its person was suspended',
      (person: Person) => setStatus(person, 'suspended'),
      (person: Person) => setStatus(person, 'active'),
    ],
    [
      'its membership was suspended',
      (person: Person) => changeMember(world, person, "set status = 'suspended'"),
      (person: Person) => changeMember(world, person, "set status = 'active'"),
    ],
    ['its membership was removed', (person: Person) => removeMember(world, person), (person: Person) => rejoin(person)],
  ] as const) {
    it(`opens nothing once ${what}, and nothing that wakes up when that is undone`, async () => {
      const person = await join();
      const on = whenLookedUp(world.kernel, 'list_demands', () => change(person));
      const opened = await signInOn(on, person).then(credentialOf, () => undefined);
      if (opened !== undefined) assert.equal(await isIn(opened), false);
      await undo(person);
      if (opened !== undefined) assert.equal(await isIn(opened), false);
    });
  }

  const setStatus = ({ userId }: Person, status: string) =>
    world.admin('update holdfast.person set status = $2 where user_id = $1', [userId, status]);

  const rejoin = ({ userId }: Person) =>
    world.admin(
      `insert into holdfast.member (org_id, id, user_id, role, created_at)
       select o.org_id, gen_random_uuid(), $1, 'member', now() from holdfast.organization o where o.slug = 'acme'`,
      [userId],
    );
});
