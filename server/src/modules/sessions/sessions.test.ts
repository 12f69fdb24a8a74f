// Signing in and out: who gets in, who is told what, and what ends when.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMemoryStore } from '#kernel/limits/memory-store.ts';
import { addKeeper, NO_KEEPER } from '#test/memberships.ts';
import { createWorld, PASSWORD, type World } from '#test/world.ts';

const signIn = (world: World, body: object, address = '198.51.100.7') =>
  world.call('session.create', { body, caller: { address, addressKey: address, device: 'browser' } });
const good = { email: 'OWNER@acme.example', password: PASSWORD };

function cookieOf(reply: { readonly headers: Readonly<Record<string, string>> }) {
  return { kind: 'session', secret: (reply.headers['set-cookie'] ?? '').slice('session='.length) } as const;
}

test('the right password signs in whatever the case of the address, and the session says who one is', async () => {
  await using world = await createWorld();
  await world.found();
  const credential = cookieOf(await signIn(world, good));
  const { body } = await world.call('session.get', { credential });
  const { user, role } = body as { user: { email: string }; role: string };
  assert.deepEqual({ email: user.email, role }, { email: 'owner@acme.example', role: 'owner' });
});

test('a wrong password and an unknown account get the same answer', async () => {
  await using world = await createWorld();
  await world.found();
  const answers = await Promise.all(
    [
      { ...good, password: 'wrong' },
      { email: 'nobody@acme.example', password: PASSWORD },
    ].map((body) =>
      signIn(world, body).then(
        () => assert.fail('signed in'),
        (error: unknown) => ({ ...(error as object), message: (error as Error).message }),
      ),
    ),
  );
  assert.deepEqual(answers[0], answers[1]);
});

test('fifty parallel wrong guesses get five tries, another address is not shut out, and a success gives its try back', async () => {
  await using world = await createWorld();
  await world.found();
  const limited = { account: { perMinute: 5, burst: 5 }, address: { perMinute: 20, burst: 20 } };
  const kernel = {
    ...world.kernel,
    tools: { ...world.kernel.tools, limits: createMemoryStore(), signInFailures: limited },
  };
  const attempt = (password: string, address: string) =>
    world.call(
      'session.create',
      { body: { ...good, password }, caller: { address, addressKey: address, device: 'x' } },
      kernel,
    );
  for (let n = 0; n < 10; n += 1) await attempt(PASSWORD, '198.51.100.7');
  const guesses = await Promise.allSettled(Array.from({ length: 50 }, () => attempt('wrong', '198.51.100.7')));
  const codes = guesses.map((guess) => (guess.status === 'rejected' ? (guess.reason as { code: string }).code : 'in'));
  assert.equal(codes.filter((code) => code === 'session.wrong_credentials').length, 5);
  assert.equal(codes.filter((code) => code === 'rate.exceeded').length, 45);
  await attempt(PASSWORD, '203.0.113.9');
});

test('signing out ends the session at once on every replica', async () => {
  await using world = await createWorld();
  const { credential } = await world.found();
  const other = await world.openReplica();
  await world.call('session.get', { credential }, other.kernel);
  await world.call('session.delete', { credential });
  await assert.rejects(world.call('session.get', { credential }, other.kernel), { code: 'auth.invalid' });
});

test('a session ends when idle and when its time is over', async () => {
  await using world = await createWorld();
  const { credential } = await world.found();
  for (const [change, back] of [
    ["last_seen_at = now() - interval '61 minutes'", 'last_seen_at = now()'],
    ['expires_at = now()', "expires_at = now() + interval '1 day'"],
  ] as const) {
    await world.admin(`update holdfast.session set ${change}`);
    await assert.rejects(world.call('session.get', { credential }), { code: 'auth.invalid' }, change);
    await world.admin(`update holdfast.session set ${back}`);
    await world.call('session.get', { credential });
  }
});

test('a session ends when its member or person is suspended, and a new one is needed when they are back', async () => {
  await using world = await createWorld();
  let { credential } = await world.found();
  await addKeeper(world);
  for (const table of ['member', 'person']) {
    await world.admin(`update holdfast.${table} set status = 'suspended' where ${NO_KEEPER}`);
    await assert.rejects(world.call('session.get', { credential }), { code: 'auth.invalid' }, table);
    await world.admin(`update holdfast.${table} set status = 'active'`);
    await assert.rejects(world.call('session.get', { credential }), { code: 'auth.invalid' }, table);
    credential = cookieOf(await signIn(world, good));
    await world.call('session.get', { credential });
  }
});

test('forty sign-ins at once leave ten sessions', async () => {
  await using world = await createWorld();
  await world.found();
  await Promise.all(Array.from({ length: 40 }, () => signIn(world, good)));
  assert.deepEqual((await world.admin('select count(*)::int as n from holdfast.session')).rows, [{ n: 10 }]);
});

test('a password that nobody could look at counts as no wrong one', async () => {
  await using world = await createWorld();
  await world.found();
  const limited = { account: { perMinute: 5, burst: 5 }, address: { perMinute: 20, burst: 20 } };
  const full = { run: async () => ({ ok: false, reason: 'busy' }) as const, stats: () => ({ running: 0, waiting: 0 }) };
  const tools = { ...world.kernel.tools, limits: createMemoryStore(), signInFailures: limited };
  const attempt = (passwords: typeof tools.passwords) =>
    world.call(
      'session.create',
      { body: good, caller: { address: '198.51.100.7', addressKey: '198.51.100.7', device: 'x' } },
      { ...world.kernel, tools: { ...tools, passwords } },
    );
  for (let n = 0; n < 8; n += 1) await assert.rejects(attempt(full), { code: 'server.busy' });
  await attempt(tools.passwords);
});

test('a person keeps at most ten sessions; the oldest end first', async () => {
  await using world = await createWorld();
  const { credential: first } = await world.found();
  for (let n = 0; n < 10; n += 1) await signIn(world, good);
  await assert.rejects(world.call('session.get', { credential: first }), { code: 'auth.invalid' });
  assert.deepEqual((await world.admin('select count(*)::int as n from holdfast.session')).rows, [{ n: 10 }]);
});

test('an organization the person is not in cannot be entered, and a session asserts only its own', async () => {
  await using world = await createWorld();
  const acme = await world.found('acme');
  await world.found('other');
  await assert.rejects(signIn(world, { ...good, organization: 'other' }), { code: 'session.no_organization' });
  const organization = '01920000-0000-7000-8000-000000000000';
  await assert.rejects(world.call('session.get', { credential: acme.credential, organization }), {
    code: 'auth.organization_mismatch',
  });
});
