// Providers: secrets go in and never come out; what changes is used at once.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { reveal, toSecret } from '#crypto/secret.ts';
import { createSecretReferences } from '../../start/secret-references.ts';
import { connectedProviders } from './connect.ts';
import { createWorld, type World } from '#test/world.ts';

const CANARY = 'sk-canary-7f3a9c21d4';
const body = { name: 'main', kind: 'openai_compatible', baseUrl: 'https://models.example.com/v1/', apiKey: CANARY };

async function orgIdOf(world: World, slug = 'acme'): Promise<string> {
  const { rows } = await world.admin('select org_id from holdfast.organization where slug = $1', [slug]);
  return (rows[0] as { org_id: string }).org_id;
}

test('a secret stands in no reply, no row in the clear, no audit event, and opens for the gateway', async () => {
  await using world = await createWorld();
  const { credential } = await world.found();
  const made = await world.call('provider.create', { credential, body });
  const listed = await world.call('provider.list', { credential });
  const { rows } = await world.admin(
    "select (select string_agg(p::text, '') from holdfast.provider p) || (select string_agg(a::text, '') from holdfast.audit_pending a) as everything",
  );
  assert.equal(JSON.stringify([made, listed, rows]).includes(CANARY), false);
  const [provider] = await connectedProviders(world.kernel.tools, await orgIdOf(world), 'now');
  assert.ok(provider?.secret);
  assert.equal(reveal(provider.secret, 'test.compare'), CANARY);
  assert.equal(provider.baseUrl, 'https://models.example.com/v1');
});

test('a sealed secret copied to another row or another organization does not open', async () => {
  await using world = await createWorld();
  const acme = await world.found('acme');
  const other = await world.found('other');
  await world.call('provider.create', { credential: acme.credential, body });
  await world.call('provider.create', {
    credential: acme.credential,
    body: { ...body, name: 'second', apiKey: 'sk-second' },
  });
  await world.call('provider.create', { credential: other.credential, body });
  const move = (from: string, to: string) =>
    world.admin(
      `update holdfast.provider p set secret = (select q.secret from holdfast.provider q join holdfast.organization o on o.org_id = q.org_id where ${from}) from holdfast.organization o where o.org_id = p.org_id and ${to}`,
    );
  await move("q.name = 'main' and o.slug = 'acme'", "p.name = 'second' and o.slug = 'acme'");
  await assert.rejects(connectedProviders(world.kernel.tools, await orgIdOf(world, 'acme'), '1'), {
    code: 'server.unavailable',
  });
  await move("q.name = 'main' and o.slug = 'acme'", "o.slug = 'other'");
  await assert.rejects(connectedProviders(world.kernel.tools, await orgIdOf(world, 'other'), '1'), {
    code: 'server.unavailable',
  });
});

test('what cannot be a provider is refused with its own error', async () => {
  await using world = await createWorld();
  const { credential } = await world.found();
  const create = (changed: object) => world.call('provider.create', { credential, body: { ...body, ...changed } });
  await create({});
  await assert.rejects(create({}), { code: 'provider.name_taken' });
  await assert.rejects(create({ name: 'b', baseUrl: undefined }), { code: 'provider.base_url_missing' });
  await assert.rejects(create({ name: 'c', apiKeyRef: 'env:OPENAI_API_KEY' }), { code: 'provider.secret_twice' });
  await assert.rejects(create({ name: 'd', apiKey: undefined, apiKeyRef: 'env:OPENAI_API_KEY' }), {
    code: 'provider.reference_refused',
  });
  for (const baseUrl of ['ftp://x', 'https://user:pass@x/v1', 'https://x/v1?key=1', 'x']) {
    await assert.rejects(create({ name: 'e', baseUrl }), { code: 'request.invalid' }, baseUrl);
  }
});

test('a change keeps what it does not name, replaces the secret when told, and respects If-Match', async () => {
  await using world = await createWorld();
  const { credential } = await world.found();
  const made = await world.call('provider.create', { credential, body });
  const params = { providerId: (made.body as { id: string }).id };
  const renamed = await world.call('provider.update', {
    credential,
    params,
    body: { name: 'renamed' },
    ifMatch: '"1"',
  });
  assert.deepEqual({ ...(renamed.body as object), version: 1, name: 'main' }, made.body);
  await assert.rejects(world.call('provider.update', { credential, params, body: { name: 'late' }, ifMatch: '"1"' }), {
    code: 'resource.changed',
  });
  await world.call('provider.update', { credential, params, body: { apiKey: 'sk-new' } });
  const [provider] = await connectedProviders(world.kernel.tools, await orgIdOf(world), 'later');
  assert.equal(provider?.secret && reveal(provider.secret, 'test.compare'), 'sk-new');
  await world.call('provider.delete', { credential, params });
  await assert.rejects(world.call('provider.get', { credential, params }), { code: 'resource.not_found' });
});

test('a secret does not move to another address unless it is given anew', async () => {
  await using world = await createWorld();
  const { credential } = await world.found();
  const made = await world.call('provider.create', { credential, body });
  const params = { providerId: (made.body as { id: string }).id };
  const move = (change: object) => world.call('provider.update', { credential, params, body: change });
  for (const baseUrl of [
    'https://evil.example.com/v1',
    'http://models.example.com/v1',
    'https://models.example.com:8443/v1',
    'https://models.example.com/v2',
    'https://models.example.com/v1/other-account',
    'https://models.example.com/V1',
  ]) {
    await assert.rejects(move({ baseUrl }), { code: 'provider.secret_needed' }, baseUrl);
  }
  for (const same of ['https://models.example.com/v1', 'https://MODELS.example.com:443/x/../v1/'])
    await move({ baseUrl: same });
  await move({ baseUrl: 'https://models.example.com/v2', apiKey: 'sk-for-v2' });
  await move({ baseUrl: 'https://other.example.com/v1', apiKey: 'sk-for-other' });
});

/** A world whose operator lets `env:KEY` go to one origin; what it holds can be exchanged. */
async function createReferenceWorld() {
  const world = await createWorld();
  const held = { value: 'sk-old' };
  const secretReferences = createSecretReferences(
    [{ reference: 'env:KEY', origin: 'https://models.example.com' }],
    () => toSecret(held.value),
  );
  const kernel = { ...world.kernel, tools: { ...world.kernel.tools, secretReferences } };
  return { world, held, kernel };
}

test('a secret by reference goes to the origin it is listed for, by no way to another', async () => {
  const { world, kernel } = await createReferenceWorld();
  await using _world = world;
  const { credential } = await world.found();
  const referenced = { ...body, apiKey: undefined, apiKeyRef: 'env:KEY' };
  const create = (changed: object) =>
    world.call('provider.create', { credential, body: { ...referenced, ...changed } }, kernel);
  const refused = { code: 'provider.reference_refused' };
  await assert.rejects(create({ baseUrl: 'https://evil.example.com/v1' }), refused);
  await assert.rejects(create({ kind: 'openai', baseUrl: undefined }), refused);
  const made = await create({});
  const params = { providerId: (made.body as { id: string }).id };
  const change = (wanted: object) => world.call('provider.update', { credential, params, body: wanted }, kernel);
  await assert.rejects(change({ baseUrl: 'https://evil.example.com/v1' }), { code: 'provider.secret_needed' });
  await assert.rejects(change({ baseUrl: 'https://evil.example.com/v1', apiKeyRef: 'env:KEY' }), refused);
  await change({ baseUrl: 'https://evil.example.com/v1', apiKey: 'sk-own' });
  await assert.rejects(change({ apiKeyRef: 'env:KEY' }), refused);
  await change({ baseUrl: 'https://models.example.com/v2', apiKeyRef: 'env:KEY' });
  await world.admin("update holdfast.provider set base_url = 'https://evil.example.com/v1'");
  await assert.rejects(connectedProviders(kernel.tools, await orgIdOf(world), 'x'), { code: 'server.unavailable' });
});

test('an opened secret is kept for a minute when it is a reference, for ten when it is sealed', async () => {
  const { world, held, kernel } = await createReferenceWorld();
  await using _world = world;
  const { credential } = await world.found('acme');
  await world.found('other').then((other) => world.call('provider.create', { credential: other.credential, body }));
  const referenced = { ...body, apiKey: undefined, apiKeyRef: 'env:KEY' };
  await world.call('provider.create', { credential, body: referenced }, kernel);
  const [acme, other] = [await orgIdOf(world, 'acme'), await orgIdOf(world, 'other')];
  const secretAt = async (nowMs: number) => {
    const [provider] = await connectedProviders(kernel.tools, acme, 'epoch', nowMs);
    return provider?.secret && reveal(provider.secret, 'test.compare');
  };
  assert.equal(await secretAt(0), 'sk-old');
  held.value = 'sk-new';
  assert.equal(await secretAt(59_999), 'sk-old');
  assert.equal(await secretAt(60_000), 'sk-new');
  const sealedAt = (nowMs: number) => connectedProviders(kernel.tools, other, 'epoch', nowMs);
  const first = await sealedAt(0);
  assert.equal(await sealedAt(599_999), first);
  assert.notEqual(await sealedAt(600_000), first);
});

test('the test route asks with the secret, says what is wrong in words, and never follows where it may not', async () => {
  let seen: string | undefined;
  const upstream = createServer((request, response) => {
    seen = request.headers.authorization;
    response.writeHead(seen === `Bearer ${CANARY}` ? 200 : 401, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ data: [{ id: 'm1' }] }));
  }).listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  const { port } = upstream.address() as AddressInfo;
  try {
    await using world = await createWorld({ outboundAllow: `127.0.0.1:${port}` });
    const { credential } = await world.found();
    const test = async (changed: object) => {
      const made = await world.call('provider.create', {
        credential,
        body: { ...body, name: JSON.stringify(changed), baseUrl: `http://127.0.0.1:${port}/v1`, ...changed },
      });
      const reply = await world.call('provider.test', {
        credential,
        params: { providerId: (made.body as { id: string }).id },
      });
      return reply.body as { ok: boolean; models: string[]; problem: string | null };
    };
    const good = await test({});
    assert.deepEqual(
      { ok: good.ok, models: good.models, seen },
      { ok: true, models: ['m1'], seen: `Bearer ${CANARY}` },
    );
    assert.match((await test({ apiKey: 'sk-wrong' })).problem ?? '', /refuses the secret/);
    assert.match((await test({ baseUrl: `http://127.0.0.1:${port + 1}/v1` })).problem ?? '', /HOLDFAST_OUTBOUND_ALLOW/);
  } finally {
    upstream.close();
  }
});
