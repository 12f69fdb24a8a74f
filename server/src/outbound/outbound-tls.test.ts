// Checks TLS: the name goes out in the handshake and the Host header, and only a certificate for it is accepted.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, describe, test } from 'node:test';
import type { TLSSocket, TlsOptions } from 'node:tls';
import { promisify } from 'node:util';
import { makeAuthority, makeSelfSigned, type Certificate } from '#test/certificates.ts';
import { openWorld, type OutboundWorld } from '#test/outbound-world.ts';
import { httpReply, startRawServer } from '#test/raw-server.ts';

describe('TLS to the outside', () => {
  const authority = makeAuthority();
  after(() => authority[Symbol.dispose]());

  const forName = authority.issue('DNS:models.test');
  const forAddress = authority.issue('IP:127.0.0.1');

  /** A world over TLS that trusts the test authority and whose every name is 127.0.0.1. The reply names SNI and Host. */
  function openTlsWorld(tls: TlsOptions, authorities: readonly string[] = [authority.cert]): Promise<OutboundWorld> {
    return openWorld(
      (socket, { headers }) =>
        void socket.write(httpReply(`${String((socket as TLSSocket).servername)} ${headers.get('host')}`)),
      {
        tls,
        authorities,
        resolver: () => Promise.resolve({ ok: true, answers: [{ address: '127.0.0.1', ttlSeconds: 60 }] }),
      },
    );
  }

  test('a certificate for the name is accepted; the name is in the handshake and in Host', async () => {
    await using world = await openTlsWorld(forName);
    const { port } = world.server;
    assert.equal(await world.fetchText(`https://Models.Test.:${port}/`), `200 models.test models.test:${port}`);
  });

  test('an address needs a certificate for the address and sends no name', async () => {
    await using world = await openTlsWorld(forAddress);
    assert.equal(await world.fetchText('/'), `200 false 127.0.0.1:${world.server.port}`);
    await using other = await openTlsWorld(forName);
    assert.equal(await other.fetchText('/'), 'tls');
  });

  test('a certificate for another name, an expired one, a self-signed one and one of a stranger are refused', async () => {
    using stranger = makeAuthority();
    const bad: Readonly<Record<string, Certificate>> = {
      'another name': authority.issue('DNS:other.test,DNS:*.models.test'),
      expired: authority.issue('DNS:models.test', { expired: true }),
      'self-signed': makeSelfSigned('DNS:models.test'),
      stranger: stranger.issue('DNS:models.test'),
    };
    for (const [name, certificate] of Object.entries(bad)) {
      await using world = await openTlsWorld(certificate);
      assert.equal(await world.fetchText(`https://models.test:${world.server.port}/`), 'tls', name);
      assert.equal(world.server.requests.length, 0);
    }
  });

  test('without the operator’s authority its certificate is a stranger’s', async () => {
    await using world = await openTlsWorld(forName, []);
    assert.equal(await world.fetchText(`https://models.test:${world.server.port}/`), 'tls');
  });

  test('a server that accepts nothing newer than TLS 1.1 is refused', async () => {
    const old = { ...forName, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' } as const;
    await using world = await openTlsWorld(old);
    assert.equal(await world.fetchText(`https://models.test:${world.server.port}/`), 'tls');
  });

  test('a server without TLS is not spoken to in plain text', async () => {
    await using world = await openWorld((socket) => socket.write(httpReply('x')));
    const url = `https://127.0.0.1:${world.server.port}/`;
    assert.equal(await world.fetchText(url, { limits: { connectMs: 60 } }), 'timeout_connect');
    assert.equal(world.server.connections().accepted, 1);
    assert.equal(world.server.requests.length, 0);
  });

  test('a redirect from https to http is refused, though the target is listed', async () => {
    await using plain = await startRawServer((socket) => socket.write(httpReply('x')));
    const location = `http://127.0.0.1:${plain.port}/`;
    await using world = await openWorld((socket) => void socket.write(httpReply('', { location }, '302 Found')), {
      tls: forAddress,
      authorities: [authority.cert],
      allow: `127.0.0.1:${plain.port}`,
    });
    assert.equal(await world.fetchText(location), '200 x');
    assert.equal(await world.fetchText('/'), 'redirect');
    assert.equal(plain.requests.length, 1);
  });

  test('connections over TLS are reused within a tenant and not across', async () => {
    await using world = await openTlsWorld(forAddress);
    for (const tenant of ['one', 'one', 'two', 'one']) {
      await world.fetchText('/', { tenant });
      await new Promise((resolve) => void setTimeout(resolve, 5));
    }
    assert.deepEqual(
      world.server.requests.map(({ connection }) => connection),
      [1, 1, 2, 1],
    );
  });

  const askInChild = `
  const [outbound, allowList, address] = process.argv.slice(1);
  const { createOutbound } = await import(outbound);
  const { parseAllowList } = await import(allowList);
  await using client = createOutbound({ allow: parseAllowList(address).list });
  const reply = await client.fetch({ tenant: 'one', url: 'https://' + address + '/' });
  process.stdout.write(reply.ok ? 'accepted' : reply.reason);
`;

  test('the environment can’t turn certificate checks off', async () => {
    await using world = await openTlsWorld(makeSelfSigned('IP:127.0.0.1'));
    const modules = [import.meta.resolve('./outbound.ts'), import.meta.resolve('./allow-list.ts')];
    const args = [
      '--no-warnings',
      '--input-type=module',
      '-e',
      askInChild,
      ...modules,
      `127.0.0.1:${world.server.port}`,
    ];
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
    });
    assert.equal(stdout, 'tls');
    assert.equal(world.server.requests.length, 0);
  });
});
