// An address is proven by what was mailed to it, and changes when both addresses have said so.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Credential } from '#kernel/credential.ts';
import type { Kernel } from '#kernel/kernel.ts';
import { fiftyTimes } from '#test/fifty-times.ts';
import { listMails, newestMail, newestToken, workThrough } from '#test/outbox.ts';
import { createWorld, PASSWORD, type World } from '#test/world.ts';

const OWNER = 'owner@acme.example';
const once = { done: 1, 'account.link_refused': 49 };

async function emailOf(world: World): Promise<unknown> {
  return (await world.admin('select email, email_verified_at is not null as verified from holdfast.person')).rows;
}

test('an address is proven by the link that was mailed to it, once, and not by one for an older address', async () => {
  await using world = await createWorld();
  const { credential } = await world.found();
  await world.call('account.send_verification', { credential });
  const token = await newestToken(world, OWNER, 'email_verification');
  await world.admin("update holdfast.person set email = 'new@acme.example'");
  await assert.rejects(world.call('account.verify_email', { body: { token } }), { code: 'account.link_refused' });
  await world.admin('update holdfast.person set email = $1', [OWNER]);
  const endings = await fiftyTimes(world, (on) => world.call('account.verify_email', { body: { token } }, on));
  assert.deepEqual(endings, once);
  assert.deepEqual(await emailOf(world), [{ email: OWNER, verified: true }]);
  await assert.rejects(world.call('account.send_verification', { credential }), { code: 'account.already_verified' });
});

const NEW = 'olga@new.example';

async function changeTokens(world: World, credential: Credential): Promise<readonly [string, string]> {
  await world.call('account.change_email', { credential, body: { newEmail: NEW } });
  return [await newestToken(world, OWNER, 'email_change_old'), await newestToken(world, NEW, 'email_change_new')];
}
const confirm = (world: World, token: string, on?: Kernel) =>
  world.call('account.confirm_email', { body: { token } }, on);

test('an address changes when both have confirmed, in either order, and the old one is told', async () => {
  for (const order of [[0, 1] as const, [1, 0] as const]) {
    await using world = await createWorld();
    const { credential } = await world.found();
    const tokens = await changeTokens(world, credential);
    const shown = (await world.call('account.get', { credential })).body as { email: string; newEmail: string };
    assert.deepEqual([shown.email, shown.newEmail], [OWNER, NEW]);
    assert.deepEqual((await confirm(world, tokens[order[0]])).body, { changed: false });
    await assert.rejects(confirm(world, tokens[order[0]]), { code: 'account.link_refused' });
    assert.deepEqual(await emailOf(world), [{ email: OWNER, verified: false }]);
    assert.deepEqual((await confirm(world, tokens[order[1]])).body, { changed: true });
    assert.deepEqual(await emailOf(world), [{ email: NEW, verified: true }]);
    assert.match(await newestMail(world, OWNER, 'email_changed'), /olga@new\.example/);
  }
});

test('fifty parallel confirmations of each half, at once, change the address once', async () => {
  await using world = await createWorld();
  const { credential } = await world.found();
  const tokens = await changeTokens(world, credential);
  const replies: string[] = [];
  const endings = await fiftyTimes(world, async (on, n) => {
    const reply = await confirm(world, tokens[n % 4 < 2 ? 0 : 1], on);
    replies.push(JSON.stringify(reply.body));
  });
  assert.deepEqual(endings, { done: 2, 'account.link_refused': 48 });
  assert.deepEqual(replies.toSorted(), ['{"changed":false}', '{"changed":true}']);
  assert.deepEqual(await emailOf(world), [{ email: NEW, verified: true }]);
});

test('halves of two wishes do not add up, and a change that took place ends links to the old address', async () => {
  await using world = await createWorld();
  const { credential } = await world.found();
  const first = await changeTokens(world, credential);
  const second = await changeTokens(world, credential);
  for (const token of first) await assert.rejects(confirm(world, token), { code: 'account.link_refused' });
  await world.call('account.request_reset', { body: { email: OWNER } });
  await workThrough(world);
  const reset = await newestToken(world, OWNER, 'password_reset');
  for (const token of second) await confirm(world, token);
  await assert.rejects(
    world.call('account.reset_password', { body: { token: reset, newPassword: `${PASSWORD}-new` } }),
    {
      code: 'account.link_refused',
    },
  );
});

test('one half that expired leaves the other without effect', async () => {
  await using world = await createWorld();
  const { credential } = await world.found();
  const [old, fresh] = await changeTokens(world, credential);
  await confirm(world, old);
  await world.admin('update holdfast.one_time_token set expires_at = now()');
  await assert.rejects(confirm(world, fresh), { code: 'account.link_refused' });
  assert.deepEqual(await emailOf(world), [{ email: OWNER, verified: false }]);
});

test('whoever asks for an address that is taken learns nothing; who can read mail there is told', async () => {
  await using world = await createWorld();
  const acme = await world.found('acme');
  await world.found('other');
  const taken = 'owner@other.example';
  const wish = (newEmail: string) =>
    world.call('account.change_email', { credential: acme.credential, body: { newEmail } });
  assert.deepEqual(await wish(taken), await wish('free@other.example'));
  await wish(taken);
  await confirm(world, await newestToken(world, OWNER, 'email_change_old'));
  const last = await newestToken(world, taken, 'email_change_new');
  await assert.rejects(confirm(world, last), { code: 'identity.email_taken' });
  await assert.rejects(wish(OWNER.toUpperCase()), { code: 'account.same_email' });
});

test('changing the address demands a fresh proof, and without one nothing is mailed', async () => {
  await using world = await createWorld();
  const { credential } = await world.found();
  await world.admin("update holdfast.session set proven_at = now() - interval '16 minutes'");
  await assert.rejects(world.call('account.change_email', { credential, body: { newEmail: NEW } }), {
    code: 'auth.step_up',
  });
  assert.deepEqual(await listMails(world), []);
});
