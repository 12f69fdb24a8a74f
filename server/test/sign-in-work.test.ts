// Who guesses learns nothing from the work a guess costs, nor from an id without its secret.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatApiKey } from '@holdfast/protocol/api-key.ts';
import { decodeId } from '@holdfast/protocol/ids.ts';
import { newSecretBytes } from '#crypto/random.ts';
import { reveal } from '#crypto/secret.ts';
import { joinOrganization, makeKey } from './people.ts';
import { createWorld, PASSWORD, type World } from './world.ts';

/** How many passwords were hashed for one sign-in, and how it ended. */
async function signInCounted(world: World, email: string, password: string) {
  const { passwords } = world.kernel.tools;
  let hashes = 0;
  const counting: typeof passwords = {
    stats: () => passwords.stats(),
    run: (job) => {
      hashes += 1;
      return passwords.run(job);
    },
  };
  const kernel = { ...world.kernel, tools: { ...world.kernel.tools, passwords: counting } };
  const ended: unknown = await world
    .call('session.create', { body: { email, password } }, kernel)
    .catch((error: unknown) => error);
  return { hashes, code: ended instanceof Error && 'code' in ended ? ended.code : 'signed in' };
}

test('an unknown account costs as many hashes as a wrong password, and so does a suspended one', async () => {
  await using world = await createWorld();
  const acme = { ...(await world.found('acme')), slug: 'acme' };
  const suspended = await joinOrganization(world, acme, 'member');
  await world.admin("update holdfast.person set status = 'suspended' where user_id = $1", [suspended.userId]);
  assert.deepEqual(await signInCounted(world, 'owner@acme.example', PASSWORD), { hashes: 1, code: 'signed in' });
  const refused = { hashes: 1, code: 'session.wrong_credentials' };
  assert.deepEqual(await signInCounted(world, 'owner@acme.example', 'wrong-Horse-battery-7'), refused);
  assert.deepEqual(await signInCounted(world, 'nobody@acme.example', PASSWORD), refused);
  assert.deepEqual(await signInCounted(world, suspended.email, PASSWORD), refused);
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
