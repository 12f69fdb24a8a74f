// Devices that signed in before: never shut out by strangers, and a new one is told of.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Secret, toSecret } from '#crypto/secret.ts';
import type { Reply } from '#kernel/call.ts';
import type { Kernel } from '#kernel/kernel.ts';
import { createMemoryStore } from '#kernel/limits/memory-store.ts';
import { newestMail, newestToken, workThrough, listMails } from '#test/outbox.ts';
import { joinOrganization } from '#test/people.ts';
import { createWorld, PASSWORD, type World } from '#test/world.ts';

const email = 'owner@acme.example';
const OTHER = 'another-Horse-battery-8';
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0';

type From = { readonly token?: Secret<string> | undefined; readonly address?: string; readonly device?: string };

const signIn = (world: World, from: From = {}, on?: Kernel, body: object = { email, password: PASSWORD }) => {
  const { token, address = '198.51.100.7', device = FIREFOX } = from;
  const caller = { address, addressKey: address, device, ...(token === undefined ? {} : { deviceToken: token }) };
  return world.call('session.create', { body, caller }, on);
};

/** The token of the device cookie, as a browser would bring it back. */
function deviceOf(reply: Reply): Secret<string> {
  const [cookie, ...more] = reply.cookies ?? [];
  assert.ok(cookie?.startsWith('device=') === true && more.length === 0);
  return toSecret(cookie.slice('device='.length));
}

const credentialOf = (reply: Reply) =>
  ({ kind: 'session', secret: (reply.headers['set-cookie'] ?? '').slice('session='.length) }) as const;

/** Budgets of the product, empty. */
function budgeted(kernel: Kernel): Kernel {
  const signInFailures = { account: { perMinute: 5, burst: 5 }, address: { perMinute: 20, burst: 20 } };
  return { ...kernel, tools: { ...kernel.tools, limits: createMemoryStore(), signInFailures } };
}

async function lock(world: World, on: Kernel): Promise<void> {
  for (let n = 0; n < 10; n += 1)
    await assert.rejects(signIn(world, { address: `203.0.113.${String(n)}` }, on, { email, password: 'wrong' }), {
      code: 'session.wrong_credentials',
    });
}

const notices = async (world: World): Promise<number> =>
  (await listMails(world)).filter(({ template }) => template === 'new_sign_in').length;

const devices = async (world: World): Promise<number> =>
  (await world.admin('select 1 from holdfast.device')).rowCount ?? 0;

test('who locks an account shuts its owner’s device out neither of it nor of the address, and a new one until the lock ends', async () => {
  await using world = await createWorld();
  await world.found();
  const on = budgeted(world.kernel);
  const token = deviceOf(await signIn(world, {}, on));
  await lock(world, on);
  for (let n = 0; n < 5; n += 1)
    await assert.rejects(signIn(world, {}, on, { email: `nobody${String(n)}@acme.example`, password: 'wrong' }));
  await assert.rejects(signIn(world, { address: '192.0.2.1' }, on), { code: 'rate.exceeded' });
  await signIn(world, { token }, on);
  // The device's own sign-in ends no lock for others.
  await assert.rejects(signIn(world, { address: '192.0.2.1' }, on), { code: 'rate.exceeded' });
  await world.admin("update holdfast.account_lock set locked_until = now() - interval '1 second'");
  await signIn(world, { address: '192.0.2.1' }, on);
});

test('the budget of its account at its own address, used up by a stranger there, is none of the device’s', async () => {
  await using world = await createWorld();
  await world.found();
  const on = budgeted(world.kernel);
  const token = deviceOf(await signIn(world, {}, on));
  for (let n = 0; n < 5; n += 1) await assert.rejects(signIn(world, {}, on, { email, password: 'wrong' }));
  await assert.rejects(signIn(world, {}, on), { code: 'rate.exceeded' });
  await signIn(world, { token }, on);
});

test('a stolen device token opens nothing, and guesses five times a minute, in parallel too', async () => {
  await using world = await createWorld();
  await world.found();
  const on = budgeted(world.kernel);
  const token = deviceOf(await signIn(world, {}, on));
  const guesses = await Promise.allSettled(
    Array.from({ length: 50 }, () => signIn(world, { token }, on, { email, password: 'wrong' })),
  );
  const codes = guesses.map((guess) => (guess.status === 'rejected' ? (guess.reason as { code: string }).code : 'in'));
  assert.equal(codes.filter((code) => code === 'session.wrong_credentials').length, 5);
  assert.equal(codes.filter((code) => code === 'rate.exceeded').length, 45);
  await assert.rejects(signIn(world, { token }, on), { code: 'rate.exceeded' });
});

test('the device of somebody else, one that is forgotten and one that is made up are strangers', async () => {
  await using world = await createWorld();
  const acme = { ...(await world.found('acme')), slug: 'acme' };
  const person = await joinOrganization(world, acme, 'member');
  const on = budgeted(world.kernel);
  const others = deviceOf(await signIn(world, {}, on, { email: person.email, password: PASSWORD }));
  const own = deviceOf(await signIn(world, {}, on));
  await lock(world, on);
  const refused = { code: 'rate.exceeded' };
  await assert.rejects(signIn(world, { token: others }, on), refused);
  await assert.rejects(signIn(world, { token: toSecret('x'.repeat(43)) }, on), refused);
  await signIn(world, { token: own }, on);
  await world.admin("update holdfast.device set last_seen_at = now() - interval '180 days'");
  await assert.rejects(signIn(world, { token: own }, on), refused);
});

test('a new device is told of once, with when, where and what in our words; a known one is not', async () => {
  await using world = await createWorld();
  await world.found();
  assert.equal(await notices(world), 0);
  const token = deviceOf(await signIn(world));
  assert.equal(await notices(world), 1);
  const text = await newestMail(world, email, 'new_sign_in');
  assert.match(text, /^When: \d{4}-\d\d-\d\d \d\d:\d\d UTC\. Where: 198\.51\.100\.7\. With: Firefox on Linux\.$/m);
  const again = await signIn(world, { token, address: '192.0.2.1' });
  assert.deepEqual(
    again.cookies?.map((cookie) => cookie.startsWith('device=')),
    [true],
  );
  assert.equal(await notices(world), 1);
  assert.equal(await devices(world), 2);
});

test('nothing that a caller sends as its device gets into the mail', async () => {
  await using world = await createWorld();
  await world.found();
  await signIn(world, { device: 'Your account is at risk, go to https://evil.example/now <a href="//evil.example">' });
  const text = await newestMail(world, email, 'new_sign_in');
  assert.doesNotMatch(text, /evil|risk|href/);
  assert.match(text, /With: a program that we do not know\./);
});

test('the owner’s device of the first run is known', async () => {
  await using world = await createWorld();
  await world.found();
  assert.deepEqual([await devices(world), await notices(world)], [1, 0]);
});

test('who signs in from ever new devices is told of a few, and all are let in', async () => {
  await using world = await createWorld();
  await world.found();
  for (let n = 0; n < 6; n += 1) await signIn(world);
  assert.equal(await notices(world), 3);
});

test('the installation’s own probes are mailed nothing', async () => {
  await using world = await createWorld();
  await world.found();
  await world.admin("update holdfast.person set email = 'one@probe.invalid'");
  await signIn(world, {}, undefined, { email: 'one@probe.invalid', password: PASSWORD });
  assert.equal(await notices(world), 0);
});

test('a person has twenty devices at most; those not seen for longest are forgotten, in parallel too', async () => {
  await using world = await createWorld();
  await world.found();
  const first = deviceOf(await signIn(world));
  await world.admin("update holdfast.device set last_seen_at = now() - interval '1 day'");
  await Promise.all(Array.from({ length: 25 }, () => signIn(world)));
  assert.equal(await devices(world), 20);
  const on = budgeted(world.kernel);
  await lock(world, on);
  await assert.rejects(signIn(world, { token: first }, on), { code: 'rate.exceeded' });
});

test('a reset forgets every device, and a change all but the one that asks', async () => {
  await using world = await createWorld();
  await world.found();
  await signIn(world);
  const reply = await signIn(world);
  const token = deviceOf(reply);
  await world.call('account.change_password', {
    credential: credentialOf(reply),
    body: { currentPassword: PASSWORD, newPassword: OTHER },
    caller: { address: '198.51.100.7', addressKey: '198.51.100.7', device: 'x', deviceToken: token },
  });
  assert.equal(await devices(world), 1);
  const on = budgeted(world.kernel);
  await lock(world, on);
  await signIn(world, { token }, on, { email, password: OTHER });
  await world.call('account.request_reset', { body: { email } });
  await workThrough(world);
  const link = await newestToken(world, email, 'password_reset');
  await world.call('account.reset_password', { body: { token: link, newPassword: PASSWORD } });
  assert.equal(await devices(world), 0);
});

test('no device token lies in the database in a form that a browser could bring', async () => {
  await using world = await createWorld();
  await world.found();
  const [cookie = ''] = (await signIn(world)).cookies ?? [];
  const token = cookie.slice('device='.length);
  const { rows } = await world.admin('select d::text as text from holdfast.device d');
  const dump = JSON.stringify(rows);
  assert.ok(!dump.includes(token) && !dump.includes(Buffer.from(token).toString('hex')));
});
