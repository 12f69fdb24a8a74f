// Suspending an account: what ends with it everywhere, what comes back, and that only the operator of the host does it.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Kernel } from '#kernel/kernel.ts';
import { invite } from '#test/invitations.ts';
import { newestToken, workThrough } from '#test/outbox.ts';
import { joinOrganization, makeKey, type Person, signIn } from '#test/people.ts';
import { whenLookedUp } from '#test/when-looked-up.ts';
import { createWorld, type Founded, PASSWORD, type World } from '#test/world.ts';

const OPERATOR = { credential: { kind: 'operator', uid: 0 } } as const;

describe('an account that the operator suspends', () => {
  let world: World;
  let acme: Founded & { readonly slug: string };
  let person: Person;

  before(async () => {
    world = await createWorld();
    acme = { ...(await world.found('acme')), slug: 'acme' };
    person = await joinOrganization(world, acme, 'member');
  });
  after(() => world?.[Symbol.asyncDispose]());

  const change = async (how: 'suspend' | 'resume', email = person.email) =>
    (await world.call(`account.${how}_by_operator`, { ...OPERATOR, body: { email } })).body;

  it('has no session and no key that works, until it is let in again', async () => {
    const { credential } = person;
    const key = await makeKey(world, credential, ['session:read']);
    await world.call('session.get', { credential: key.credential });
    assert.deepEqual(await change('suspend', person.email.toUpperCase()), { changed: true });
    await assert.rejects(world.call('session.get', { credential }), { code: 'auth.invalid' });
    await assert.rejects(world.call('session.get', { credential: key.credential }), { code: 'auth.invalid' });
    await assert.rejects(signIn(world, person.email), { code: 'session.wrong_credentials' });
    assert.deepEqual(await change('suspend'), { changed: false });
    assert.deepEqual(await change('resume'), { changed: true });
    await assert.rejects(world.call('session.get', { credential }), { code: 'auth.invalid' });
    await world.call('session.get', { credential: key.credential });
    await world.call('session.get', { credential: await signIn(world, person.email) });
    assert.deepEqual(await change('resume'), { changed: false });
  });

  const countOf = async (table: 'session' | 'member', { userId }: Person): Promise<number> =>
    (await world.admin(`select 1 from holdfast.${table} where user_id = $1`, [userId])).rows.length;
  const reset = (token: string, on?: Kernel) =>
    world.call('account.reset_password', { body: { token, newPassword: 'another-Horse-battery-9' } }, on);

  async function resetToken({ email }: Person): Promise<string> {
    await world.call('account.request_reset', { body: { email } });
    await workThrough(world);
    return newestToken(world, email, 'password_reset');
  }

  it('gets in by no sign-in, reset or invitation that was under way', async () => {
    const other = { ...(await world.found('other')), slug: 'other' };
    const [entering, resetting, joining] = [
      await joinOrganization(world, other, 'member'),
      await joinOrganization(world, other, 'member'),
      await joinOrganization(world, other, 'member'),
    ];
    const body = { email: entering.email, password: PASSWORD };
    const late = whenLookedUp(world.kernel, 'list_demands', () => change('suspend', entering.email));
    await assert.rejects(world.call('session.create', { body }, late), { code: 'auth.invalid' });
    assert.equal(await countOf('session', entering), 0);
    const token = await resetToken(resetting);
    const during = whenLookedUp(world.kernel, 'find_one_time_token', () => change('suspend', resetting.email));
    await assert.rejects(reset(token, during), { code: 'account.link_refused' });
    await change('resume', resetting.email);
    await signIn(world, resetting.email);
    const invited = await invite(world, acme.credential, 'viewer', joining.email);
    const after = whenLookedUp(world.kernel, 'find_password', () => change('suspend', joining.email));
    const acceptance = { body: { token: invited.token, password: PASSWORD } };
    await assert.rejects(world.call('invitation.accept', acceptance, after), { code: 'auth.invalid' });
    assert.equal(await countOf('member', joining), 1);
  });

  it('has no use of links from before, when it is let in again', async () => {
    const other = await joinOrganization(world, acme, 'member');
    const token = await resetToken(other);
    await change('suspend', other.email);
    await assert.rejects(reset(token), { code: 'account.link_refused' });
    await change('resume', other.email);
    await assert.rejects(reset(token), { code: 'account.link_refused' });
  });

  it('is named by an address that exists, and stands in the log of the person', async () => {
    await assert.rejects(change('suspend', 'nobody@acme.example'), { code: 'resource.not_found' });
    const { rows } = await world.admin(
      `select action, stream_kind, stream_id, facts from holdfast.audit_pending
        where action like 'account.%' and outcome = 'allowed' and facts ->> 'changed' = 'true'
          and stream_id = $1 order by at`,
      [person.userId],
    );
    const ofThePerson = { stream_kind: 'person', stream_id: person.userId, facts: { changed: true } };
    assert.deepEqual(rows, [
      { action: 'account.suspended', ...ofThePerson },
      { action: 'account.resumed', ...ofThePerson },
    ]);
  });
});
