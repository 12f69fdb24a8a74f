// What API keys promise, on a real database.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWorld } from '#test/world.ts';

const body = { name: 'ci', scopes: ['session:read'] };

test('a key is shown once, works, and is refused after its revocation', async () => {
  await using world = await createWorld();
  const { credential } = await world.found();
  const made = await world.call('api_key.create', { credential, body });
  const { id, key } = made.body as { id: string; key: string };
  assert.match(key, /^hf_live_/);
  const asKey = { credential: { kind: 'api_key', secret: key } } as const;
  const who = await world.call('session.get', asKey);
  assert.deepEqual((who.body as { permissions: string[] }).permissions, ['session:read']);
  await world.call('api_key.revoke', { credential, params: { apiKeyId: id } });
  await assert.rejects(world.call('session.get', asKey), { code: 'auth.invalid' });
  assert.equal(JSON.stringify((await world.call('api_key.list', { credential })).body).includes(key), false);
});

test('a key of one organization is a 404 for the owner of another', async () => {
  await using world = await createWorld();
  const acme = await world.found('acme');
  const other = await world.found('other');
  const made = await world.call('api_key.create', { credential: acme.credential, body });
  const params = { apiKeyId: (made.body as { id: string }).id };
  await assert.rejects(world.call('api_key.get', { credential: other.credential, params }), {
    code: 'resource.not_found',
  });
  await assert.rejects(world.call('api_key.revoke', { credential: other.credential, params }), {
    code: 'resource.not_found',
  });
  const seen = await world.call('api_key.list', { credential: other.credential });
  assert.deepEqual(seen.body, { items: [], nextCursor: null });
});
