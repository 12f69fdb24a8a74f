// Factors where an organization's own roles give people more: who holds what members do not is asked for one like an admin, and
// nobody takes the factors of somebody away who is beyond them.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Credential } from '#kernel/credential.ts';
import { codeOf, enrollApp } from '#test/authenticator-app.ts';
import { memberIdOf } from '#test/memberships.ts';
import { joinOrganization, type Person } from '#test/people.ts';
import { signInWith } from '#test/second-factor.ts';
import { createWorld, type World } from '#test/world.ts';

for (const isExposed of [false, true]) {
  describe(`second factors and roles of an organization, ${isExposed ? 'exposed' : 'local'}`, () => {
    let world: World;
    let acme: { readonly organizationId: string; readonly slug: string };
    let owner: Credential;

    before(async () => {
      world = await createWorld({ isExposed });
      const founded = await world.found('acme');
      acme = { ...founded, slug: 'acme' };
      owner = founded.credential;
      await enrollApp(world, owner);
    });
    after(() => world?.[Symbol.asyncDispose]());

    let made = 0;
    const give = async (person: Person, permissions: readonly string[]): Promise<void> => {
      const body = { name: `role ${String((made += 1))}`, permissions };
      const role = (await world.call('role.create', { credential: owner, body })).body as { readonly id: string };
      const params = { roleId: role.id, memberId: await memberIdOf(world, person) };
      await world.call('role.give', { credential: owner, params });
    };

    it('whoever holds more than members do needs a factor where admins do, at once and in sessions that are open', async () => {
      const person = await joinOrganization(world, acme, 'member');
      const { credential } = person;
      await give(person, ['models:use']);
      await world.call('member.list', { credential });
      await give(person, ['security_configuration:manage']);
      const call = world.call('member.list', { credential });
      if (!isExposed) return void (await call);
      await assert.rejects(call, { code: 'auth.factor_required' });
      const { secret } = await enrollApp(world, credential);
      const again = await signInWith(world, person.email, { code: codeOf(secret) });
      await world.call('member.list', { credential: again });
    });

    it('whoever holds more than members do keeps the last factor, as admins do, until they hold it no more', async () => {
      await world.admin('delete from holdfast.sign_in_policy');
      if (!isExposed)
        await world.admin(
          `insert into holdfast.sign_in_policy (org_id, required, allowed_kinds, grace_hours, required_since)
             select org_id, 'admins', '{totp,passkey}', 0, now() from holdfast.organization where slug = 'acme'`,
        );
      const [strong, weak] = [
        await joinOrganization(world, acme, 'member'),
        await joinOrganization(world, acme, 'member'),
      ];
      const removals = new Map<Person, () => Promise<unknown>>();
      for (const person of [strong, weak]) {
        const { factorId } = await enrollApp(world, person.credential);
        const call = { credential: person.credential, params: { factorId } };
        removals.set(person, () => world.call('factor.remove', call));
      }
      await give(strong, ['security_configuration:manage']);
      await give(weak, ['models:use']);
      await assert.rejects(async () => removals.get(strong)?.(), { code: 'factor.demanded' });
      await removals.get(weak)?.();
      await world.admin(
        `delete from holdfast.member_role where member_id in (select id from holdfast.member where user_id = $1)`,
        [strong.userId],
      );
      await removals.get(strong)?.();
      await world.admin('delete from holdfast.sign_in_policy');
    });

    it('a member who may take factors away takes them from nobody who holds more than they do', async () => {
      const [helper, peer, strong, admin] = [
        await joinOrganization(world, acme, 'member'),
        await joinOrganization(world, acme, 'member'),
        await joinOrganization(world, acme, 'member'),
        await joinOrganization(world, acme, 'admin'),
      ];
      for (const person of [helper, peer, strong, admin]) await enrollApp(world, person.credential);
      await give(helper, ['factor:reset_members']);
      await give(strong, ['security_configuration:manage']);
      const reset = async (by: Credential, person: Person) =>
        (
          await world.call('factor.reset_of_member', {
            credential: by,
            params: { memberId: await memberIdOf(world, person) },
          })
        ).body;
      for (const [by, person] of [
        [helper, admin],
        [helper, strong],
        [admin, strong],
      ] as const)
        await assert.rejects(reset(by.credential, person), { code: 'member.beyond_yours' });
      assert.deepEqual(await reset(helper.credential, peer), { removed: 1 });
      assert.deepEqual(await reset(owner, strong), { removed: 1 });
    });
  });
}
