// What browsers are told: hardening headers on every reply, and an exact list of origins for pages of others.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { sha256 } from '#crypto/hash.ts';
import { newNonce, pagePolicy } from './headers.ts';
import { ask, createEdgeWorld, type EdgeWorld, type Entered, exchangeRaw, type RawReply } from '#test/edge-world.ts';

describe('browsers at the edge', () => {
  let stage: EdgeWorld;
  let entered: Entered;
  const ALLOWED = 'https://app.example.org';
  before(async () => {
    stage = await createEdgeWorld({ settings: { HOLDFAST_CORS_ORIGINS: ALLOWED } });
    entered = await stage.enter();
  });
  after(() => stage[Symbol.asyncDispose]());

  const get = (path: string, ...headers: readonly string[]): Promise<RawReply> =>
    ask(stage.port, `GET ${path}`, { headers });

  test('every reply carries the hardening headers, names no software, and is kept by nobody', async () => {
    const replies = [
      await get('/health/live'),
      await get('/nope'),
      await get('/problems'),
      await get('/v1/models'),
      await get('/v1/models', `Authorization: Bearer ${entered.key}`),
      await ask(stage.port, 'OPTIONS /v1/models'),
      await ask(stage.port, 'PUT /v1/models'),
      await ask(stage.port, 'GET /', { host: 'evil.example' }),
      await exchangeRaw(stage.port, 'BROKEN\r\n\r\n'),
    ];
    for (const { headers, text } of replies) {
      const line = text.slice(0, 40);
      assert.equal(headers.get('x-content-type-options'), 'nosniff', line);
      assert.equal(headers.get('x-frame-options'), 'DENY', line);
      assert.equal(headers.get('referrer-policy'), 'no-referrer', line);
      assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin', line);
      assert.equal(headers.get('cross-origin-resource-policy'), 'same-origin', line);
      assert.equal(headers.get('x-xss-protection'), '0', line);
      assert.equal(headers.get('cache-control'), 'no-store', line);
      assert.match(headers.get('permissions-policy') ?? '', /camera=\(\)/, line);
      assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'.*frame-ancestors 'none'/, line);
      assert.doesNotMatch(headers.get('content-security-policy') ?? '', /unsafe/, line);
      assert.ok(headers.has('x-request-id'), line);
      for (const name of ['server', 'x-powered-by', 'strict-transport-security'])
        assert.ok(!headers.has(name), `${name} on ${line}`);
    }
  });

  test('a page lets nothing run and nothing load but its own style, named by its hash', async () => {
    const { headers, body } = await get('/problems/auth.invalid');
    const style = /<style>([^]*)<\/style>/.exec(body)?.[1] ?? '';
    const policy = headers.get('content-security-policy') ?? '';
    assert.ok(policy.includes(`style-src 'sha256-${sha256(style).toString('base64')}'`), policy);
    assert.match(policy, /^default-src 'none'/);
    assert.doesNotMatch(policy, /unsafe|script-src|https?:/);
  });

  test('a policy with a nonce names it alone, and no two nonces are the same', () => {
    const nonces = Array.from({ length: 50 }, newNonce);
    assert.equal(new Set(nonces).size, 50);
    for (const nonce of nonces) {
      assert.ok(nonce.length >= 22);
      const policy = pagePolicy({ nonce });
      assert.ok(policy.includes(`'nonce-${nonce}'`));
      assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval/);
    }
  });

  test('a listed origin may read replies without cookies; any other gets no word of CORS', async () => {
    const allowed = await get('/v1/models', `Origin: ${ALLOWED}`, `Authorization: Bearer ${entered.key}`);
    assert.equal(allowed.status, 200);
    assert.equal(allowed.headers.get('access-control-allow-origin'), ALLOWED);
    assert.match(allowed.headers.get('access-control-expose-headers') ?? '', /x-request-id/);
    assert.equal(allowed.headers.get('vary'), 'Origin');
    const refused = await get('/v1/models', `Origin: ${ALLOWED}`);
    assert.equal(refused.headers.get('access-control-allow-origin'), ALLOWED, 'errors are readable too');
    const foreign = [
      'https://evil.example',
      'https://app.example.org.evil.example',
      'http://app.example.org',
      'https://app.example.org:444',
      'https://APP.example.org',
      'null',
      '*',
    ];
    for (const origin of foreign) {
      const { headers } = await get('/v1/models', `Origin: ${origin}`, `Authorization: Bearer ${entered.key}`);
      assert.deepEqual(
        [...headers.keys()].filter((name) => name.startsWith('access-control-')),
        [],
        origin,
      );
      assert.equal(headers.get('vary'), 'Origin', origin);
    }
    for (const reply of [allowed, refused]) assert.ok(!reply.headers.has('access-control-allow-credentials'));
  });

  test('a preflight of a listed origin names methods and headers; of another it names nothing', async () => {
    const preflight = (origin: string, path = '/v1/chat/completions') =>
      ask(stage.port, `OPTIONS ${path}`, {
        headers: [
          `Origin: ${origin}`,
          'Access-Control-Request-Method: POST',
          'Access-Control-Request-Headers: authorization, x-request-id, idempotency-key, x-stainless-lang, x-evil',
        ],
      });
    const { status, headers } = await preflight(ALLOWED);
    assert.equal(status, 204);
    assert.equal(headers.get('access-control-allow-origin'), ALLOWED);
    assert.match(headers.get('access-control-allow-methods') ?? '', /\bPOST\b/);
    const names = (headers.get('access-control-allow-headers') ?? '').split(', ');
    for (const name of ['authorization', 'x-request-id', 'idempotency-key', 'if-match', 'x-stainless-lang'])
      assert.ok(names.includes(name), name);
    assert.ok(!names.includes('x-evil') && !names.includes('*') && !names.includes('cookie'));
    assert.ok(!headers.has('access-control-allow-credentials'));
    const foreign = await preflight('https://evil.example');
    assert.deepEqual(
      [...foreign.headers.keys()].filter((name) => name.startsWith('access-control-')),
      [],
    );
    assert.equal((await preflight(ALLOWED, '/nope')).status, 404);
  });
});
