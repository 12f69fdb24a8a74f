// The lock of an account: after ten failures from anywhere, for longer each time, the same for accounts that do not exist.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { startWorker } from '#jobs/worker.ts';
import type { Kernel } from '#kernel/kernel.ts';
import { joinOrganization } from '#test/people.ts';
import { newestToken, until, workThrough } from '#test/outbox.ts';
import { createWorld, PASSWORD, type World, WIDE_LIMITS } from '#test/world.ts';

const email = 'owner@acme.example';
const NOBODY = 'nobody@acme.example';
let addresses = 0;

/** The product's own number of failures; those of an address are wide, since each attempt here comes from another. */
function locking(kernel: Kernel): Kernel {
  const signInFailures = { account: WIDE_LIMITS.sign_in, address: WIDE_LIMITS.sign_in };
  return { ...kernel, tools: { ...kernel.tools, signInFailures } };
}

/** Counts the passwords that were hashed. */
function counting(kernel: Kernel): { readonly kernel: Kernel; readonly hashes: () => number } {
  const { passwords } = kernel.tools;
  let hashes = 0;
  const counted: typeof passwords = {
    stats: () => passwords.stats(),
    run: (job) => {
      hashes += 1;
      return passwords.run(job);
    },
  };
  return { kernel: { ...kernel, tools: { ...kernel.tools, passwords: counted } }, hashes: () => hashes };
}

type Ending = { readonly code: string; readonly retryAfter: number };

async function attempt(world: World, on: Kernel, password: string, as = email): Promise<Ending> {
  addresses += 1;
  const address = `198.51.100.${String(addresses % 250)}`;
  const caller = { address, addressKey: `${address}/${String(addresses)}`, device: 'x' };
  const ended: unknown = await world
    .call('session.create', { body: { email: as, password }, caller }, on)
    .catch((error: unknown) => error);
  if (!(ended instanceof Error)) return { code: 'in', retryAfter: 0 };
  const { code, headers } = ended as unknown as { code: string; headers: Readonly<Record<string, string>> };
  return { code, retryAfter: Number(headers['retry-after'] ?? 0) };
}

const fail = async (world: World, on: Kernel, times: number, as = email): Promise<void> => {
  for (let n = 0; n < times; n += 1)
    assert.equal((await attempt(world, on, 'wrong', as)).code, 'session.wrong_credentials');
};

/** As if time had passed for all counters. */
const pass = (world: World, minutes: number) =>
  world.admin(
    `update holdfast.account_lock set locked_until = locked_until - make_interval(mins => $1), last_at = last_at - make_interval(mins => $1),
       locked_at = locked_at - make_interval(mins => $1),
       failed_at = array(select f - make_interval(mins => $1) from unnest(failed_at) f)`,
    [minutes],
  );

test('of fifty guesses at once over two servers, each from another address, ten reach the hasher and the rest are told when', async () => {
  await using world = await createWorld();
  await world.found();
  const other = await world.openReplica();
  const replicas = [world.kernel, other.kernel].map((kernel) => counting(locking(kernel)));
  const endings = await Promise.all(
    Array.from({ length: 50 }, (_, n) => attempt(world, replicas[n % 2]?.kernel ?? world.kernel, 'wrong')),
  );
  assert.equal(
    replicas.reduce((sum, { hashes }) => sum + hashes(), 0),
    10,
  );
  assert.equal(endings.filter(({ code }) => code === 'session.wrong_credentials').length, 10);
  const refused = endings.filter(({ code }) => code === 'rate.exceeded');
  assert.equal(refused.length, 40);
  for (const { retryAfter } of refused) assert.ok(retryAfter > 270 && retryAfter <= 300, String(retryAfter));
  assert.deepEqual(world.unexpected, []);
});

test('an address without an account is counted, locked and answered like one that has one', async () => {
  await using world = await createWorld();
  await world.found();
  const answers: unknown[] = [];
  for (const as of [email, NOBODY]) {
    const { kernel, hashes } = counting(locking(world.kernel));
    const codes: string[] = [];
    for (let n = 0; n < 12; n += 1) codes.push((await attempt(world, kernel, 'wrong', as)).code);
    const { rows } = await world.admin(
      'select cardinality(failed_at) as failed, locks, locked_until - locked_at as locked from holdfast.account_lock order by last_at desc limit 1',
    );
    answers.push({ codes, hashes: hashes(), rows });
  }
  assert.deepEqual(answers[0], answers[1]);
  const { rows } = await world.admin('select count(*)::int as n from holdfast.account_lock');
  assert.deepEqual(rows, [{ n: 2 }]);
});

test('the right password is refused like a wrong one while the lock lasts, in whatever case the address is written, and opens after it', async () => {
  await using world = await createWorld();
  await world.found();
  const on = locking(world.kernel);
  await fail(world, on, 10);
  for (const as of [email, email.toUpperCase()])
    assert.equal((await attempt(world, on, PASSWORD, as)).code, 'rate.exceeded');
  await pass(world, 4);
  assert.equal((await attempt(world, on, PASSWORD)).code, 'rate.exceeded');
  await pass(world, 1);
  assert.equal((await attempt(world, on, PASSWORD)).code, 'in');
});

test('each lock within a day lasts twice as long, an hour at most; after a quiet day it is five minutes again', async () => {
  await using world = await createWorld();
  await world.found();
  const on = locking(world.kernel);
  const minutes: number[] = [];
  const lockOnce = async (): Promise<void> => {
    await fail(world, on, 10);
    minutes.push(Math.ceil((await attempt(world, on, 'wrong')).retryAfter / 60));
  };
  for (let n = 0; n < 6; n += 1) {
    await lockOnce();
    await pass(world, minutes.at(-1) ?? 0);
  }
  await pass(world, 24 * 60);
  await lockOnce();
  assert.deepEqual(minutes, [5, 10, 20, 40, 60, 60, 5]);
});

test('failures count for fifteen minutes, and a sign-in makes those before it count no more', async () => {
  await using world = await createWorld();
  await world.found();
  const on = locking(world.kernel);
  await fail(world, on, 9);
  await pass(world, 15);
  await fail(world, on, 9);
  assert.equal((await attempt(world, on, PASSWORD)).code, 'in');
  await fail(world, on, 9);
  assert.equal((await attempt(world, on, PASSWORD)).code, 'in');
  assert.deepEqual((await world.admin('select 1 from holdfast.account_lock')).rows, []);
});

test('the tenth attempt that is right locks nobody, and the locks before still count', async () => {
  await using world = await createWorld();
  await world.found();
  const on = locking(world.kernel);
  await fail(world, on, 10);
  await pass(world, 5);
  await fail(world, on, 9);
  assert.equal((await attempt(world, on, PASSWORD)).code, 'in');
  await fail(world, on, 10);
  assert.equal(Math.ceil((await attempt(world, on, PASSWORD)).retryAfter / 60), 10);
});

test('a password that nobody could look at counts as no failure, and the lock it brought about is none', async () => {
  await using world = await createWorld();
  await world.found();
  const on = locking(world.kernel);
  const full = { run: async () => ({ ok: false, reason: 'busy' }) as const, stats: () => ({ running: 0, waiting: 0 }) };
  const busy = { ...on, tools: { ...on.tools, passwords: full } };
  await fail(world, on, 9);
  for (let n = 0; n < 3; n += 1) assert.equal((await attempt(world, busy, PASSWORD)).code, 'server.busy');
  await fail(world, on, 1);
  assert.equal((await attempt(world, on, PASSWORD)).code, 'rate.exceeded');
});

test('nobody locks the probes of the installation, and so keeps its controls from looking', async () => {
  await using world = await createWorld();
  await world.found();
  await world.admin("update holdfast.person set email = 'one@probe.invalid'");
  const on = locking(world.kernel);
  for (const as of ['one@probe.invalid', 'nobody@probe.invalid']) await fail(world, on, 12, as);
  assert.equal((await attempt(world, on, PASSWORD, 'one@probe.invalid')).code, 'in');
  assert.deepEqual((await world.admin('select 1 from holdfast.account_lock')).rows, []);
});

test('one account that is locked is no other', async () => {
  await using world = await createWorld();
  const acme = { ...(await world.found('acme')), slug: 'acme' };
  const person = await joinOrganization(world, acme, 'member');
  const on = locking(world.kernel);
  await fail(world, on, 10);
  assert.equal((await attempt(world, on, PASSWORD, person.email)).code, 'in');
});

test('a reset by mail ends the lock', async () => {
  await using world = await createWorld();
  await world.found();
  const on = locking(world.kernel);
  await fail(world, on, 10);
  assert.equal((await attempt(world, on, PASSWORD)).code, 'rate.exceeded');
  await world.call('account.request_reset', { body: { email } });
  await workThrough(world);
  const token = await newestToken(world, email, 'password_reset');
  await world.call('account.reset_password', { body: { token, newPassword: 'another-Horse-battery-8' } });
  assert.equal((await attempt(world, on, 'another-Horse-battery-8')).code, 'in');
});

test('what is stored names no address, and is forgotten when it is over', async () => {
  await using world = await createWorld();
  await world.found();
  const on = locking(world.kernel);
  await fail(world, on, 1, NOBODY);
  await fail(world, on, 10);
  const stored = async (): Promise<readonly number[]> => {
    const { rows } = await world.admin('select locks, l::text as text from holdfast.account_lock l order by 1');
    const kept = rows as readonly { readonly locks: number; readonly text: string }[];
    assert.ok(kept.every(({ text }) => !text.includes('acme') && !text.includes('nobody')));
    return kept.map(({ locks }) => locks);
  };
  const worker = startWorker({
    kernel: world.kernel,
    pollMs: 20,
    onFailure: ({ error }) => world.unexpected.push(error),
  });
  const tidiedTo = (locks: readonly number[]) =>
    until(async () => {
      await world.admin("update holdfast.job set run_at = now() where kind = 'identity.forget_devices'");
      return isDeepStrictEqual(await stored(), locks);
    });
  assert.deepEqual(await stored(), [0, 1]);
  await pass(world, 16);
  await tidiedTo([1]);
  await pass(world, 24 * 60);
  await tidiedTo([]);
  await worker.stop();
  assert.deepEqual(world.unexpected, []);
});
