// Bodies from strangers and clumsy clients over real sockets: each is refused with its own problem, early and without harm.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import {
  ask,
  codeOf,
  createEdgeWorld,
  type EdgeWorld,
  type Entered,
  openSocket,
  type RawReply,
  readReply,
  readToEnd,
} from '#test/edge-world.ts';

describe('bodies at the edge', () => {
  let stage: EdgeWorld;
  let entered: Entered;
  before(async () => {
    stage = await createEdgeWorld();
    entered = await stage.enter();
  });
  after(() => stage[Symbol.asyncDispose]());

  const JSON_TYPE = 'Content-Type: application/json';
  const post = (body: string | Buffer, headers: readonly string[] = [JSON_TYPE]) =>
    ask(stage.port, 'POST /api/v1/session', { headers, body });

  test('malformed JSON, bad UTF-8, a byte order mark and prototype keys are 400 request.malformed', async () => {
    const bodies = [
      '{"email": ',
      '{} {}',
      "{'a':1}",
      'NaN',
      Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
      Buffer.from([0x7b, 0x22, 0xc0, 0x80, 0x22, 0x3a, 0x31, 0x7d]),
      Buffer.from('\u{feff}{}'),
      '{"__proto__":{"role":"owner"}}',
      '{"\\u005f_proto__":{}}',
      '{"a":[{"constructor":{"prototype":{}}}]}',
    ];
    for (const body of bodies) {
      const reply = await post(body);
      assert.equal(reply.status, 400, String(body));
      assert.equal(codeOf(reply), 'request.malformed', String(body));
    }
  });

  test('JSON nested 10,000 deep is refused before it is parsed, on routes and on model calls', async () => {
    const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
    const onRoute = await post(`{"email":${deep}}`);
    assert.equal(codeOf(onRoute), 'request.malformed');
    const headers = [JSON_TYPE, `Authorization: Bearer ${entered.key}`];
    const body = `{"model":"m","messages":${deep}}`;
    const onStream = await ask(stage.port, 'POST /v1/chat/completions', { headers, body });
    assert.equal(onStream.status, 400);
    assert.match(onStream.body, /"code":"request.malformed"/);
  });

  test('wrong types and unknown fields are told by JSON pointer, all at once', async () => {
    const reply = await post('{"email":5,"password":[],"rememberMe":true}');
    assert.equal(codeOf(reply), 'request.invalid');
    const { errors } = JSON.parse(reply.body) as { readonly errors: readonly { readonly pointer: string }[] };
    const pointers = errors.map(({ pointer }) => pointer);
    assert.ok(pointers.includes('/body/email') && pointers.includes('/body/password') && pointers.length >= 3);
  });

  test('anything but JSON in UTF-8 without compression is 415', async () => {
    const headers = [
      [],
      ['Content-Type: text/plain'],
      ['Content-Type: application/x-www-form-urlencoded'],
      ['Content-Type: multipart/form-data; boundary=x'],
      ['Content-Type: application/json; charset=utf-16'],
      ['Content-Type: application/json;;;garbage'],
      [JSON_TYPE, 'Content-Encoding: gzip'],
      [JSON_TYPE, 'Content-Encoding: br'],
    ];
    for (const lines of headers) {
      const reply = await post('{}', lines);
      assert.equal(reply.status, 415, lines.join());
      assert.equal(codeOf(reply), 'request.media_type', lines.join());
    }
    const accepted = await post('{}', ['Content-Type: application/json; charset=UTF-8', 'Content-Encoding: identity']);
    assert.equal(codeOf(accepted), 'request.invalid');
  });

  /** Writes pieces until all are out or the server has closed, and resolves with what it said. */
  async function upload(head: readonly string[], piece: Buffer, pieces: number): Promise<RawReply> {
    const socket = await openSocket(stage.port);
    const reply = readReply(socket);
    socket.write([...head, '', ''].join('\r\n'));
    let written = 0;
    const pump = (): void => {
      while (written < pieces && !socket.destroyed) {
        written += 1;
        if (!socket.write(piece)) return void socket.once('drain', pump);
      }
    };
    pump();
    return reply;
  }

  test('a body that announces 100 MB is refused before any of it is read, and the refusal arrives', async () => {
    const megabyte = Buffer.alloc(1024 * 1024, 0x20);
    const head = [`POST /api/v1/session HTTP/1.1`, `Host: localhost:${stage.port}`, JSON_TYPE];
    const reply = await upload([...head, `Content-Length: ${100 * megabyte.length}`], megabyte, 100);
    assert.equal(reply.status, 413);
    assert.equal(codeOf(reply), 'request.too_large');
    assert.equal(reply.headers.get('connection'), 'close');
    const line = await stage.lineOf(reply.headers.get('x-request-id'));
    assert.deepEqual([line['refusal'], line['requestBytes']], ['request.too_large', 0]);
  });

  test('a client that only writes finds the refusal when it looks at last', async () => {
    const socket = connect({ port: stage.port, host: '127.0.0.1' });
    // From the start: what it has read already could not be lost any more.
    socket.pause();
    await once(socket, 'connect');
    const piece = Buffer.alloc(256 * 1024, 0x20);
    socket.on('error', () => undefined);
    const head = ['POST /api/v1/session HTTP/1.1', `Host: localhost:${stage.port}`, JSON_TYPE];
    socket.write([...head, `Content-Length: ${200 * piece.length}`, '', ''].join('\r\n'));
    for (let written = 0; written < 100 && !socket.destroyed; written += 1)
      await new Promise<void>((resolve) => void socket.write(piece, () => resolve()));
    const reply = readReply(socket);
    socket.resume();
    assert.equal((await reply).status, 413);
  });

  test('a body without an announced length is refused at the limit, and earlier for who may not send it', async () => {
    const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(65_536, 0x20), Buffer.from('\r\n')]);
    const common = [`Host: localhost:${stage.port}`, JSON_TYPE, 'Transfer-Encoding: chunked'];
    const head = ['POST /api/v1/providers HTTP/1.1', ...common];
    const owner = await upload([...head, `Cookie: ${entered.cookie}`, 'Sec-Fetch-Site: same-origin'], chunk, 400);
    assert.equal(codeOf(owner), 'request.too_large');
    // The key may call models only.
    assert.equal(codeOf(await upload([...head, `Authorization: Bearer ${entered.key}`], chunk, 400)), 'auth.forbidden');
    assert.equal(codeOf(await upload(head, chunk, 400)), 'auth.required');
  });

  test('a large body is read only for a caller who has proved who they are', async () => {
    const head = (lines: readonly string[]): string =>
      [`POST /v1/chat/completions HTTP/1.1`, `Host: localhost:${stage.port}`, JSON_TYPE, ...lines, '', ''].join('\r\n');
    for (const [lines, code] of [
      [[`Content-Length: ${1024 * 1024}`], 'auth.required'],
      [[`Content-Length: ${1024 * 1024}`, 'Authorization: Bearer hf_live_no'], 'auth.invalid'],
      [[`Content-Length: ${64 * 1024 * 1024}`, `Authorization: Bearer ${entered.key}`], 'request.too_large'],
    ] as const) {
      const socket = await openSocket(stage.port);
      const reply = readReply(socket);
      socket.write(head(lines));
      assert.match((await reply).body, new RegExp(`"code":"${code}"`));
    }
  });

  test('a public route takes no more than 64 KiB', async () => {
    const reply = await post(`{"email":"${'a'.repeat(70_000)}"}`);
    assert.equal(codeOf(reply), 'request.too_large');
  });

  test('a client that waits for 100 Continue is asked for its body, or refused without it', async () => {
    const wait = 'Expect: 100-continue';
    const head = (lines: readonly string[]): string =>
      [
        `POST /api/v1/session HTTP/1.1`,
        `Host: localhost:${stage.port}`,
        'Connection: close',
        wait,
        ...lines,
        '',
        '',
      ].join('\r\n');
    const socket = await openSocket(stage.port);
    socket.write(head([JSON_TYPE, 'Content-Length: 2']));
    socket.once('data', (bytes: Buffer) => {
      assert.match(bytes.toString(), /^HTTP\/1\.1 100 Continue/);
      socket.write('{}');
    });
    assert.match(await readToEnd(socket), /HTTP\/1\.1 400 Bad Request/);

    const refused = await openSocket(stage.port);
    refused.write(head(['Content-Type: text/plain', 'Content-Length: 2']));
    const { text } = await readReply(refused);
    assert.match(text, /^HTTP\/1\.1 415 /);
    assert.doesNotMatch(text, /100 Continue/);
  });

  test('another expectation is 417', async () => {
    const reply = await ask(stage.port, 'POST /api/v1/session', {
      headers: ['Expect: miracles', JSON_TYPE],
      body: '{}',
    });
    assert.equal(reply.status, 417);
    assert.equal(codeOf(reply), 'request.expectation');
  });

  test('a body with GET, HEAD or OPTIONS is refused and the connection closed', async () => {
    for (const method of ['GET', 'OPTIONS']) {
      const reply = await ask(stage.port, `${method} /health/live`, { body: 'GET /smuggled HTTP/1.1\r\n\r\n' });
      assert.equal(reply.status, 400, method);
      assert.equal(codeOf(reply), 'request.malformed', method);
      assert.equal(reply.text.split('HTTP/1.1 ').length, 2, 'one reply');
    }
    assert.equal((await ask(stage.port, 'HEAD /health/live', { body: 'x' })).status, 400);
  });

  test('nothing unexpected happened', () => {
    assert.deepEqual(stage.world.unexpected, []);
  });
});
