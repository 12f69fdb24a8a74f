// Checks the way through the operator's proxy: a tunnel to the checked address, under the same rules, for one tenant at a time.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { makeAuthority } from '#test/certificates.ts';
import { readText } from '#test/outbound-world.ts';
import { openProxiedWorld, type ProxiedWorld } from '#test/proxied-world.ts';
import { httpReply, type RawReply } from '#test/raw-server.ts';
import { parseDenyList } from './allow-list.ts';
import type { Resolver } from './resolver.ts';

describe('calls through a proxy', () => {
  const authority = makeAuthority();
  after(() => authority[Symbol.dispose]());
  const forModels = authority.issue('DNS:models.test');
  const forProxy = authority.issue('IP:127.0.0.1,DNS:proxy.test');

  /** Every name has these addresses. */
  function resolveTo(...addresses: readonly string[]): Resolver {
    return () => Promise.resolve({ ok: true, answers: addresses.map((address) => ({ address, ttlSeconds: 0 })) });
  }

  /** Answers with the server name of the handshake and the Host header. */
  const namesReply: RawReply = (socket, { headers }) =>
    void socket.write(httpReply(`${String((socket as TLSSocket).servername)} ${headers.get('host')}`));

  function linesOf({ proxy }: ProxiedWorld): readonly string[] {
    return proxy.requests.map(({ line }) => line);
  }

  test('a plain http target is tunneled to: the proxy is told the address and nothing of the request', async () => {
    await using world = await openProxiedWorld({ allow: 'models.test:PORT', resolver: resolveTo('127.0.0.1') });
    const { port } = world.server;
    const headers = { authorization: 'Bearer secret', 'x-a': '1' };
    assert.equal(await world.fetchText(`http://models.test:${port}/path?a=b`, { headers }), '200 hello');
    const [request] = world.server.requests;
    assert.equal(request?.line, 'GET /path?a=b HTTP/1.1');
    assert.equal(request?.headers.get('host'), `models.test:${port}`);
    assert.deepEqual(linesOf(world), [`CONNECT 127.0.0.1:${port} HTTP/1.1`]);
    assert.deepEqual([...(world.proxy.requests[0]?.headers ?? [])], [['host', `127.0.0.1:${port}`]]);
    assert.deepEqual(world.proxy.connections().tunnels, world.server.connections().accepted);
  });

  test('through an http and an https proxy, TLS with the target is under its name and checked by us', async () => {
    for (const via of [{}, { tls: forProxy }]) {
      await using world = await openProxiedWorld({
        via,
        tls: forModels,
        authorities: [authority.cert],
        reply: namesReply,
        resolver: resolveTo('127.0.0.1'),
      });
      const { port } = world.server;
      assert.equal(await world.fetchText(`https://Models.test:${port}/`), `200 models.test models.test:${port}`);
      assert.equal(await world.fetchText(`https://other.test:${port}/`), 'tls');
      assert.deepEqual(
        linesOf(world),
        Array.from({ length: 2 }, () => `CONNECT 127.0.0.1:${port} HTTP/1.1`),
      );
    }
  });

  test('a plain http target is reached through an https proxy too', async () => {
    await using world = await openProxiedWorld({ via: { tls: forProxy }, authorities: [authority.cert] });
    assert.equal(await world.fetchText('/', { method: 'POST', body: 'x'.repeat(100_000) }), '200 hello');
    assert.equal(world.server.requests[0]?.body.length, 100_000);
  });

  test('a long reply comes whole through every pair of layers, and a stream too', async () => {
    const long = Buffer.alloc(3_000_000, 'abcdefghij\r\n\r\n');
    for (const via of [{}, { tls: forProxy }]) {
      for (const tls of [undefined, forModels]) {
        await using world = await openProxiedWorld({
          via,
          ...(tls === undefined ? {} : { tls }),
          allow: 'models.test:PORT',
          authorities: [authority.cert],
          reply: (socket) => void socket.write(httpReply(long)),
          resolver: resolveTo('127.0.0.1'),
        });
        const url = `${tls === undefined ? 'http' : 'https'}://models.test:${world.server.port}/`;
        assert.equal(await world.fetchText(url), `200 ${long.toString()}`);
        const stream = await world.outbound.open({ tenant: 'one', url });
        assert.ok(stream.ok);
        assert.equal((await readText(stream.body)).length, long.length);
      }
    }
  });

  test('a proxy of HTTP/1.0, one that takes its time in pieces, and another yes than 200 are understood', async () => {
    const answers = [
      ['HTTP/1.0 200 OK\r\n\r\n'],
      ['HTTP/1.1 2', '00\r\nx: y\r\n\r', '\n'],
      ['HTTP/1.1 200\r\n\r', '\n'],
      ['HTTP/1.1 204 No content\r\ncontent-length: 5\r\n\r\n'],
      [`HTTP/1.1 200 OK\r\nx-a: ${'a'.repeat(60_000)}\r\n\r\n`],
    ];
    for (const yes of answers) {
      await using world = await openProxiedWorld({ via: { yes } });
      assert.equal(await world.fetchText('/', { limits: { totalMs: 2000 } }), '200 hello');
    }
  });

  test('the rules are the same as without a proxy, and what they refuse does not reach it', async () => {
    const deny = parseDenyList('93.184.216.0/24');
    assert.ok(deny.ok);
    const names: Readonly<Record<string, readonly string[]>> = {
      'private.test': ['10.1.1.1'],
      'mixed.test': ['1.1.1.1', '10.1.1.1'],
      'metadata.test': ['169.254.169.254'],
      'denied.test': ['93.184.216.34'],
      'own.test': ['1.1.1.1'],
    };
    await using world = await openProxiedWorld({
      deny: deny.ranges,
      listeners: () => [{ host: 'own.test', port: 443 }],
      resolver: ({ name }) =>
        Promise.resolve({ ok: true, answers: (names[name] ?? []).map((address) => ({ address, ttlSeconds: 60 })) }),
    });
    const refused: Readonly<Record<string, string>> = {
      'https://private.test/': 'address',
      'https://mixed.test/': 'address',
      'https://metadata.test/': 'address',
      'https://denied.test/': 'address',
      'https://own.test/': 'listener',
      'https://unknown.test/': 'resolve',
      'https://10.1.1.1/': 'address',
      'https://[::ffff:10.1.1.1]/': 'address',
      'http://1.1.1.1/': 'scheme',
      'https://1.1.1.1:22/': 'port',
      'https://user:pw@1.1.1.1/': 'userinfo',
      [`http://127.0.0.1:${world.proxy.port}/`]: 'listener',
    };
    for (const [url, reason] of Object.entries(refused)) assert.equal(await world.fetchText(url), reason, url);
    const narrowed = { domains: ['example.com'], onlyPublic: true };
    assert.equal(await world.fetchText('https://1.1.1.1/', narrowed), 'domain');
    assert.equal(await world.fetchText('/', { onlyPublic: true }), 'scheme');
    assert.equal(world.proxy.connections().accepted, 0);
  });

  test('public targets need no listing; the proxy is asked for the very address that was checked, IPv6 in brackets', async () => {
    const answers = [['1.1.1.1'], ['8.8.8.8'], ['2606:4700::1111']];
    await using world = await openProxiedWorld({
      via: { answer: (client) => client.end('HTTP/1.1 403 Forbidden\r\n\r\n') },
      resolver: (question) => resolveTo(...(answers.shift() ?? []))(question),
    });
    for (let call = 0; call < 3; call += 1) await world.fetchText('https://rebinding.test/');
    await world.fetchText('https://[2606:4700::1]:8443/');
    assert.deepEqual(linesOf(world), [
      'CONNECT 1.1.1.1:443 HTTP/1.1',
      'CONNECT 8.8.8.8:443 HTTP/1.1',
      'CONNECT [2606:4700::1111]:443 HTTP/1.1',
      'CONNECT [2606:4700::1]:8443 HTTP/1.1',
    ]);
  });

  test('the credential is said to the proxy with every tunnel and never to a target, through redirects too', async () => {
    await using world = await openProxiedWorld({
      credential: 'holdfast:p:w ä',
      reply: (socket, { number }) =>
        void socket.write(
          number === 1 ? httpReply('', { location: '/next', connection: 'close' }, '302 Found') : httpReply('hello'),
        ),
    });
    assert.equal(await world.fetchText('/'), '200 hello');
    const expected = `Basic ${Buffer.from('holdfast:p:w ä').toString('base64')}`;
    assert.deepEqual(
      world.proxy.requests.map(({ headers }) => headers.get('proxy-authorization')),
      [expected, expected],
    );
    for (const { headers } of world.server.requests) assert.equal(headers.has('proxy-authorization'), false);
  });

  test('a tunnel serves one tenant, and is used again by it', async () => {
    await using world = await openProxiedWorld();
    for (const tenant of ['one', 'one', 'two', 'one', 'two']) {
      assert.equal(await world.fetchText('/', { tenant }), '200 hello');
      await new Promise((resolve) => void setTimeout(resolve, 5));
    }
    assert.deepEqual(
      world.server.requests.map(({ connection }) => connection),
      [1, 1, 2, 1, 2],
    );
    assert.equal(world.proxy.requests.length, 2);
  });

  test('the proxy is named by a name as this machine knows it, and its address may be private', async () => {
    const asked: string[] = [];
    await using world = await openProxiedWorld({
      proxyUrl: 'http://Proxy.test.:PORT',
      resolver: ({ name, listed }) => {
        asked.push(`${name} ${listed}`);
        // Nobody listens at the first: the next one is tried.
        return resolveTo('127.0.0.2', '127.0.0.1')({ name, listed, timeoutMs: 0 });
      },
    });
    assert.equal(await world.fetchText('/'), '200 hello');
    assert.deepEqual(asked, ['proxy.test true']);
    assert.equal(world.proxy.connections().accepted, 1);
  });
});
