// The small servers of broken twins do what they say, and leave nothing behind.
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { connect as connectTls, type SecureVersion } from 'node:tls';
import { makeSelfSigned } from './certificate.ts';
import { startHttpTwin } from './http.ts';
import { startTcpTwin, startTlsTwin } from './tcp.ts';

const dayMs = 86_400_000;
const nowMs = Date.now();
const certificate = makeSelfSigned({ host: '127.0.0.1', notBeforeMs: nowMs - dayMs, notAfterMs: nowMs + dayMs });

test('an HTTP twin answers by its table, in words, by what was asked, and 404 for the rest', async () => {
  await using twin = await startHttpTwin({
    answers: {
      'GET /': { status: 200, headers: { 'x-one': 'a', 'set-cookie': ['a=1', 'b=2'] }, body: 'hello' },
      'POST /echo': ({ method, path, headers, body }) => ({
        status: 201,
        headers: { 'access-control-allow-origin': headers.origin ?? '' },
        body: `${method} ${path} ${body}`,
      }),
    },
  });
  const home = await fetch(twin.url);
  assert.deepEqual([home.status, home.headers.get('x-one'), await home.text()], [200, 'a', 'hello']);
  assert.deepEqual(home.headers.getSetCookie(), ['a=1', 'b=2']);
  const echo = await fetch(`${twin.url}/echo?q=1`, {
    method: 'POST',
    body: 'x',
    headers: { origin: 'https://evil.example' },
  });
  assert.deepEqual([echo.status, echo.headers.get('access-control-allow-origin')], [201, 'https://evil.example']);
  assert.equal(await echo.text(), 'POST /echo?q=1 x');
  assert.equal((await fetch(`${twin.url}/other`)).status, 404);
});

test('an HTTP twin can hang, and can cut a response off', async () => {
  await using twin = await startHttpTwin({ answers: { 'GET /hang': 'hang', '*': 'cut' } });
  await assert.rejects(fetch(`${twin.url}/hang`, { signal: AbortSignal.timeout(100) }), { name: 'TimeoutError' });
  const cut = await fetch(twin.url);
  await assert.rejects(cut.text());
});

test('an answer that throws is no answer', async () => {
  await using twin = await startHttpTwin({
    answers: {
      '*': () => {
        throw new Error('broken');
      },
    },
  });
  await assert.rejects(fetch(twin.url));
});

test('a disposed twin ends its connections and frees its port', async () => {
  const arrived = Promise.withResolvers<void>();
  const hang = (): 'hang' => {
    arrived.resolve();
    return 'hang';
  };
  const twin = await startHttpTwin({ answers: { '*': hang } });
  const ended = assert.rejects(fetch(twin.url));
  await arrived.promise;
  const socket = connect(twin.port, twin.host);
  await once(socket, 'connect');
  const closed = new Promise((resolve) => socket.on('error', () => {}).on('close', resolve));
  await twin[Symbol.asyncDispose]();
  await Promise.all([ended, closed]);
  await assert.rejects(once(connect(twin.port, twin.host), 'connect'), /ECONNREFUSED/);
});

test('a TCP twin greets', async () => {
  await using twin = await startTcpTwin({ greeting: 'hello' });
  const socket = connect(twin.port, twin.host);
  const [greeting] = await once(socket, 'data');
  assert.equal(String(greeting), 'hello');
  socket.destroy();
});

async function protocolOf(port: number, version: SecureVersion): Promise<string | null> {
  const socket = connectTls({
    port,
    host: '127.0.0.1',
    minVersion: version,
    maxVersion: version,
    ciphers: 'ALL:@SECLEVEL=0',
    rejectUnauthorized: false,
  });
  try {
    await once(socket, 'secureConnect');
    return socket.getProtocol();
  } finally {
    socket.destroy();
  }
}

test('a TLS twin speaks the versions it is told to, old ones too, and no others', async () => {
  await using old = await startTlsTwin({ certificate, minVersion: 'TLSv1', maxVersion: 'TLSv1.1' });
  assert.equal(await protocolOf(old.port, 'TLSv1'), 'TLSv1');
  assert.equal(await protocolOf(old.port, 'TLSv1.1'), 'TLSv1.1');
  await assert.rejects(protocolOf(old.port, 'TLSv1.3'));
  await using modern = await startTlsTwin({ certificate, minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' });
  assert.equal(await protocolOf(modern.port, 'TLSv1.3'), 'TLSv1.3');
  await assert.rejects(protocolOf(modern.port, 'TLSv1'));
});

test('an HTTPS twin shows its certificate, which is for its host and its time', async () => {
  await using twin = await startHttpTwin({ answers: { '*': { status: 200, body: 'safe' } }, certificate });
  assert.match(twin.url, /^https:/);
  const socket = connectTls({ port: twin.port, host: twin.host, ca: certificate.certificatePem });
  await once(socket, 'secureConnect');
  assert.ok(socket.authorized);
  socket.end('GET / HTTP/1.0\r\n\r\n');
  assert.match(await text(socket), /safe$/);
});

test('certificates carry names, addresses and times on both sides of 2050', () => {
  for (const [host, name] of [
    ['holdfast.example', 'DNS:holdfast.example'],
    ['127.0.0.1', 'IP Address:127.0.0.1'],
  ] as const) {
    const notBeforeMs = Date.UTC(2001, 1, 3, 4, 5, 6);
    const notAfterMs = Date.UTC(2051, 11, 31, 23, 59, 59);
    const made = makeSelfSigned({ host, notBeforeMs, notAfterMs });
    const read = new X509Certificate(made.certificatePem);
    assert.equal(read.subjectAltName, name);
    assert.equal(read.validFromDate.getTime(), notBeforeMs);
    assert.equal(read.validToDate.getTime(), notAfterMs);
    assert.ok(read.verify(read.publicKey));
  }
});
