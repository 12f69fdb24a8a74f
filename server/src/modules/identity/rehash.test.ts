// A hash of weaker parameters is made anew at sign-in, in nobody's way; and a proof is worth what the password is worth.
import { argon2Sync, randomBytes } from 'node:crypto';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { passwordParameters } from '#crypto/password.ts';
import type { HashQueue } from '#crypto/hash-queue.ts';
import { formatPhc, parsePhc } from '#crypto/phc.ts';
import type { Kernel } from '#kernel/kernel.ts';
import { fiftyTimes } from '#test/fifty-times.ts';
import { newestToken, workThrough } from '#test/outbox.ts';
import { createWorld, PASSWORD, type World } from '#test/world.ts';

const email = 'owner@acme.example';
const OTHER = 'another-Horse-battery-8';

/** As an import or an older release would have stored it. */
function weakHash(password: string): string {
  const parameters = { memoryKib: 4_096, passes: 1, parallelism: 1 };
  const salt = randomBytes(16);
  const input = {
    message: Buffer.from(password),
    nonce: salt,
    memory: 4_096,
    passes: 1,
    parallelism: 1,
    tagLength: 32,
  };
  return formatPhc({ parameters, salt, hash: argon2Sync('argon2id', input) });
}

const weaken = (world: World) => world.admin('update holdfast.password set hash = $1', [weakHash(PASSWORD)]);
const signIn = (world: World, on?: Kernel, password = PASSWORD) =>
  world.call('session.create', { body: { email, password } }, on);

async function storedHash(world: World): Promise<string> {
  const { rows } = await world.admin('select hash from holdfast.password');
  return (rows as readonly { readonly hash: string }[])[0]?.hash ?? '';
}

const parametersOf = (phc: string) => parsePhc(phc)?.parameters;

test('fifty sign-ins at once on two servers with a hash of weaker parameters all succeed, and leave one of today', async () => {
  await using world = await createWorld();
  await world.found();
  await weaken(world);
  assert.deepEqual(await fiftyTimes(world, (on) => signIn(world, on)), { done: 50 });
  assert.deepEqual(parametersOf(await storedHash(world)), passwordParameters);
  await signIn(world);
  assert.deepEqual(world.unexpected, []);
});

test('a hash that is as good as today’s stays as it is', async () => {
  await using world = await createWorld();
  await world.found();
  const before = await storedHash(world);
  await signIn(world);
  assert.equal(await storedHash(world), before);
});

test('where no more hashes may wait, the sign-in goes on with the old one', async () => {
  await using world = await createWorld();
  await world.found();
  await weaken(world);
  const before = await storedHash(world);
  const { passwords } = world.kernel.tools;
  let runs = 0;
  const fullAfterOne: HashQueue = {
    stats: () => passwords.stats(),
    run: (job) => ((runs += 1) === 1 ? passwords.run(job) : Promise.resolve({ ok: false, reason: 'busy' })),
  };
  await signIn(world, { ...world.kernel, tools: { ...world.kernel.tools, passwords: fullAfterOne } });
  assert.deepEqual([runs, await storedHash(world)], [2, before]);
});

test('a wrong password makes no hash anew', async () => {
  await using world = await createWorld();
  await world.found();
  await weaken(world);
  const before = await storedHash(world);
  await assert.rejects(signIn(world, undefined, 'wrong'), { code: 'session.wrong_credentials' });
  assert.equal(await storedHash(world), before);
});

/** A kernel on which something happens right after a password was looked up, and before it is compared. */
function between(world: World, happens: () => Promise<unknown>): Kernel {
  const { lookup } = world.kernel.tools;
  const interrupted: typeof lookup = async <Row>(
    name: string,
    args: readonly unknown[],
    lane?: Parameters<typeof lookup>[2],
  ) => {
    const rows = await lookup<Row>(name, args, lane);
    if (name === 'find_password') await happens();
    return rows;
  };
  return { ...world.kernel, tools: { ...world.kernel.tools, lookup: interrupted } };
}

for (const [kind, prepare] of [
  ['a hash of today', async () => undefined],
  ['a hash of weaker parameters', weaken],
] as const)
  test(`a sign-in that looked at ${kind} before a reset opens nothing after it, and takes nothing back`, async () => {
    await using world = await createWorld();
    await world.found();
    await prepare(world);
    await world.call('account.request_reset', { body: { email } });
    await workThrough(world);
    const token = await newestToken(world, email, 'password_reset');
    const reset = () => world.call('account.reset_password', { body: { token, newPassword: OTHER } });
    await assert.rejects(signIn(world, between(world, reset)), { code: 'session.wrong_credentials' });
    assert.deepEqual((await world.admin('select 1 from holdfast.session')).rows, []);
    await assert.rejects(signIn(world), { code: 'session.wrong_credentials' });
    await signIn(world, undefined, OTHER);
  });

test('a sign-in that looked at the password before the hash was made anew still opens a session', async () => {
  await using world = await createWorld();
  await world.found();
  await weaken(world);
  await signIn(
    world,
    between(world, () => signIn(world)),
  );
  assert.deepEqual(parametersOf(await storedHash(world)), passwordParameters);
});

test('a password that was changed to the very same is another: what was proven before is worth nothing', async () => {
  await using world = await createWorld();
  const { credential } = await world.found();
  const change = () =>
    world.call('account.change_password', { credential, body: { currentPassword: PASSWORD, newPassword: PASSWORD } });
  await assert.rejects(signIn(world, between(world, change)), { code: 'session.wrong_credentials' });
  await signIn(world);
});
