// How much mail invitations can cause: nobody's mailbox is flooded through us.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { freshAddress, withFreshBudgets } from '#test/invitations.ts';
import { joinOrganization, signIn } from '#test/people.ts';
import { createWorld, type Founded, type World } from '#test/world.ts';

describe('an organization that invites', () => {
  let world: World;
  let acme: Founded & { readonly slug: string };

  before(async () => {
    world = await createWorld();
    acme = { ...(await world.found('acme')), slug: 'acme' };
  });
  after(() => world[Symbol.asyncDispose]());

  it('mails an address three times at once at most, and what is refused uses up nothing', async () => {
    const on = withFreshBudgets(world);
    const admin = await joinOrganization(world, acme, 'admin');
    const email = freshAddress();
    for (let n = 0; n < 5; n += 1)
      await assert.rejects(
        world.call('invitation.create', { credential: admin.credential, body: { email, role: 'owner' } }, on),
        { code: 'member.beyond_yours' },
      );
    const made = await world.call(
      'invitation.create',
      { credential: acme.credential, body: { email, role: 'viewer' } },
      on,
    );
    const call = { credential: acme.credential, params: { invitationId: (made.body as { readonly id: string }).id } };
    for (let n = 0; n < 2; n += 1) await world.call('invitation.renew', call, on);
    await assert.rejects(world.call('invitation.renew', call, on), { code: 'rate.exceeded' });
  });

  it('mails a hundred addresses at once at most', async () => {
    const on = withFreshBudgets(world);
    const endings: Record<string, number> = {};
    for (let n = 0; n < 103; n += 1) {
      const body = { email: freshAddress(), role: 'viewer' };
      const ending = await world.call('invitation.create', { credential: acme.credential, body }, on).then(
        () => 'done',
        (error: { readonly code: string }) => error.code,
      );
      endings[ending] = (endings[ending] ?? 0) + 1;
    }
    assert.deepEqual(endings, { done: 100, 'rate.exceeded': 3 });
  });

  it('mails five at once at most where it is somebody’s personal one', async () => {
    const on = withFreshBudgets(world);
    const person = await joinOrganization(world, acme, 'member');
    await world.admin('delete from holdfast.member where user_id = $1', [person.userId]);
    const credential = await signIn(world, person.email);
    const call = () =>
      world.call('invitation.create', { credential, body: { email: freshAddress(), role: 'viewer' } }, on);
    for (let n = 0; n < 5; n += 1) await call();
    await assert.rejects(call(), { code: 'rate.exceeded' });
  });
});
