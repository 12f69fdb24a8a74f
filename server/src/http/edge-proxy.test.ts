// An exposed server behind a declared proxy: whom it believes, and about what.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  ask,
  codeOf,
  createEdgeWorld,
  type EdgeWorld,
  openSocket,
  parseReply,
  type RawReply,
  readToEnd,
} from '#test/edge-world.ts';

describe('the edge behind a proxy', () => {
  let stage: EdgeWorld;
  const HOST = 'holdfast.example.org';
  before(async () => {
    stage = await createEdgeWorld({
      settings: { HOLDFAST_PUBLIC_URL: `https://${HOST}`, HOLDFAST_TRUSTED_PROXIES: '127.0.0.1/32,10.0.0.0/8' },
    });
  });
  after(() => stage[Symbol.asyncDispose]());

  const get = (path: string, ...headers: readonly string[]): Promise<RawReply> =>
    ask(stage.port, `GET ${path}`, { host: HOST, headers });

  /** Where the edge says that refused credentials came from. */
  async function deniedSources(): Promise<readonly string[]> {
    await stage.parts.kernel.recorder.flush();
    const { rows } = await stage.world.admin(`select source from holdfast.denial_tally where reason = 'auth.invalid'`);
    return rows.map((row: { readonly source: string }) => row.source);
  }

  test('behind the declared proxy the public host is served, with HSTS and problems under the public address', async () => {
    const reply = await get('/api/v1/organization', 'X-Forwarded-For: 203.0.113.9', 'X-Forwarded-Proto: https');
    assert.equal(reply.status, 401);
    assert.equal(reply.headers.get('strict-transport-security'), 'max-age=63072000; includeSubDomains');
    assert.match(reply.body, /"type":"https:\/\/holdfast\.example\.org\/problems\/auth\.required"/);
    for (const host of [`localhost:${stage.port}`, 'evil.example', `${HOST}:8443`])
      assert.equal((await ask(stage.port, 'GET /health/live', { host })).status, 421, host);
  });

  test('the client is the right-most address that no declared proxy has; what it wrote itself counts for nothing', async () => {
    const bad = 'Authorization: Bearer bad';
    await get('/v1/models', bad, 'X-Forwarded-For: 198.51.100.1, 203.0.113.9, 10.1.2.3');
    await get('/v1/models', bad, 'X-Forwarded-For: 2001:db8:1:2:3:4:5:6');
    await get(
      '/v1/models',
      bad,
      'X-Forwarded-For: 203.0.113.77',
      'X-Real-IP: 198.51.100.2',
      'Forwarded: for=198.51.100.3',
    );
    await get('/v1/models', bad, 'X-Forwarded-For: 198.51.100.4', 'X-Forwarded-For: 203.0.113.78');
    const sources = await deniedSources();
    for (const source of ['203.0.113.9', '2001:db8:1:2::/64', '203.0.113.77', '203.0.113.78'])
      assert.ok(sources.includes(source), `${source} in ${sources.join()}`);
    assert.ok(!sources.some((source) => source.startsWith('198.51.100.')), sources.join());
  });

  test('a chain that cannot be read, and a client that came over plain http, are 421', async () => {
    assert.equal(codeOf(await get('/health/live', 'X-Forwarded-For: unknown, 203.0.113.9')), 'request.misdirected');
    const plain = await get('/health/live', 'X-Forwarded-For: 203.0.113.9', 'X-Forwarded-Proto: http');
    assert.equal(codeOf(plain), 'request.misdirected');
    assert.equal(plain.headers.get('strict-transport-security'), undefined, 'the client did not come over TLS');
  });

  test('a cookie mutation needs the public origin', async () => {
    const { cookie } = await stage.enter();
    const send = (origin: string): Promise<RawReply> =>
      ask(stage.port, 'PATCH /api/v1/organization', {
        host: HOST,
        headers: [
          'X-Forwarded-For: 203.0.113.9',
          'Content-Type: application/json',
          `Cookie: ${cookie}`,
          `Origin: ${origin}`,
        ],
        body: '{"name":"Renamed"}',
      });
    assert.equal((await send(`https://${HOST}`)).status, 200);
    for (const origin of [
      `http://${HOST}`,
      `https://${HOST}:8443`,
      'https://example.org',
      `http://localhost:${stage.port}`,
    ])
      assert.equal(codeOf(await send(origin)), 'request.cross_site', origin);
  });

  test('a neighbor that is no declared proxy is refused, forwarding headers or not, with the fix', async () => {
    for (const line of ['X-Forwarded-For: 203.0.113.9\r\n', '']) {
      const socket = await openSocket(stage.port, '::1');
      socket.write(`GET /health/live HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n${line}\r\n`);
      const reply = parseReply(await readToEnd(socket));
      assert.equal(codeOf(reply), 'request.misdirected');
      assert.match(reply.body, /HOLDFAST_TRUSTED_PROXIES/);
    }
  });
});
