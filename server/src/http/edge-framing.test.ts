// HTTP/1.1 as attackers and odd clients write it, over real sockets: one meaning for each byte, one reply for each request.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  ask,
  codeOf,
  createEdgeWorld,
  type EdgeWorld,
  exchangeRaw,
  openSocket,
  parseReply,
  readToEnd,
} from '#test/edge-world.ts';

describe('framing at the edge', () => {
  let stage: EdgeWorld;
  before(async () => {
    stage = await createEdgeWorld({
      pages: [{ path: '/held', respond: () => new Promise<undefined>(() => undefined) }],
      settings: {
        HOLDFAST_HEADER_TIMEOUT_SECONDS: '1',
        HOLDFAST_REQUEST_TIMEOUT_SECONDS: '2',
        HOLDFAST_KEEP_ALIVE_SECONDS: '1',
      },
    });
  });
  after(() => stage[Symbol.asyncDispose]());

  const lines = (...all: readonly string[]): string => [...all, '', ''].join('\r\n');
  const repliesIn = (text: string): number => text.match(/HTTP\/1\.1 (?!100)\d{3} /g)?.length ?? 0;

  test('requests whose end two readers could see differently are refused, and nothing after them is answered', async () => {
    const host = `Host: localhost:${stage.port}`;
    const smuggled = lines('GET /health/live HTTP/1.1', host);
    const type = 'Content-Type: application/json';
    const start = 'POST /api/v1/session HTTP/1.1';
    const shapes = [
      lines(start, host, type, 'Content-Length: 4', 'Transfer-Encoding: chunked') + `0\r\n\r\n${smuggled}`,
      lines(start, host, type, 'Transfer-Encoding: chunked', 'Content-Length: 4') + `0\r\n\r\n${smuggled}`,
      lines(start, host, type, 'Content-Length: 2', 'Content-Length: 44') + `{}${smuggled}`,
      lines(start, host, type, 'Content-Length: 2', 'Content-Length: 2') + `{}${smuggled}`,
      lines(start, host, type, 'Content-Length: 2, 2') + `{}${smuggled}`,
      lines(start, host, type, 'Content-Length: +2') + `{}${smuggled}`,
      lines(start, host, type, 'Content-Length: 0x2') + `{}${smuggled}`,
      lines(start, host, type, 'Transfer-Encoding: identity') + `{}${smuggled}`,
      lines(start, host, type, 'Transfer-Encoding: chunked, identity') + `0\r\n\r\n${smuggled}`,
      lines(start, host, type, 'Transfer-Encoding: xchunked') + `0\r\n\r\n${smuggled}`,
      lines(start, host, type, 'Transfer-Encoding : chunked') + `0\r\n\r\n${smuggled}`,
      lines(start, host, type, ' Transfer-Encoding: chunked') + `0\r\n\r\n${smuggled}`,
      lines(start, host, type, 'Transfer-Encoding:\u000bchunked') + `0\r\n\r\n${smuggled}`,
      lines(start, host, type, 'Transfer-Encoding: chunked', 'Transfer-Encoding: chunked') + `0\r\n\r\n${smuggled}`,
      lines(start, host, type, 'Transfer-Encoding: chunked') + `2;a="\n"\r\n{}\r\n0\r\n\r\n${smuggled}`,
      lines(start, host, type, 'Transfer-Encoding: chunked') + `2\n{}\n0\n\n${smuggled}`,
      lines(start, host, type, 'Transfer-Encoding: chunked') + `-2\r\n{}\r\n0\r\n\r\n${smuggled}`,
      `POST /api/v1/session HTTP/1.1\n${host}\nContent-Length: 2\n\n{}${smuggled}`,
      lines('GET /health/live HTTP/1.1', host, 'X: a\u0000b') + smuggled,
      lines('GET /health/live HTTP/1.1', host, 'X: a\rb') + smuggled,
      lines('GET /health/live HTTP/1.1', host, 'Good: 1', ' folded: 2') + smuggled,
    ];
    for (const shape of shapes) {
      const reply = await exchangeRaw(stage.port, Buffer.from(shape, 'latin1'));
      const shown = JSON.stringify(shape.slice(0, 220));
      assert.ok(reply.status >= 400 && reply.status < 500, `${reply.status} for ${shown}`);
      assert.equal(repliesIn(reply.text), 1, `one reply for ${shown}`);
    }
  });

  test('what is no HTTP at all gets a problem and the end of the connection', async () => {
    for (const bytes of [
      'GARBAGE\r\n\r\n',
      '\u0016\u0003\u0001\u0002\u0000\u0001',
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      'GET / HTTP/9.9\r\n\r\n',
    ]) {
      const reply = await exchangeRaw(stage.port, Buffer.from(bytes, 'latin1'));
      assert.equal(reply.status, 400, JSON.stringify(bytes));
      assert.equal(codeOf(reply), 'request.malformed');
      assert.equal(reply.headers.get('connection'), 'close');
      assert.equal(reply.headers.get('x-content-type-options'), 'nosniff');
    }
  });

  test('the absolute form is served for our host and misdirected for another, whatever Host says', async () => {
    const own = await ask(stage.port, `GET http://localhost:${stage.port}/health/live`);
    assert.equal(own.status, 200);
    const query = await ask(stage.port, `GET HTTP://LOCALHOST:${stage.port}/health/live?x=1`);
    assert.equal(query.status, 200);
    for (const target of [
      'http://evil.example/health/live',
      `http://evil.example:${stage.port}/`,
      'http:///health/live',
      `ftp://localhost:${stage.port}/health/live`,
    ]) {
      const reply = await ask(stage.port, `GET ${target}`);
      assert.ok([400, 404, 421].includes(reply.status), `${reply.status} for ${target}`);
      assert.notEqual(reply.status, 200);
    }
    const mixed = await ask(stage.port, `GET http://localhost:${stage.port}/health/live`, { host: 'evil.example' });
    assert.equal(mixed.status, 421);
  });

  test('CONNECT is refused without a tunnel', async () => {
    const reply = await exchangeRaw(
      stage.port,
      lines('CONNECT 127.0.0.1:22 HTTP/1.1', 'Host: 127.0.0.1:22'),
      'SSH-2.0-client\r\n',
    );
    assert.equal(reply.status, 405);
    assert.equal(codeOf(reply), 'route.method');
    assert.equal(repliesIn(reply.text), 1);
  });

  test('an upgrade is not made: the request is answered as it stands', async () => {
    const headers = ['Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=='];
    const reply = await exchangeRaw(
      stage.port,
      lines('GET /health/live HTTP/1.1', `Host: localhost:${stage.port}`, 'Connection: Upgrade', ...headers),
    );
    assert.notEqual(reply.status, 101);
  });

  test('pipelined requests are answered in order, each with its own id, and a broken one ends the connection', async () => {
    const request = (path: string, id: string): string =>
      lines(`GET ${path} HTTP/1.1`, `Host: localhost:${stage.port}`, `X-Request-ID: ${id}`);
    const all = Array.from({ length: 30 }, (_, index) =>
      request(index % 2 === 0 ? '/problems' : '/health/live', `pipelined-${index}`),
    );
    const reply = await exchangeRaw(stage.port, all.join(''), 'BROKEN\r\n\r\n');
    const ids = [...reply.text.matchAll(/^x-request-id: (\S+)/gim)].map(([, id]) => id);
    const answered = ids.filter((id) => id?.startsWith('pipelined-'));
    assert.deepEqual(
      answered,
      Array.from({ length: answered.length }, (_, index) => `pipelined-${index}`),
    );
    assert.ok(repliesIn(reply.text) <= 31);
  });

  test('after a request that was not for us nothing on its connection is answered', async () => {
    const good = lines('GET /health/live HTTP/1.1', `Host: localhost:${stage.port}`);
    for (const bad of [
      lines('GET /health/live HTTP/1.1', 'Host: evil.example'),
      lines('GET /health/live HTTP/1.1'),
      lines('GET /health/live HTTP/1.1', `Host: localhost:${stage.port}`, 'Host: evil.example'),
    ]) {
      const reply = await exchangeRaw(stage.port, bad + good);
      assert.equal(repliesIn(reply.text), 1, bad);
      assert.ok(reply.status >= 400);
    }
  });

  test('what is refused by hand is never written ahead of the reply to an earlier request', async () => {
    const held = lines('GET /held HTTP/1.1', `Host: localhost:${stage.port}`);
    assert.equal((await exchangeRaw(stage.port, `${held}BROKEN\r\n\r\n`)).text, '');
  });

  test('pipelined requests that are well formed are all answered', async () => {
    const request = lines('GET /health/live HTTP/1.1', `Host: localhost:${stage.port}`);
    const last = lines('GET /health/live HTTP/1.1', `Host: localhost:${stage.port}`, 'Connection: close');
    const reply = await exchangeRaw(stage.port, request.repeat(49) + last);
    assert.equal(repliesIn(reply.text), 50);
    assert.equal(reply.text.match(/"status":"pass"/g)?.length, 50);
  });

  test('HEAD answers as GET does, without the body', async () => {
    const whole = await ask(stage.port, 'GET /problems/auth.invalid');
    const head = await ask(stage.port, 'HEAD /problems/auth.invalid');
    assert.equal(head.status, 200);
    assert.equal(head.body, '');
    assert.equal(head.headers.get('content-length'), whole.headers.get('content-length'));
    assert.equal((await ask(stage.port, 'HEAD /api/v1/session')).status, 401);
  });

  test('OPTIONS tells the methods of a path, another method is 405 with the same list, an unknown path 404', async () => {
    const options = await ask(stage.port, 'OPTIONS /api/v1/session');
    assert.equal(options.status, 204);
    assert.equal(options.headers.get('allow'), 'DELETE, GET, HEAD, OPTIONS, POST');
    for (const method of ['PUT', 'PATCH', 'TRACE', 'PROPFIND', 'QUERY']) {
      const reply = await ask(
        stage.port,
        `${method} /api/v1/session`,
        method === 'QUERY' ? { headers: ['Content-Type: a/b'] } : {},
      );
      assert.equal(reply.status, 405, method);
      assert.equal(reply.headers.get('allow'), 'DELETE, GET, HEAD, OPTIONS, POST');
    }
    for (const path of [
      '/nope',
      '/api/v1/session/',
      '/API/v1/session',
      '//api/v1/session',
      '/api/v1/%',
      '/%00',
      '/api/v1/api-keys/a/b',
      '/..%2f',
      '/*',
    ])
      assert.equal((await ask(stage.port, `GET ${path}`)).status, 404, path);
  });

  test('headers that are too large or too many are 431', async () => {
    const large = await ask(stage.port, 'GET /health/live', { headers: [`X-Large: ${'a'.repeat(20_000)}`] });
    assert.equal(large.status, 431);
    assert.equal(codeOf(large), 'request.headers_too_large');
    const many = await ask(stage.port, 'GET /health/live', {
      headers: Array.from({ length: 200 }, (_, index) => `X-${index}: 1`),
    });
    assert.equal(many.status, 431);
  });

  test('a head that trickles in, a body that never ends and a silent connection are given up', async () => {
    const slowHead = await openSocket(stage.port);
    slowHead.write(`GET /health/live HTTP/1.1\r\nHost: localhost:${stage.port}\r\n`);
    const trickle = setInterval(() => slowHead.write('X: y\r\n'), 200);
    const head = await readToEnd(slowHead).finally(() => clearInterval(trickle));
    assert.equal(codeOf(parseReply(head)), 'request.timeout');

    const slowBody = await exchangeRaw(
      stage.port,
      lines(
        'POST /api/v1/session HTTP/1.1',
        `Host: localhost:${stage.port}`,
        'Content-Type: application/json',
        'Content-Length: 100',
      ) + '{"a"',
    );
    assert.equal(codeOf(slowBody), 'request.timeout');

    const silent = await readToEnd(await openSocket(stage.port));
    assert.ok(silent === '' || codeOf(parseReply(silent)) === 'request.timeout', silent);
  });

  test('an idle kept-alive connection is closed', async () => {
    const reply = await exchangeRaw(stage.port, lines('GET /health/live HTTP/1.1', `Host: localhost:${stage.port}`));
    assert.equal(reply.status, 200);
  });

  test('HTTP/1.0 is answered and closed, and needs its Host all the same', async () => {
    const reply = await exchangeRaw(stage.port, lines('GET /health/live HTTP/1.0', `Host: localhost:${stage.port}`));
    assert.equal(reply.status, 200);
    assert.equal((await exchangeRaw(stage.port, lines('GET /health/live HTTP/1.0'))).status, 421);
  });

  test('nothing unexpected happened', () => {
    assert.deepEqual(stage.world.unexpected, []);
  });
});
