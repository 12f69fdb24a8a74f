// The edge's own pages over real sockets: health, metrics, the pages of problems, security.txt, and pages handed in.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isProblem } from '@holdfast/protocol/problem.ts';
import { ask, codeOf, createEdgeWorld, type EdgeWorld, openSocket, type RawReply } from '#test/edge-world.ts';
import { createPrivateEdge, type PrivateEdge } from './private-edge.ts';

describe('pages of the edge', () => {
  let stage: EdgeWorld;
  let inner: PrivateEdge;
  let innerPort: number;
  const SCRAPE = 'q7Zr0cXv2mKp9LwT4nYb6HsD8fJg1RaE';
  before(async () => {
    stage = await createEdgeWorld({
      settings: {
        HOLDFAST_METRICS_CREDENTIAL: SCRAPE,
        HOLDFAST_SECURITY_CONTACT: 'mailto:security@example.org',
        HOLDFAST_SECURITY_KEY_URL: 'https://example.org/key.asc',
      },
      pages: [
        {
          path: '/api/v1/openapi.json',
          respond: () => ({
            status: 200,
            headers: { 'content-type': 'application/json', 'cache-control': 'public, max-age=60' },
            body: '{}',
          }),
        },
        {
          path: '/broken',
          respond: () => {
            throw new Error('secret detail at /srv/app.ts:1');
          },
        },
      ],
    });
    stage.parts.health.register({
      id: 'database',
      kind: 'ready',
      critical: true,
      run: async () => ({ status: 'fail', reason: 'no_answer' }),
    });
    inner = await createPrivateEdge(stage.parts);
    innerPort = (await inner.listen())[0]?.port ?? 0;
  });
  after(async () => {
    await inner.stop({ drainSeconds: 0 });
    await stage[Symbol.asyncDispose]();
  });

  const get = (path: string, ...headers: readonly string[]): Promise<RawReply> =>
    ask(stage.port, `GET ${path}`, { headers });

  test('health tells the public words without reasons, and the private port everything', async () => {
    assert.equal((await get('/health/live')).status, 200);
    const ready = await get('/health/ready');
    assert.equal(ready.status, 503);
    assert.deepEqual(JSON.parse(ready.body), { status: 'fail', checks: { database: { status: 'fail' } } });
    assert.doesNotMatch((await get('/health/status')).body, /no_answer/);
    const full = await ask(innerPort, 'GET /health/status');
    assert.match(full.body, /"reason":"no_answer"/);
  });

  test('metrics do not exist on the public port without the scrape credential', async () => {
    const nowhere = await get('/health/nowhere');
    for (const headers of [
      [],
      ['Authorization: Bearer wrong'],
      [`Authorization: Basic ${SCRAPE}`],
      [`X-API-Key: ${SCRAPE}`],
      [`Authorization: Bearer ${SCRAPE.slice(0, -1)}`],
    ]) {
      const reply = await get('/health/metrics', ...headers);
      assert.equal(reply.status, 404, headers.join());
      assert.equal(codeOf(reply), codeOf(nowhere));
    }
    assert.equal((await get('/metrics')).status, 404);
    const scraped = await get('/health/metrics', `Authorization: Bearer ${SCRAPE}`);
    assert.equal(scraped.status, 200);
    assert.match(scraped.body, /^holdfast_http_requests_total\{route="\/health\/ready",class="5xx"\} \d+$/m);
    assert.match(scraped.body, /^holdfast_http_refusals_total\{code="route.not_found"\} \d+$/m);
  });

  test('the private port serves metrics and health to loopback names alone, and no route of the product', async () => {
    assert.equal((await ask(innerPort, 'GET /metrics')).status, 200);
    assert.equal((await ask(innerPort, 'GET /metrics', { host: 'rebound.example' })).status, 421);
    assert.equal((await ask(innerPort, 'GET /v1/models')).status, 404);
    assert.deepEqual(
      new Set(inner.bound().map(({ address, purpose }) => `${address} ${purpose}`)),
      new Set(['127.0.0.1 private', '::1 private']),
    );
  });

  /** What a reader sees: markup gone, character references resolved. */
  function textOf(page: string): string {
    const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#96': '' };
    return page
      .replaceAll(/<[^>]*>/g, '')
      .replaceAll('`', '')
      .replaceAll(/&(amp|lt|gt|quot|#39|#96);/g, (_, name: string) => named[name] ?? '');
  }

  test('every problem type resolves to a page that says what to do', async () => {
    const list = await get('/problems');
    for (const [code, { help }] of Object.entries(stage.parts.kernel.registry.errors)) {
      const page = await get(`/problems/${code}`);
      assert.equal(page.status, 200, code);
      assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8');
      // The raw client reads bytes as Latin-1, so only ASCII is compared.
      const [shown, told] = [textOf(page.body), help.replaceAll('`', '')].map((text) =>
        text.replaceAll(/[^\x20-\x7e]/g, ''),
      );
      assert.ok(shown?.includes(told ?? help), code);
      assert.ok(list.body.includes(`/problems/${code}"`), code);
    }
    for (const code of ['nope', 'toString', '__proto__', '%3Cscript%3E'])
      assert.equal((await get(`/problems/${code}`)).status, 404, code);
  });

  test('a problem is RFC 9457 with a type that resolves, the path without its query, and the id of the reply', async () => {
    const reply = await get('/api/v1/organization?secret=1');
    const problem: unknown = JSON.parse(reply.body);
    assert.ok(isProblem(problem));
    assert.equal(reply.headers.get('content-type'), 'application/problem+json');
    assert.equal(problem.instance, '/api/v1/organization');
    assert.equal(problem.requestId, reply.headers.get('x-request-id'));
    assert.equal(problem.type, `http://localhost:${stage.port}/problems/${problem.code}`);
    assert.equal((await get(new URL(problem.type).pathname)).status, 200);
  });

  test('security.txt says how to reach us, for less than a year', async () => {
    const { status, headers, body } = await get('/.well-known/security.txt');
    assert.equal(status, 200);
    assert.equal(headers.get('content-type'), 'text/plain; charset=utf-8');
    assert.match(body, /^Contact: mailto:security@example\.org$/m);
    assert.match(body, /^Encryption: https:\/\/example\.org\/key\.asc$/m);
    assert.match(body, /^Policy: http:\/\/localhost:\d+\/security$/m);
    const expires = Date.parse(/^Expires: (.+)$/m.exec(body)?.[1] ?? '');
    const days = (expires - Date.now()) / 86_400_000;
    assert.ok(days > 30 && days < 365, String(days));
  });

  test('a page that was handed in is served with its own caching, and its failure shows nothing of the inside', async () => {
    const page = await get('/api/v1/openapi.json');
    assert.deepEqual([page.status, page.body, page.headers.get('cache-control')], [200, '{}', 'public, max-age=60']);
    assert.equal((await ask(stage.port, 'POST /api/v1/openapi.json')).status, 405);
    const broken = await get('/broken');
    assert.equal(broken.status, 500);
    assert.equal(codeOf(broken), 'server.unexpected');
    assert.doesNotMatch(broken.text, /secret detail|\.ts|at \//);
    assert.equal(stage.world.unexpected.length, 1);
  });

  test('both families of loopback are bound and read back from the system, and both answer', async () => {
    assert.deepEqual(
      new Set(stage.edge.bound().map(({ address, port, purpose }) => `${address} ${port} ${purpose}`)),
      new Set([`127.0.0.1 ${stage.port} public`, `::1 ${stage.port} public`]),
    );
    const socket = await openSocket(stage.port, '::1');
    socket.end(`GET /health/live HTTP/1.1\r\nHost: [::1]:${stage.port}\r\nConnection: close\r\n\r\n`);
    const [first] = (await socket.take(1).toArray()) as readonly Buffer[];
    assert.match(String(first), /^HTTP\/1\.1 200 OK/);
  });
});
