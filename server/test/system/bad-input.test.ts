// Input that is no input, at a running server: each refused in its own words, and nothing of ours told or changed.
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { after, before, describe, test } from 'node:test';
import { newUuid } from '#crypto/random.ts';
import { encodeId } from '#kernel/fields.ts';
import { ask, openSocket, parseReply, type RawReply, readToEnd } from '#test/edge-world.ts';
import { makeDataDir, type TestDataDir } from '#test/embedded-support.ts';
import { assertProblem, type Caller, createCaller } from './lib/caller.ts';
import { queryEmbedded } from './lib/embedded-access.ts';
import { type MadeKey, makeKey, OWNER, readLog, setUp } from './lib/installation.ts';
import { type ServerProcess, start } from './lib/processes.ts';
import { settingsOf } from './lib/settings.ts';

let dataDir: TestDataDir;
let server: ServerProcess;
let owner: Caller;
let cookie: string;
let key: MadeKey;

describe('input that is no input', () => {
  before(async () => {
    dataDir = await makeDataDir();
    server = await start({ settings: await settingsOf(dataDir.path) });
    owner = createCaller({ port: server.port });
    cookie = await setUp(owner, server.ready.setupLink);
    key = await makeKey(owner, cookie);
  });

  after(async () => {
    owner[Symbol.dispose]();
    await server[Symbol.asyncDispose]();
    await dataDir[Symbol.asyncDispose]();
  });

  const look = (sql: string) => queryEmbedded(dataDir.path, sql);

  const JSON_TYPE = 'Content-Type: application/json';
  const KEYS = 'POST /api/v1/api-keys';
  const CHAT = 'POST /v1/chat/completions';

  type Sent = { readonly headers?: readonly string[]; readonly body?: string | Buffer; readonly host?: string };
  type Bad = readonly [what: string, line: string, sent: Sent, status: number, code: string];

  const asOwner = (): readonly string[] => [`Cookie: ${cookie}`, `Origin: http://localhost:${server.port}`, JSON_TYPE];
  const asKey = (): readonly string[] => [`Authorization: Bearer ${key.key}`, JSON_TYPE];

  function badInputs(): readonly Bad[] {
    const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
    const long = 'Content-Length: 104857600';
    return [
      [
        'JSON that breaks off',
        KEYS,
        { headers: asOwner(), body: '{"name": "x", "scopes": [' },
        400,
        'request.malformed',
      ],
      ['JSON nested 10,000 deep', KEYS, { headers: asOwner(), body: deep }, 400, 'request.malformed'],
      [
        'JSON nested 10,000 deep to a model',
        CHAT,
        { headers: asKey(), body: `{"model":"m","x":${deep}}` },
        400,
        'request.malformed',
      ],
      [
        'bytes that are no UTF-8',
        KEYS,
        { headers: asOwner(), body: Buffer.from('{"name":"\xff","scopes":["models:use"]}', 'latin1') },
        400,
        'request.malformed',
      ],
      ['wrong types', KEYS, { headers: asOwner(), body: '{"name":7,"scopes":"models:use"}' }, 400, 'request.invalid'],
      [
        'an unknown field',
        KEYS,
        { headers: asOwner(), body: '{"name":"x","scopes":["models:use"],"orgId":"org_1"}' },
        400,
        'request.invalid',
      ],
      [
        'a prototype',
        KEYS,
        { headers: asOwner(), body: '{"name":"x","scopes":["models:use"],"__proto__":{"role":"owner"}}' },
        400,
        'request.malformed',
      ],
      ['no type of content', KEYS, { headers: asOwner().slice(0, 2), body: '{}' }, 415, 'request.media_type'],
      ['a body said to have 100 MB', KEYS, { headers: [...asOwner(), long] }, 413, 'request.too_large'],
      ['a body said to have 100 MB to a model', CHAT, { headers: [...asKey(), long] }, 413, 'request.too_large'],
      [
        'two credentials',
        'GET /v1/models',
        { headers: [...asKey(), 'Authorization: Bearer other'] },
        400,
        'request.duplicate_header',
      ],
      [
        'two lengths',
        KEYS,
        { headers: [...asOwner(), 'Content-Length: 3', 'Content-Length: 4'] },
        400,
        'request.malformed',
      ],
      [
        'a length and chunks',
        KEYS,
        { headers: [...asOwner(), 'Content-Length: 3', 'Transfer-Encoding: chunked'] },
        400,
        'request.malformed',
      ],
      [
        'another organization asserted',
        'GET /api/v1/session',
        { headers: [...asOwner(), `Holdfast-Organization: ${encodeId('org', newUuid())}`] },
        409,
        'auth.organization_mismatch',
      ],
      ['a foreign Host', 'GET /v1/models', { headers: asKey(), host: 'evil.example' }, 421, 'request.misdirected'],
      [
        'a proxy that nobody declared',
        'GET /v1/models',
        { headers: [...asKey(), 'X-Forwarded-For: 127.0.0.2'] },
        421,
        'request.misdirected',
      ],
      [
        'a head of 64 KiB',
        'GET /v1/models',
        { headers: [...asKey(), `X-Padding: ${'x'.repeat(65_536)}`] },
        431,
        'request.headers_too_large',
      ],
      [
        'a page of another site',
        KEYS,
        { headers: [`Cookie: ${cookie}`, 'Origin: https://evil.example', JSON_TYPE], body: '{}' },
        403,
        'request.cross_site',
      ],
      ['a method that nobody has', 'BREW /v1/models', { headers: asKey() }, 400, 'request.malformed'],
    ];
  }

  const SIDE_BY_SIDE = { concurrency: 8 };

  test(
    'input that is none is a problem of its own, without a word of our insides, and changes nothing',
    SIDE_BY_SIDE,
    async (t) => {
      const before = await look('select count(*)::int as keys from api_key');
      await Promise.all(
        badInputs().map(([what, line, sent, status, code]) =>
          t.test(what, async () => assertRefused(await ask(server.port, line, sent), line, status, code)),
        ),
      );
      assert.deepEqual(await look('select count(*)::int as keys from api_key'), before);
    },
  );

  function assertRefused(reply: RawReply, line: string, status: number, code: string): void {
    assert.equal(reply.status, status, reply.text.slice(0, 500));
    const body = JSON.parse(reply.body) as { readonly code?: string; readonly error?: { readonly code?: string } };
    assert.equal(body.code ?? body.error?.code, code);
    // Below /v1 a refusal has OpenAI's form as soon as it is known that the path is one of them.
    const isOpenAi = line.includes(' /v1/') && body.error !== undefined;
    assert.match(
      reply.headers.get('content-type') ?? '',
      isOpenAi ? /^application\/json/ : /^application\/problem\+json/,
    );
    assert.doesNotMatch(reply.text, /node:internal|node_modules|\.ts:\d|\bat [\w.]+ \(|hf_live_/);
  }

  test('a body of 100 MB that does not say so is cut off where the limit is', async () => {
    const socket = await openSocket(server.port);
    const head = [
      'POST /api/v1/api-keys HTTP/1.1',
      `Host: localhost:${server.port}`,
      'Transfer-Encoding: chunked',
      ...asOwner(),
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
    const piece = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(1_048_576, 0x20), Buffer.from('\r\n')]);
    const body = Readable.from(Array.from({ length: 100 }, () => piece));
    body.pipe(socket);
    const { status, body: text } = parseReply(await readToEnd(socket));
    assert.deepEqual([status, (JSON.parse(text) as { readonly code: string }).code], [413, 'request.too_large']);
  });

  test('a tenant header that is forged changes nothing about who is calling', async () => {
    const headers = {
      'x-org-id': newUuid(),
      'x-organization-id': newUuid(),
      'x-tenant-id': 'other',
      'x-user-id': 'root',
    };
    const plain = await owner.call('GET', '/api/v1/session', { cookie });
    const forged = await owner.call('GET', '/api/v1/session', { cookie, headers });
    assert.deepEqual([forged.status, forged.text], [200, plain.text]);
  });

  test('after all that the same process serves, has nothing unexpected in its log, and the audit log is whole', async () => {
    assert.equal((await owner.call('GET', '/v1/models', { key: key.key })).status, 200);
    assertProblem(await owner.call('GET', '/api/v1/nothing', { cookie }), 404);
    await readLog(owner, { cookie }, 'api_key.created', 'setup.completed');
    assert.doesNotMatch(server.log(), /"server.unexpected_error"|"audit.trace_lost"/);
    assert.doesNotMatch(server.log(), new RegExp(`hf_live_|${OWNER.password}`));
    assert.equal((await server.end('SIGTERM')).code, 0);
  });
});
