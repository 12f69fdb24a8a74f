// Who guesses learns nothing from the work a guess costs, nor from an id without its secret.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatApiKey } from '@holdfast/protocol/api-key.ts';
import { decodeId } from '@holdfast/protocol/ids.ts';
import { newSecretBytes } from '#crypto/random.ts';
import { reveal, toSecret } from '#crypto/secret.ts';
import type { CallerFacts } from '#kernel/context.ts';
import { joinOrganization, makeKey } from './people.ts';
import { createWorld, PASSWORD, type World } from './world.ts';

const CALLER: CallerFacts = { address: '127.0.0.1', addressKey: '127.0.0.1', device: 'test' };

/** How many passwords were hashed for one sign-in, what the database was asked, and how it ended. */
async function signInCounted(world: World, email: string, password: string, caller = CALLER) {
  const { passwords } = world.kernel.tools;
  let hashes = 0;
  const counting: typeof passwords = {
    stats: () => passwords.stats(),
    run: (job) => {
      hashes += 1;
      return passwords.run(job);
    },
  };
  // The lock of the product, and each look-up that is made.
  const { lookup, signInFailures } = world.kernel.tools;
  const lookups: string[] = [];
  const listing: typeof lookup = (name, args, lane) => {
    lookups.push(name);
    return lookup(name, args, lane);
  };
  const { account, address } = signInFailures;
  const tools = { ...world.kernel.tools, passwords: counting, lookup: listing, signInFailures: { account, address } };
  const kernel = { ...world.kernel, tools };
  const ended: unknown = await world
    .call('session.create', { body: { email, password }, caller }, kernel)
    .catch((error: unknown) => error);
  return { hashes, lookups, code: ended instanceof Error && 'code' in ended ? ended.code : 'signed in' };
}

test('an unknown account costs as many hashes as a wrong password, and so does a suspended one', async () => {
  await using world = await createWorld();
  const acme = { ...(await world.found('acme')), slug: 'acme' };
  const suspended = await joinOrganization(world, acme, 'member');
  await world.admin("update holdfast.person set status = 'suspended' where user_id = $1", [suspended.userId]);
  const { hashes, code } = await signInCounted(world, 'owner@acme.example', PASSWORD);
  assert.deepEqual({ hashes, code }, { hashes: 1, code: 'signed in' });
  const refused = {
    hashes: 1,
    lookups: ['begin_account_attempt', 'find_password'],
    code: 'session.wrong_credentials',
  };
  assert.deepEqual(await signInCounted(world, 'owner@acme.example', 'wrong-Horse-battery-7'), refused);
  assert.deepEqual(await signInCounted(world, 'nobody@acme.example', PASSWORD), refused);
  assert.deepEqual(await signInCounted(world, suspended.email, PASSWORD), refused);
});

test('a locked account costs no hash, whether there is one or not', async () => {
  await using world = await createWorld();
  await world.found('acme');
  for (const email of ['owner@acme.example', 'nobody@acme.example']) {
    for (let n = 0; n < 10; n += 1) await signInCounted(world, email, 'wrong-Horse-battery-7');
    for (const password of [PASSWORD, 'wrong-Horse-battery-7'])
      assert.deepEqual(await signInCounted(world, email, password), {
        hashes: 0,
        lookups: ['begin_account_attempt'],
        code: 'rate.exceeded',
      });
  }
});

test('a device that somebody brings costs the same for accounts that are not its own, whether they exist or not', async () => {
  await using world = await createWorld();
  await world.found('acme');
  await world.found('other');
  const signedIn = await world.call('session.create', { body: { email: 'owner@acme.example', password: PASSWORD } });
  const deviceToken = toSecret((signedIn.cookies?.[0] ?? '').slice('device='.length));
  const caller = { ...CALLER, deviceToken };
  const wrong = (email: string) => signInCounted(world, email, 'wrong-Horse-battery-7', caller);
  const refused = {
    hashes: 1,
    lookups: ['find_device', 'begin_account_attempt', 'find_password'],
    code: 'session.wrong_credentials',
  };
  assert.deepEqual(await wrong('owner@other.example'), refused);
  assert.deepEqual(await wrong('nobody@acme.example'), refused);
  assert.deepEqual(await wrong('owner@acme.example'), { ...refused, lookups: ['find_device', 'find_password'] });
});

test('a key with the right id and another secret is nobody’s', async () => {
  await using world = await createWorld();
  const { credential } = await world.found();
  const made = await makeKey(world, credential, ['session:read']);
  const uuid = decodeId('key', made.id) ?? assert.fail();
  const forged = formatApiKey({ uuid, secretBytes: reveal(newSecretBytes(32), 'test.key') });
  await assert.rejects(world.call('session.get', { credential: { kind: 'api_key', secret: forged } }), {
    code: 'auth.invalid',
  });
  assert.equal((await world.call('session.get', { credential: made.credential })).status, 200);
});
