// The door to the audit log: a secret that somebody put where a name belongs does not come through it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatApiKey } from '@holdfast/protocol/api-key.ts';
import { newUuid } from '#crypto/random.ts';
import { createWorld } from '#test/world.ts';

test('a key in a name, and one given as the id of a request, are masked in the event and left in place', async () => {
  await using world = await createWorld();
  const { credential } = await world.found();
  const key = formatApiKey({ uuid: newUuid(), secretBytes: new Uint8Array(32).fill(7) });
  const requestId = 'ghp_0123456789abcdefghijABCDEFGHIJ';
  const body = { name: `ci ${key}`, scopes: ['audit:verify', 'models:use'] };
  const reply = await world.call('api_key.create', { credential, requestId, body });
  assert.equal((reply.body as { name: string }).name, body.name);
  const { rows } = await world.admin(
    "select facts, request_id from holdfast.audit_pending where action = 'api_key.created'",
  );
  assert.deepEqual(rows, [
    {
      facts: { name: 'ci [masked:holdfast_key]', scopes: body.scopes, expiresInDays: 90 },
      request_id: '[masked:github_key]',
    },
  ]);
});
