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

test('a stored reply that shows the key again asks for a fresh proof, and showing it is in the log', async () => {
  await using world = await createWorld();
  const { credential } = await world.found();
  const call = { credential, body, idempotencyKey: 'once' };
  const first = await world.call('api_key.create', call);
  const again = await world.call('api_key.create', call);
  assert.deepEqual(again.body, first.body);
  const { rows } = await world.admin(
    "select count(*)::int as n from holdfast.audit_pending where action = 'secret.shown_again'",
  );
  assert.deepEqual(rows, [{ n: 1 }]);
  await world.admin("update holdfast.session set proven_at = now() - interval '16 minutes'");
  await assert.rejects(world.call('api_key.create', call), { code: 'auth.step_up' });
});

test('a refusal inside a transaction costs no connection', async () => {
  await using world = await createWorld();
  const { credential } = await world.found();
  const backends = async () => {
    const { rows } = await world.admin(
      "select pid from pg_stat_activity where application_name = 'holdfast requests' and datname = current_database() order by pid",
    );
    return rows;
  };
  await world.call('api_key.list', { credential });
  const before = await backends();
  const params = { apiKeyId: 'key_01m81d5967erbrgzmdwf2ep4pt' };
  for (let n = 0; n < 5; n += 1)
    await assert.rejects(world.call('api_key.get', { credential, params }), { code: 'resource.not_found' });
  assert.deepEqual(await backends(), before);
});
