// What an organization demands: it holds at once, for everybody it names, and can be stricter than the installation only.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { codeOf, enrollApp } from '#test/authenticator-app.ts';
import type { Credential } from '#kernel/credential.ts';
import { encodeId } from '#kernel/fields.ts';
import { joinOrganization, type Person, signIn } from '#test/people.ts';
import { signInWith } from '#test/second-factor.ts';
import { createWorld, type Founded, type World } from '#test/world.ts';

type Policy = { readonly requireFactor: string; readonly version: number; readonly requiredSince: string | null };

const OPEN = {
  requireFactor: 'none',
  allowedFactors: ['totp', 'passkey'],
  graceHours: 0,
  sessionIdleMinutes: null,
  sessionMaxMinutes: null,
  passwordLengthMin: null,
};

const refusedWith =
  (code: string) =>
  (error: unknown): boolean => {
    assert.equal((error as { code: string }).code, code);
    return true;
  };

for (const isExposed of [false, true]) {
  describe(`the sign-in policy of an organization on an installation that is ${isExposed ? 'exposed' : 'local'}`, () => {
    let world: World;
    let acme: Founded;
    let owner: Credential;

    before(async () => {
      world = await createWorld({ isExposed });
      acme = await world.found('acme');
      owner = acme.credential;
      await enrollApp(world, owner);
    });
    after(() => world[Symbol.asyncDispose]());
    beforeEach(() => world.admin('delete from holdfast.sign_in_policy'));

    const join = (role: 'admin' | 'member' | 'viewer'): Promise<Person> =>
      joinOrganization(world, { organizationId: acme.organizationId, slug: 'acme' }, role);
    const demand = async (change: object): Promise<Policy> =>
      (await world.call('sign_in_policy.update', { credential: owner, body: { ...OPEN, ...change } })).body as Policy;
    const needsFactor = async (credential: Credential): Promise<boolean> =>
      ((await world.call('session.get', { credential })).body as { readonly needsFactor: boolean }).needsFactor;

    it('is none until somebody says otherwise, but for owners and admins of an exposed one', async () => {
      const { body } = await world.call('sign_in_policy.get', { credential: owner });
      assert.equal((body as Policy).requireFactor, isExposed ? 'admins' : 'none');
      assert.equal((body as Policy).version, 0);
      assert.equal(await needsFactor((await join('admin')).credential), isExposed);
      assert.equal(await needsFactor((await join('member')).credential), false);
    });

    it('shuts whoever lacks the factor into enrolling it, at once and in sessions that are open', async () => {
      const person = await join('member');
      await world.call('member.list', { credential: person.credential });
      await demand({ requireFactor: 'all' });
      const { credential } = person;
      for (const route of ['member.list', 'organization.get', 'api_key.list', 'session.list'])
        await assert.rejects(world.call(route, { credential }), refusedWith('auth.factor_required'));
      for (const route of ['session.get', 'account.get', 'factor.list']) await world.call(route, { credential });
      const { secret } = await enrollApp(world, credential);
      await world.call('member.list', { credential });
      const again = await signInWith(world, person.email, { code: codeOf(secret) });
      await world.call('member.list', { credential: again });
    });

    it('gives members time to enroll, but no owner or admin of an exposed installation', async () => {
      const [member, admin] = [await join('member'), await join('admin')];
      await demand({ requireFactor: 'all', graceHours: 2 });
      assert.equal(await needsFactor(member.credential), false);
      assert.equal(await needsFactor(admin.credential), isExposed);
      await world.admin(`update holdfast.sign_in_policy set required_since = now() - interval '3 hours'`);
      // Whoever came later has as much time as the others had.
      assert.equal(await needsFactor(member.credential), false);
      await world.admin(`update holdfast.member set created_at = now() - interval '3 hours'`);
      assert.equal(await needsFactor(await signIn(world, member.email)), true);
    });

    it('begins the grace anew when it asks for more, and not when it asks for less', async () => {
      const since = async (change: object): Promise<string | null> => (await demand(change)).requiredSince;
      const first = await since({ requireFactor: 'admins' });
      assert.equal(await since({ requireFactor: 'admins', graceHours: 5 }), first);
      const second = await since({ requireFactor: 'all' });
      assert.notEqual(second, first);
      assert.equal(await since({ requireFactor: 'admins' }), second);
      assert.notEqual(await since({ requireFactor: 'admins', allowedFactors: ['passkey'] }), second);
    });

    it('counts only the kinds it allows', async () => {
      const person = await join('member');
      await enrollApp(world, person.credential);
      await demand({ requireFactor: 'all' });
      assert.equal(await needsFactor(person.credential), false);
      await demand({ requireFactor: 'all', allowedFactors: ['passkey'] });
      assert.equal(await needsFactor(person.credential), true);
    });

    it('keeps the last factor that would do from being removed', async () => {
      const person = await join('member');
      const { factorId } = await enrollApp(world, person.credential);
      const remove = () => world.call('factor.remove', { credential: person.credential, params: { factorId } });
      await demand({ requireFactor: 'all' });
      await assert.rejects(remove(), refusedWith('factor.demanded'));
      await world.admin('delete from holdfast.sign_in_policy');
      await remove();
    });

    it('shortens sessions that are open, and those to come', async () => {
      const person = await join('member');
      await world.admin(`update holdfast.session set last_seen_at = now() - interval '10 minutes' where user_id = $1`, [
        person.userId,
      ]);
      await demand({ sessionIdleMinutes: 5, requireFactor: isExposed ? 'admins' : 'none' });
      await assert.rejects(world.call('session.get', { credential: person.credential }), refusedWith('auth.invalid'));
      await demand({ sessionMaxMinutes: 30, requireFactor: isExposed ? 'admins' : 'none' });
      const credential = await signIn(world, person.email);
      await world.call('session.get', { credential });
      // Whoever goes to another organization and back has not signed in anew.
      await world.admin(`update holdfast.session set signed_in_at = now() - interval '31 minutes' where user_id = $1`, [
        person.userId,
      ]);
      await assert.rejects(world.call('session.get', { credential }), refusedWith('auth.invalid'));
    });

    it('is refused when it is laxer than the installation', async () => {
      for (const change of [{ sessionIdleMinutes: 61 }, { sessionMaxMinutes: 7 * 24 * 60 + 1 }]) {
        await assert.rejects(demand(change), refusedWith('sign_in_policy.too_weak'));
      }
      const none = demand({ requireFactor: 'none' });
      if (isExposed) await assert.rejects(none, refusedWith('sign_in_policy.too_weak'));
      else assert.equal((await none).requireFactor, 'none');
    });

    it('lets an admin reset the factors of a member who is nowhere else, and tells them', async () => {
      const [admin, person] = [await join('admin'), await join('member')];
      if (isExposed) await enrollApp(world, admin.credential);
      await enrollApp(world, person.credential);
      const { rows } = await world.admin('select id from holdfast.member where user_id = $1', [person.userId]);
      const memberId = encodeId('mem', (rows as readonly { readonly id: string }[])[0]?.id ?? '');
      const reset = (credential: Credential) =>
        world.call('factor.reset_of_member', { credential, params: { memberId } });
      await assert.rejects(reset(person.credential), refusedWith('auth.forbidden'));
      assert.deepEqual((await reset(admin.credential)).body, { removed: 1 });
      await assert.rejects(world.call('session.get', { credential: person.credential }), refusedWith('auth.invalid'));
      await signIn(world, person.email).then((credential) => world.call('session.get', { credential }));
      const mails = await world.admin(
        `select 1 from holdfast.mail_outbox where template = 'factors_reset' and recipient = $1`,
        [person.email],
      );
      assert.equal(mails.rowCount, 1);
      await world.found(`second-${isExposed ? 'exposed' : 'local'}`);
      await world.admin(
        `insert into holdfast.member (org_id, id, user_id, role, created_at)
         select o.org_id, gen_random_uuid(), $1, 'viewer', now() from holdfast.organization o where o.slug like 'second-%'`,
        [person.userId],
      );
      await assert.rejects(reset(admin.credential), refusedWith('factor.member_elsewhere'));
    });

    it('lets no admin reset an owner', async () => {
      const admin = await join('admin');
      if (isExposed) await enrollApp(world, admin.credential);
      const { rows } = await world.admin(
        `select id from holdfast.member where role = 'owner' order by created_at limit 1`,
      );
      const memberId = encodeId('mem', (rows as readonly { readonly id: string }[])[0]?.id ?? '');
      const call = world.call('factor.reset_of_member', { credential: admin.credential, params: { memberId } });
      await assert.rejects(call, refusedWith('auth.forbidden'));
    });
  });
}
