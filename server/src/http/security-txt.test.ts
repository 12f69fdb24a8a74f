// Tests that a researcher always finds where to go: security.txt is there, and what it names is there too.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, createEdgeWorld } from '#test/edge-world.ts';

test('without a configured contact security.txt names the page of the installation, which is served', async () => {
  await using stage = await createEdgeWorld();
  const { status, body } = await ask(stage.port, 'GET /.well-known/security.txt');
  assert.equal(status, 200);
  const valueOf = (field: string): string => new RegExp(`^${field}: (.+)$`, 'm').exec(body)?.[1] ?? '';
  const page = `http://localhost:${stage.port}/security`;
  assert.deepEqual([valueOf('Contact'), valueOf('Policy')], [page, page]);
  assert.doesNotMatch(body, /^Encryption/m);
  const served = await ask(stage.port, `GET ${new URL(valueOf('Contact')).pathname}`);
  assert.equal(served.status, 200);
  assert.match(served.headers.get('content-type') ?? '', /^text\/html/);
  assert.match(served.body, /Report a weakness/);
});
