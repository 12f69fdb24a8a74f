// Native TLS over real sockets: what is spoken, HSTS, and certificates renewed under open connections.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { type Authority, type Certificate, makeAuthority } from '#test/certificates.ts';
import { createEdgeWorld, type EdgeWorld, exchangeRaw, parseReply, readToEnd } from '#test/edge-world.ts';

describe('TLS at the edge', () => {
  let authority: Authority;
  let folder: string;
  let stage: EdgeWorld;

  before(async () => {
    authority = makeAuthority();
    folder = await mkdtemp(join(tmpdir(), 'holdfast-tls-'));
    await write(authority.issue('DNS:localhost'));
    stage = await createEdgeWorld({
      settings: { HOLDFAST_TLS_CERT_FILE: join(folder, 'cert.pem'), HOLDFAST_TLS_KEY_FILE: join(folder, 'key.pem') },
    });
  });
  after(async () => {
    await stage[Symbol.asyncDispose]();
    authority[Symbol.dispose]();
    await rm(folder, { recursive: true, force: true });
  });

  async function write({ cert, key }: Certificate): Promise<void> {
    await writeFile(join(folder, 'cert.pem'), cert + authority.cert);
    await writeFile(join(folder, 'key.pem'), key, { mode: 0o600 });
  }

  async function open(options: ConnectionOptions = {}): Promise<TLSSocket> {
    const socket = connect({
      port: stage.port,
      host: '127.0.0.1',
      servername: 'localhost',
      ca: authority.cert,
      ...options,
    });
    await once(socket, 'secureConnect');
    return socket;
  }

  const request = (connection: 'close' | 'keep-alive'): string =>
    `GET /health/live HTTP/1.1\r\nHost: localhost:${stage.port}\r\nConnection: ${connection}\r\n\r\n`;

  test('a checked handshake gets TLS 1.3, HSTS of two years on every reply, and problems under https', async () => {
    const socket = await open();
    assert.equal(socket.authorized, true);
    assert.equal(socket.getProtocol(), 'TLSv1.3');
    socket.write(request('close'));
    const reply = parseReply(await readToEnd(socket));
    assert.equal(reply.status, 200);
    assert.equal(reply.headers.get('strict-transport-security'), 'max-age=63072000; includeSubDomains');
    const broken = await open();
    broken.write('BROKEN\r\n\r\n');
    const refused = parseReply(await readToEnd(broken));
    assert.equal(refused.headers.get('strict-transport-security'), 'max-age=63072000; includeSubDomains');
    assert.match(refused.body, new RegExp(`"type":"https://localhost:${stage.port}/problems/`));
  });

  test('TLS 1.2 is spoken, anything older and plain HTTP are not', async () => {
    const older = await open({ maxVersion: 'TLSv1.2' });
    assert.equal(older.getProtocol(), 'TLSv1.2');
    older.destroy();
    await assert.rejects(open({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' }));
    const plain = await exchangeRaw(stage.port, request('close'));
    assert.doesNotMatch(plain.text, /HTTP\/1\.1 200/);
  });

  test('a renewed certificate serves new connections, and open ones go on', async () => {
    const kept = await open();
    const first = kept.getPeerX509Certificate()?.fingerprint256;
    kept.write(request('keep-alive'));
    await once(kept, 'data');
    await write(authority.issue('DNS:localhost'));
    assert.equal(stage.edge.reloadCertificate(), true);
    const renewed = await open();
    assert.notEqual(renewed.getPeerX509Certificate()?.fingerprint256, first);
    renewed.destroy();
    kept.write(request('close'));
    assert.match(await readToEnd(kept), /HTTP\/1\.1 200/);
  });

  test('a renewed certificate that is expired, of another key or unreadable is refused, and the old one stays', async () => {
    const before = await open();
    const good = before.getPeerX509Certificate()?.fingerprint256;
    before.destroy();
    const expired = authority.issue('DNS:localhost', { expired: true });
    const one = authority.issue('DNS:localhost');
    const two = authority.issue('DNS:localhost');
    for (const bad of [expired, { cert: one.cert, key: two.key }, { cert: 'garbage', key: one.key }]) {
      await write(bad);
      assert.equal(stage.edge.reloadCertificate(), false);
      const socket = await open();
      assert.equal(socket.getPeerX509Certificate()?.fingerprint256, good);
      socket.destroy();
    }
    assert.equal(stage.lines.filter(({ event }) => event === 'http.certificate_refused').length, 3);
    await write(one);
    assert.equal(stage.edge.reloadCertificate(), true);
  });

  test('a server whose certificate is expired does not start', async () => {
    const own = await mkdtemp(join(tmpdir(), 'holdfast-tls-'));
    const { cert, key } = authority.issue('DNS:localhost', { expired: true });
    await writeFile(join(own, 'cert.pem'), cert + authority.cert);
    await writeFile(join(own, 'key.pem'), key, { mode: 0o600 });
    const settings = { HOLDFAST_TLS_CERT_FILE: join(own, 'cert.pem'), HOLDFAST_TLS_KEY_FILE: join(own, 'key.pem') };
    await assert.rejects(createEdgeWorld({ settings }), /expired/);
    await rm(own, { recursive: true, force: true });
  });
});
