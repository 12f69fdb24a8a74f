// Who a request is from, over real sockets: credentials, cookies of other sites' pages, forged headers, foreign hosts.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ask, codeOf, createEdgeWorld, type EdgeWorld, type Entered, type RawReply } from '#test/edge-world.ts';

describe('callers at the edge', () => {
  let stage: EdgeWorld;
  let entered: Entered;
  let other: Entered;
  before(async () => {
    stage = await createEdgeWorld();
    entered = await stage.enter();
    other = await stage.enter('umbrella');
  });
  after(() => stage[Symbol.asyncDispose]());

  const get = (path: string, ...headers: readonly string[]): Promise<RawReply> =>
    ask(stage.port, `GET ${path}`, { headers });
  const bearer = (key: string): string => `Authorization: Bearer ${key}`;
  const JSON_TYPE = 'Content-Type: application/json';

  test('a key counts in Authorization whatever the case of its scheme, and in X-API-Key', async () => {
    for (const line of [bearer(entered.key), `authorization: bearer ${entered.key}`, `X-API-Key: ${entered.key}`])
      assert.equal((await get('/v1/models', line)).status, 200, line);
    assert.equal((await get('/v1/models', bearer(entered.key), `X-API-Key: ${entered.key}`)).status, 200);
  });

  test('a bad credential is 401 on every path, unknown ones and pages too', async () => {
    const bad = [
      'Authorization: Bearer nonsense',
      'Authorization: Bearer hf_live_nonsense',
      `Authorization: Bearer ${entered.key.slice(0, -1)}${entered.key.endsWith('x') ? 'y' : 'x'}`,
      `Authorization: Bearer  ${entered.key}`,
      `Authorization: Bearer ${entered.key} ${entered.key}`,
      `Authorization: ${entered.key}`,
      'Authorization: Basic dXNlcjpwYXNz',
      'Authorization:',
      'X-API-Key: sk-other',
    ];
    const paths = [
      '/v1/models',
      '/api/v1/organization',
      '/api/v1/setup',
      '/nope',
      '/health/live',
      '/problems',
      '/.well-known/security.txt',
    ];
    for (const line of bad) {
      for (const path of paths) {
        const reply = await get(path, line);
        assert.equal(reply.status, 401, `${line} on ${path}`);
        assert.match(reply.headers.get('www-authenticate') ?? '', /^Bearer /);
      }
    }
  });

  test('two credentials that differ are refused, and the same header twice', async () => {
    const twice = [
      [bearer(entered.key), bearer(entered.key)],
      [bearer(entered.key), `X-API-Key: ${other.key}`],
      [`X-API-Key: ${entered.key}`, `X-API-Key: ${entered.key}`],
      [`Cookie: ${entered.cookie}`, `Cookie: ${entered.cookie}`],
      [`Cookie: ${entered.cookie}; ${other.cookie}`],
      ['X-Request-ID: one-id-here', 'X-Request-ID: another-id'],
      [`Host: localhost:${stage.port}`],
      ['Idempotency-Key: a', 'Idempotency-Key: a', bearer(entered.key)],
    ];
    for (const headers of twice) {
      const reply = await get('/v1/models', ...headers);
      assert.equal(reply.status, 400, headers.join());
      assert.match(reply.body, /request\.duplicate_header/, headers.join());
    }
  });

  test('beside a key the cookie is ignored', async () => {
    const reply = await get('/api/v1/session', bearer(entered.key), `Cookie: ${entered.cookie}`);
    assert.equal(codeOf(reply), 'auth.forbidden', 'a key for models has no session');
    assert.equal((await get('/api/v1/session', `Cookie: ${entered.cookie}`)).status, 200);
    assert.equal((await get('/v1/models', 'Authorization: Bearer nonsense', `Cookie: ${entered.cookie}`)).status, 401);
  });

  test('a stale session is none on a public route and a page, and 401 elsewhere', async () => {
    const stale = `Cookie: ${stage.cookieName}=${'A'.repeat(43)}`;
    assert.equal((await get('/api/v1/setup', stale)).status, 200);
    assert.equal((await get('/problems', stale)).status, 200);
    for (const path of ['/api/v1/session', '/nope']) assert.equal((await get(path, stale)).status, 401, path);
  });

  test('a page of another site cannot act with the cookie, and a key is never asked where it comes from', async () => {
    const origin = `http://localhost:${stage.port}`;
    const send = (...headers: readonly string[]) =>
      ask(stage.port, 'PATCH /api/v1/organization', { headers: [JSON_TYPE, ...headers], body: '{"name":"Renamed"}' });
    const cookie = `Cookie: ${entered.cookie}`;
    const foreign = [
      ['Sec-Fetch-Site: cross-site'],
      ['Sec-Fetch-Site: same-site'],
      ['Origin: https://evil.example'],
      ['Origin: null'],
      [`Origin: https://localhost:${stage.port}`],
      [`Origin: http://127.0.0.1:${stage.port}`],
      [`Origin: http://localhost:${stage.port + 1}`],
      ['Sec-Fetch-Site: same-origin', 'Origin: https://evil.example'],
      ['Sec-Fetch-Site: cross-site', `Origin: ${origin}`],
      ['Sec-Fetch-Site: SAME-ORIGIN'],
    ];
    for (const headers of foreign)
      assert.equal(codeOf(await send(cookie, ...headers)), 'request.cross_site', headers.join());
    for (const headers of [['Sec-Fetch-Site: same-origin'], ['Sec-Fetch-Site: none'], [`Origin: ${origin}`]])
      assert.equal((await send(cookie, ...headers)).status, 200, headers.join());
    assert.equal(codeOf(await send(bearer(entered.key), 'Sec-Fetch-Site: cross-site')), 'auth.forbidden');
    assert.equal(codeOf(await send('Authorization: Bearer bad', 'Origin: https://evil.example')), 'auth.invalid');
  });

  test('a page of another site cannot sign anybody in, and its attempt is on record', async () => {
    const reply = await ask(stage.port, 'POST /api/v1/session', {
      headers: [JSON_TYPE, 'Origin: https://evil.example', 'Sec-Fetch-Site: cross-site'],
      body: '{"email":"owner@acme.example","password":"x"}',
    });
    assert.equal(codeOf(reply), 'request.cross_site');
    await stage.parts.kernel.recorder.flush();
    const { rows } = await stage.world.admin(
      `select sum(count)::int as times from holdfast.denial_tally where reason = 'request.cross_site' and source = '127.0.0.1'`,
    );
    assert.ok((rows[0] as { readonly times: number }).times >= 1);
  });

  test('a forged tenant header changes nothing, and the assertion of one can only refuse', async () => {
    const cookie = `Cookie: ${entered.cookie}`;
    const forged = [
      'X-Org-Id',
      'X-Tenant-Id',
      'X-Organization',
      'X-Organization-Id',
      'Holdfast-Org',
      'Holdfast-Org-Id',
      'OpenAI-Organization',
    ];
    for (const name of forged) {
      const reply = await get('/api/v1/organization', cookie, `${name}: ${other.organizationId}`);
      assert.equal(reply.status, 200, name);
      assert.equal((JSON.parse(reply.body) as { readonly id: string }).id, entered.organizationId, name);
    }
    const same = await get('/api/v1/organization', cookie, `Holdfast-Organization: ${entered.organizationId}`);
    assert.equal(same.status, 200);
    const foreign = await get('/api/v1/organization', cookie, `Holdfast-Organization: ${other.organizationId}`);
    assert.equal(codeOf(foreign), 'auth.organization_mismatch');
    assert.equal(codeOf(await get('/api/v1/organization', cookie, 'Holdfast-Organization: acme')), 'request.invalid');
  });

  test('only our own names are served, with our port; anything else is 421 with the fix', async () => {
    for (const host of [
      `localhost:${stage.port}`,
      `LOCALHOST:${stage.port}`,
      `127.0.0.1:${stage.port}`,
      `[::1]:${stage.port}`,
    ])
      assert.equal((await ask(stage.port, 'GET /health/live', { host })).status, 200, host);
    const foreign = [
      'evil.example',
      'localhost',
      `localhost:${stage.port + 1}`,
      `evil.example:${stage.port}`,
      `localhost:${stage.port}@evil`,
      `localhost.:${stage.port}`,
      '',
      ' ',
      `0.0.0.0:${stage.port}`,
      'a\u00e9',
    ];
    for (const host of foreign) {
      const reply = await ask(stage.port, 'GET /health/live', { host });
      assert.equal(reply.status, 421, JSON.stringify(host));
      assert.equal(codeOf(reply), 'request.misdirected');
      assert.match((JSON.parse(reply.body) as { readonly detail: string }).detail, /Only http:\/\/localhost:\d+/);
      assert.equal(reply.headers.get('connection'), 'close');
    }
  });

  test('a forwarding header from a proxy nobody declared is 421, whatever it says', async () => {
    for (const line of [
      'X-Forwarded-For: 10.0.0.1',
      'Forwarded: for=10.0.0.1',
      'X-Real-IP: 10.0.0.1',
      'X-Forwarded-Host: evil.example',
      'CF-Connecting-IP: 1.2.3.4',
    ])
      assert.equal(codeOf(await get('/api/v1/setup', line)), 'request.misdirected', line);
  });

  test('a request id is kept where it is harmless, and made where it is not', async () => {
    assert.equal(
      (await get('/health/live', 'X-Request-ID: my.trace_01-a')).headers.get('x-request-id'),
      'my.trace_01-a',
    );
    for (const id of ['short', 'a'.repeat(65), 'with space', 'new\u00e9', '{"a":1}', 'a;b=c;d=e'])
      assert.match(
        (await get('/health/live', `X-Request-ID: ${id}`)).headers.get('x-request-id') ?? '',
        /^req_[0-9a-z]{26}$/,
        id,
      );
  });

  test('an idempotency key is kept and answers the same request with the same reply', async () => {
    const headers = [JSON_TYPE, `Cookie: ${entered.cookie}`, 'Sec-Fetch-Site: same-origin', 'Idempotency-Key: once-1'];
    const body = '{"name":"idempotent","scopes":["models:use"]}';
    const first = await ask(stage.port, 'POST /api/v1/api-keys', { headers, body });
    const second = await ask(stage.port, 'POST /api/v1/api-keys', { headers, body });
    assert.equal(first.status, 201);
    assert.equal(second.headers.get('idempotency-replayed'), 'true');
    assert.equal(second.body, first.body);
    assert.equal(first.headers.get('cache-control'), 'no-store');
  });

  test('nothing unexpected happened, and the log holds no credential, path or query', async () => {
    assert.equal((await get('/api/v1/api-keys/key_secretpart?token=querypart')).status, 401);
    assert.deepEqual(stage.world.unexpected, []);
    assert.doesNotMatch(JSON.stringify(stage.lines), /hf_live_|__Host-|secretpart|querypart|evil\.example/);
  });
});
