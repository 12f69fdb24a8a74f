// Checks proxies that refuse, hang, lie or talk garbage: each is a named failure within its bound, and never a way around.
import assert from 'node:assert/strict';
import { createServer, Socket } from 'node:net';
import { after, describe, test, type TestContext } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { makeAuthority, makeSelfSigned } from '#test/certificates.ts';
import type { ProxyAnswer } from '#test/connect-proxy.ts';
import { readText } from '#test/outbound-world.ts';
import { openProxiedWorld, type ProxiedOptions, type ProxiedWorld } from '#test/proxied-world.ts';
import { httpReply } from '#test/raw-server.ts';
import { publicReason } from './reasons.ts';
import type { Resolver } from './resolver.ts';

/** Every name has these addresses. */
function resolveTo(...addresses: readonly string[]): Resolver {
  return () => Promise.resolve({ ok: true, answers: addresses.map((address) => ({ address, ttlSeconds: 60 })) });
}

const no = (status: string): string => `HTTP/1.1 ${status}\r\nx-reason: secret-reason\r\n\r\nsecret-page`;
const yes = 'HTTP/1.1 200 OK\r\n';

const answers: Readonly<Record<string, readonly [string, string]>> = {
  'it will not': [no('403 Forbidden'), 'proxy_refused'],
  'it wants another credential, or refuses as Smokescreen does': [no('407 Request rejected by proxy'), 'proxy_refused'],
  'it does not know the method': [no('405 Method Not Allowed'), 'proxy_refused'],
  'a portal in its place': [no('302 Found\r\nlocation: https://secret/'), 'proxy_refused'],
  'it could not connect': [no('502 Bad Gateway'), 'proxy_failed'],
  'the target did not answer it': [no('504 Gateway timeout'), 'proxy_failed'],
  'it has too much to do': [no('429 Too Many Requests'), 'proxy_failed'],
  'not HTTP': ['SSH-2.0-secret\r\n\r\n', 'proxy_reply'],
  'another HTTP': ['HTTP/2 200\r\n\r\n', 'proxy_reply'],
  'no status': ['HTTP/1.1 2xx OK\r\n\r\n', 'proxy_reply'],
  'an interim reply': ['HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n', 'proxy_reply'],
  'a switch of protocols': ['HTTP/1.1 101 Switching Protocols\r\n\r\n', 'proxy_reply'],
  'a folded header': [`${yes}x-a: b\r\n secret\r\n\r\n`, 'proxy_reply'],
  'a header without a name': [`${yes}secret\r\n\r\n`, 'proxy_reply'],
  'a NUL in a header': [`${yes}x-a: secret\u0000\r\n\r\n`, 'proxy_reply'],
  'bytes behind the header': [`${yes}\r\nHTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nsecret`, 'proxy_reply'],
  'one byte behind the header': [`${yes}content-length: 1\r\n\r\n!`, 'proxy_reply'],
  'a header of one huge field': [`${yes}x-a: ${'a'.repeat(70_000)}\r\n\r\n`, 'proxy_reply'],
  'a header of many fields': [`${yes}${'x-a: secret\r\n'.repeat(10_000)}\r\n`, 'proxy_reply'],
  nothing: ['', 'proxy'],
  'half a header': [`${yes}x-a: `, 'proxy'],
};

describe('faults of a proxy', () => {
  const authority = makeAuthority();
  after(() => authority[Symbol.dispose]());
  const forProxy = authority.issue('IP:127.0.0.1');
  const forModels = authority.issue('DNS:models.test');
  const secureWays = [{}, { via: { tls: forProxy }, authorities: [authority.cert] }];

  /**
   * Asks once and demands the reason; then that the tenant learns nothing of it, that nothing was sent, that the target was
   * never connected to and that no connection is left.
   */
  async function assertRefused(name: string, reason: string, options: ProxiedOptions, connectMs = 5000): Promise<void> {
    await using world = await openProxiedWorld({
      credential: 'user:secret-credential',
      limits: { connectMs },
      ...options,
    });
    const request = { tenant: 'one', url: world.origin, method: 'POST', body: 'x' } as const;
    const result = await world.outbound.fetch(request);
    assert.ok(!result.ok, name);
    assert.deepEqual(
      [result.reason, result.sent, result.status],
      [reason, false, undefined],
      `${name}: ${result.detail}`,
    );
    assert.equal(publicReason(result.reason), 'unavailable');
    assert.doesNotMatch(JSON.stringify(result), /secret/, name);
    assert.equal(world.server.connections().accepted, 0, name);
    await world.proxy.allClosed();
    assert.equal(world.outbound.stats().requests, 0);
  }

  for (const [name, [bytes, reason]] of Object.entries(answers)) {
    test(`an answer of the proxy that opens no tunnel is ${reason}: ${name}`, async () => {
      for (const way of secureWays) {
        const answer: ProxyAnswer = (client) => void client.end(bytes, 'latin1');
        await assertRefused(name, reason, { ...way, via: { ...way.via, answer } });
      }
    });
  }

  test('a proxy that floods, trickles, hangs or cuts is left within the time', async () => {
    const trickle = (client: Parameters<ProxyAnswer>[0], bytes: string): void => {
      client.write(yes);
      const timer = setInterval(() => client.write(bytes), 2);
      client.on('close', () => clearInterval(timer));
    };
    const bad: readonly (readonly [string, ProxyAnswer, string, number])[] = [
      ['an endless header', (client) => trickle(client, 'x-a: secret\r\n'.repeat(1000)), 'proxy_reply', 5000],
      ['a header in drops', (client) => trickle(client, 'x'), 'timeout_connect', 80],
      ['lines that end in LF alone', (client) => void client.write('HTTP/1.1 200 OK\n\n'), 'timeout_connect', 80],
      ['silence', () => undefined, 'timeout_connect', 80],
      ['a cut', (client) => client.destroy(), 'proxy', 5000],
    ];
    for (const [name, answer, reason, connectMs] of bad) {
      for (const way of secureWays)
        await assertRefused(name, reason, { ...way, via: { ...way.via, answer } }, connectMs);
    }
  });

  test('a proxy that is not there, or not what its URL says, is a failure of the proxy', async () => {
    await assertRefused('a reset', 'proxy', { via: { answer: (client) => client.resetAndDestroy() } });
    await assertRefused('closed port', 'proxy', { proxyUrl: 'http://127.0.0.1:1' });
    await assertRefused('plain spoken to https', 'proxy', {
      via: { tls: forProxy },
      proxyUrl: 'http://127.0.0.1:PORT',
    });
  });

  test('an https proxy must prove its name or address, by an authority that is trusted', async () => {
    const resolver = resolveTo('127.0.0.1');
    const proxyUrl = 'https://proxy.test:PORT';
    const authorities = [authority.cert];
    await assertRefused('self-signed', 'proxy', { via: { tls: makeSelfSigned('IP:127.0.0.1') }, authorities });
    await assertRefused('a stranger', 'proxy', { via: { tls: forProxy } });
    await assertRefused('address for name', 'proxy', { via: { tls: forProxy }, authorities, proxyUrl, resolver });
    const expired = authority.issue('IP:127.0.0.1', { expired: true });
    await assertRefused('expired', 'proxy', { via: { tls: expired }, authorities });
    await using world = await openProxiedWorld({
      via: { tls: authority.issue('DNS:proxy.test') },
      authorities,
      proxyUrl,
      resolver,
    });
    assert.equal(await world.fetchText('/'), '200 hello');
  });

  test('a name of the proxy that has no address, or one nothing may go to, is a failure of the proxy', async () => {
    for (const answers of [[], ['169.254.169.254'], ['127.0.0.1', '0.0.0.0']]) {
      await assertRefused(answers.join(), 'proxy', {
        proxyUrl: 'http://proxy.test:PORT',
        resolver: resolveTo(...answers),
      });
    }
  });

  test('a loopback target is not asked for at a proxy elsewhere, whose loopback is another', async () => {
    await assertRefused('elsewhere', 'address', { proxyUrl: 'http://192.0.2.1:3128' });
  });

  test('a proxy that leads elsewhere is found out by TLS', async () => {
    await using stranger = await openProxiedWorld({ tls: makeSelfSigned('DNS:models.test') });
    await using world = await openProxiedWorld({
      via: { divert: { host: '127.0.0.1', port: stranger.server.port } },
      tls: forModels,
      authorities: [authority.cert],
      resolver: resolveTo('127.0.0.1'),
    });
    assert.equal(await world.fetchText(`https://models.test:${world.server.port}/`), 'tls');
    assert.equal(world.proxy.connections().tunnels, 1);
    assert.equal(stranger.server.requests.length, 0);
  });

  test('the next address of a name is tried when the proxy could not reach one, and not when it will not', async () => {
    for (const [status, expected, asked] of [
      ['502 Bad Gateway', '200 hello', 2],
      ['403 Forbidden', 'proxy_refused', 1],
    ] as const) {
      await using world = await openProxiedWorld({
        via: {
          answer: (client, relay, { line }) => (line.includes('127.0.0.2') ? void client.end(no(status)) : relay()),
        },
        allow: 'models.test:PORT',
        resolver: resolveTo('127.0.0.2', '127.0.0.1'),
      });
      assert.equal(await world.fetchText(`http://models.test:${world.server.port}/`), expected);
      assert.equal(world.proxy.requests.length, asked);
    }
  });

  test('a proxy that breaks off inside a reply leaves a failed body, never a short one', async () => {
    for (const way of secureWays) {
      await using world = await openProxiedWorld({
        ...way,
        reply: (socket) => void socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\none\r\n'),
      });
      const stream = await world.outbound.open({ tenant: 'one', url: world.origin });
      assert.ok(stream.ok);
      stream.body.once('data', () => world.proxy.cut());
      assert.match(await readText(stream.body), /!(reset|protocol)$/);
      await world.server.allClosed();
    }
  });

  test('closing the client ends what hangs at the proxy', async () => {
    for (const way of secureWays) {
      await using world = await openProxiedWorld({ ...way, via: { ...way.via, answer: () => undefined } });
      const asking = world.fetchText('/');
      while (world.proxy.requests.length === 0) await new Promise((resolve) => void setTimeout(resolve, 2));
      await world.outbound.close();
      assert.equal(await asking, 'closed');
      await world.proxy.allClosed();
    }
  });

  test('a proxy that is still being looked up when the client closes is not connected to', async () => {
    const answered = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    await using world = await openProxiedWorld({
      proxyUrl: 'http://proxy.test:PORT',
      resolver: async () => {
        asked.resolve();
        await answered.promise;
        return { ok: true, answers: [{ address: '127.0.0.1', ttlSeconds: 60 }] };
      },
    });
    const asking = world.fetchText('/');
    await asked.promise;
    await world.outbound.close();
    answered.resolve();
    assert.equal(await asking, 'closed');
    await new Promise((resolve) => void setTimeout(resolve, 20));
    assert.equal(world.proxy.connections().accepted, 0);
  });

  /** A proxy whose first address swallows every packet. */
  function openHalfDeadWorld(context: TestContext, connectMs: number): Promise<ProxiedWorld> {
    // oxlint-disable-next-line typescript/unbound-method -- applied to its socket below
    const dial = Socket.prototype.connect;
    context.mock.method(Socket.prototype, 'connect', function drop(this: Socket, given: readonly { host: string }[]) {
      return given[0]?.host === '127.0.0.2' ? this : Reflect.apply(dial, this, [given]);
    });
    const resolver = resolveTo('127.0.0.2', '127.0.0.1');
    return openProxiedWorld({ proxyUrl: 'http://proxy.test:PORT', limits: { connectMs }, resolver });
  }

  test('an address of the proxy that does not answer takes its share of the time alone', async (context) => {
    await using world = await openHalfDeadWorld(context, 400);
    assert.equal(await world.fetchText('/'), '200 hello');
    assert.equal(world.proxy.connections().accepted, 1);
  });

  test('an attempt that is over tries no further address of the proxy', async (context) => {
    await using world = await openHalfDeadWorld(context, 5000);
    const asking = world.fetchText('/');
    await nextTurn();
    await world.outbound.close();
    assert.equal(await asking, 'closed');
    await new Promise((resolve) => void setTimeout(resolve, 20));
    assert.equal(world.proxy.connections().accepted, 0);
  });

  test('a proxy that took the connection is the one that answers: no other address is asked after it', async () => {
    await using world = await openProxiedWorld({
      via: { answer: (client) => client.destroy() },
      proxyUrl: 'http://proxy.test:PORT',
      resolver: resolveTo('127.0.0.1', '127.0.0.1'),
    });
    assert.equal(await world.fetchText('/'), 'proxy');
    assert.equal(world.proxy.requests.length, 1);
  });

  test('a proxy that resets an open tunnel breaks the target’s connection', async () => {
    const answer: ProxyAnswer = (client) => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      client.once('data', () => client.resetAndDestroy());
    };
    await using world = await openProxiedWorld({ via: { answer }, tls: forModels });
    assert.equal(await world.fetchText('/'), 'reset');
    assert.equal(world.proxy.requests.length, 2);
  });

  test('what breaks inside the tunnel is told as the target’s', async () => {
    let accepted = 0;
    const server = createServer((socket) => {
      accepted += 1;
      socket.on('error', () => undefined);
      socket.once('data', () => socket.destroy());
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', () => resolve()));
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    for (const way of secureWays) {
      await using world = await openProxiedWorld({ ...way, allow: `127.0.0.1:${port}` });
      accepted = 0;
      assert.equal(await world.fetchText(`https://127.0.0.1:${port}/`), 'reset');
      // As without a proxy: once more, because nothing was sent.
      assert.equal(accepted, 2);
    }
    await new Promise((resolve) => void server.close(resolve));
  });

  test('a caller who leaves while the proxy hangs is answered at once, and a stalled tunnel keeps the first-byte time', async () => {
    await using hanging = await openProxiedWorld({ via: { answer: () => undefined } });
    const controller = new AbortController();
    const asking = hanging.fetchText('/', { signal: controller.signal });
    while (hanging.proxy.requests.length === 0) await new Promise((resolve) => void setTimeout(resolve, 2));
    controller.abort();
    assert.equal(await asking, 'aborted');
    await using stalled = await openProxiedWorld({
      reply: (socket) => void socket.write(httpReply('x').subarray(0, 9)),
    });
    assert.equal(await stalled.fetchText('/', { limits: { firstByteMs: 60 } }), 'timeout_first_byte');
  });
});
