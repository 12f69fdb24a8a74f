// An invitation is taken once, however many take it at the same time on however many servers.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Credential } from '#kernel/credential.ts';
import { fiftyTimes } from '#test/fifty-times.ts';
import { invite } from '#test/invitations.ts';
import { joinOrganization, signIn } from '#test/people.ts';
import { createWorld, type Founded, PASSWORD, type World } from '#test/world.ts';

describe('fifty acceptances at once on two servers', () => {
  let world: World;
  let acme: Founded;

  before(async () => {
    world = await createWorld();
    acme = await world.found('acme');
  });
  after(() => world[Symbol.asyncDispose]());

  const membersWith = async (email: string) => {
    const { rows } = await world.admin(
      `select m.role from holdfast.member m join holdfast.person p on p.user_id = m.user_id
        join holdfast.organization o on o.org_id = m.org_id where lower(p.email) = lower($1) and o.slug = 'acme'`,
      [email],
    );
    return (rows as readonly { readonly role: string }[]).map(({ role }) => role);
  };

  it('by strangers make one account and one membership', async () => {
    const { email, token } = await invite(world, acme.credential, 'viewer');
    const body = { token, name: 'Ina', password: PASSWORD };
    const { done, ...refused } = await fiftyTimes(world, (on) => world.call('invitation.accept', { body }, on));
    assert.equal(done, 1);
    // Who was too late, and who met a full queue of hashes.
    const expected = ['invitation.has_account', 'invitation.over', 'server.busy'];
    assert.deepEqual(
      Object.keys(refused).filter((code) => !expected.includes(code)),
      [],
    );
    assert.deepEqual(await membersWith(email), ['viewer']);
  });

  it('by somebody who is signed in make one membership', async () => {
    const other = { ...(await world.found('other')), slug: 'other' };
    const { email } = await joinOrganization(world, other, 'member');
    const { token } = await invite(world, acme.credential, 'member', email);
    const sessions = [await signIn(world, email), await signIn(world, email), await signIn(world, email)];
    const { done, ...refused } = await fiftyTimes(world, (on, n) =>
      world.call('invitation.enter', { credential: sessions[n % 3], body: { token } }, on),
    );
    assert.equal(done, 1);
    // The session that won is replaced, so that its other uses are nobody's.
    const expected = ['auth.invalid', 'invitation.over', 'resource.not_found'];
    assert.deepEqual(
      Object.keys(refused).filter((code) => !expected.includes(code)),
      [],
    );
    assert.deepEqual(await membersWith(email), ['member']);
    assert.deepEqual(world.unexpected, []);
  });

  it('of one person into several organizations wait for each other, and all get in', async () => {
    const { email, userId } = await joinOrganization(world, { ...acme, slug: 'acme' }, 'member');
    const entries: { readonly credential: Credential; readonly token: string }[] = [];
    for (const slug of ['north', 'east', 'south', 'west', 'up', 'down', 'near', 'far']) {
      const { token } = await invite(world, (await world.found(slug)).credential, 'viewer', email);
      entries.push({ token, credential: await signIn(world, email) });
    }
    await Promise.all(
      entries.map(({ token, credential }) => world.call('invitation.enter', { credential, body: { token } })),
    );
    const { rows } = await world.admin('select 1 from holdfast.member where user_id = $1', [userId]);
    assert.equal(rows.length, 9);
    assert.deepEqual(world.unexpected, []);
  });

  it('are one renewal too: fifty of them leave one link that works', async () => {
    const { id, email } = await invite(world, acme.credential, 'viewer');
    const params = { invitationId: id };
    const endings = await fiftyTimes(world, (on) =>
      world.call('invitation.renew', { credential: acme.credential, params }, on),
    );
    assert.ok((endings['done'] ?? 0) >= 1);
    const { rows } = await world.admin(
      `select count(*)::int as n from holdfast.invitation where lower(email) = $1 and state = 'open'`,
      [email],
    );
    assert.deepEqual(rows, [{ n: 1 }]);
  });
});
