// Checks that connections are reused within one tenant, origin and address and never beyond, and that all of it is bounded.
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { openWorld, readText, type OutboundWorld } from '#test/outbound-world.ts';
import { httpReply, startRawServer, type RawReply } from '#test/raw-server.ts';
import type { OutboundLimits } from './limits.ts';
import type { ResolverResult } from './resolver.ts';

const hello: RawReply = (socket) => void socket.write(httpReply('hello'));

/** Asks as a tenant, to the end, and gives undici the turn it needs to take the connection back. */
async function askAs(world: OutboundWorld, tenant: string, url = world.origin): Promise<string> {
  const text = await world.fetchText(url, { tenant });
  await nextTurn();
  await nextTurn();
  return text;
}

/** The connection of each request so far. */
function connectionsOf(world: OutboundWorld): readonly number[] {
  return world.server.requests.map(({ connection }) => connection);
}

test('a tenant reuses its connection', async () => {
  await using world = await openWorld(hello);
  for (let call = 0; call < 4; call += 1) await askAs(world, 'one');
  assert.deepEqual(connectionsOf(world), [1, 1, 1, 1]);
});

test('two tenants never share a connection, in whichever order they ask', async () => {
  await using world = await openWorld(hello);
  // The last two would be one key if parts were merely strung together.
  const tenants = ['one', 'two', `one\n${world.origin}`, `one${world.origin}`];
  const asked: string[] = [];
  for (const tenant of [...tenants, ...tenants.toReversed(), ...tenants]) {
    asked.push(tenant);
    await askAs(world, tenant);
  }
  const owners = new Map<number, Set<string>>();
  for (const [index, connection] of connectionsOf(world).entries()) {
    owners.set(connection, (owners.get(connection) ?? new Set()).add(asked[index] ?? ''));
  }
  assert.equal(owners.size, tenants.length);
  for (const [connection, names] of owners)
    assert.equal(names.size, 1, `connection ${connection} served ${[...names].join(' and ')}`);
});

test('two names at one address never share a connection', async () => {
  await using world = await openWorld(hello, { allow: 'localhost:PORT' });
  await askAs(world, 'one');
  await askAs(world, 'one', `http://localhost:${world.server.port}/`);
  assert.deepEqual(connectionsOf(world), [1, 2]);
  assert.equal(world.outbound.stats().pools, 2);
});

test('requests at the same time have a connection each', async () => {
  await using world = await openWorld(hello);
  await Promise.all(Array.from({ length: 5 }, () => world.fetchText('/')));
  assert.equal(new Set(connectionsOf(world)).size, 5);
});

/** Resolves every name to the addresses that are current. */
function resolveTo(current: { addresses: readonly string[] }): () => Promise<ResolverResult> {
  return () => Promise.resolve({ ok: true, answers: current.addresses.map((address) => ({ address, ttlSeconds: 0 })) });
}

test('an address that answered stays in use while the name still has it, and is left when not', async () => {
  const current = { addresses: ['127.0.0.1', '127.0.0.2'] };
  await using world = await openWorld(hello, { allow: 'a.test:PORT', resolver: resolveTo(current) });
  const url = `http://a.test:${world.server.port}/`;
  assert.equal(await askAs(world, 'one', url), '200 hello');
  current.addresses = ['127.0.0.2', '127.0.0.1'];
  assert.equal(await askAs(world, 'one', url), '200 hello');
  assert.deepEqual(connectionsOf(world), [1, 1]);
  // Nobody listens there: a connection kept under the name's former address must not be used.
  current.addresses = ['127.0.0.2'];
  assert.equal(await askAs(world, 'one', url), 'refused');
});

test('of several addresses the one with a connection is used', async () => {
  const current = { addresses: ['127.0.0.1', '127.0.0.2'] };
  await using world = await openWorld(hello, { allow: 'a.test:PORT', resolver: resolveTo(current) });
  let others = 0;
  const other = createServer((socket) => {
    others += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => void other.listen(world.server.port, '127.0.0.2', () => resolve()));
  const url = `http://a.test:${world.server.port}/`;
  await askAs(world, 'one', url);
  current.addresses = ['127.0.0.2', '127.0.0.1'];
  assert.equal(await askAs(world, 'one', url), '200 hello');
  assert.equal(others, 0);
  await new Promise((resolve) => void other.close(resolve));
});

test('the next address is tried when one refuses, and never after something was sent', async () => {
  const current = { addresses: ['127.0.0.2', '127.0.0.1'] };
  await using world = await openWorld(hello, { allow: 'a.test:PORT', resolver: resolveTo(current) });
  const url = `http://a.test:${world.server.port}/`;
  assert.equal(await world.fetchText(url, { method: 'POST', body: 'x' }), '200 hello');
  await using cutting = await openWorld((socket) => socket.destroy(), {
    allow: 'a.test:PORT',
    resolver: resolveTo(current),
  });
  current.addresses = ['127.0.0.1', '127.0.0.1'];
  assert.equal(
    await cutting.fetchText(`http://a.test:${cutting.server.port}/`, { method: 'POST', body: 'x' }),
    'reset',
  );
  assert.equal(cutting.server.requests.length, 1);
});

test('a request is not repeated by the transport when its kept connection breaks', async () => {
  for (const method of ['GET', 'POST'] as const) {
    await using world = await openWorld(
      (socket, request) => void (request.number === 2 ? socket.destroy() : hello(socket, request)),
    );
    assert.equal(await askAs(world, 'one'), '200 hello');
    assert.equal(await world.fetchText('/', { method }), 'reset');
    assert.deepEqual(connectionsOf(world), [1, 1]);
  }
});

/** A world of several servers whose limits are small; `askAt` asks one of them and leaves the reply open. */
async function openBoundedWorld(
  limits: Partial<OutboundLimits>,
  clock: { atMs: number },
): Promise<
  AsyncDisposable & {
    readonly world: OutboundWorld;
    askAt(server: number, tenant: string): Promise<string>;
    connectionsAt(server: number): { readonly accepted: number; readonly open: number };
  }
> {
  const open: RawReply = (socket) =>
    void socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n');
  const reply: RawReply = (socket, request) => (request.line.includes('/open') ? open : hello)(socket, request);
  const servers = [await startRawServer(reply), await startRawServer(reply), await startRawServer(reply)];
  const allow = servers.map(({ port }) => `127.0.0.1:${port}`).join(',');
  const world = await openWorld(reply, { allow, limits, now: () => clock.atMs });
  return {
    world,
    askAt: (server, tenant) => askAs(world, tenant, `http://127.0.0.1:${servers[server]?.port}/`),
    connectionsAt: (server) => servers[server]?.connections() ?? { accepted: 0, open: 0 },
    [Symbol.asyncDispose]: async () => {
      await world[Symbol.asyncDispose]();
      for (const server of servers) await server[Symbol.asyncDispose]();
    },
  };
}

test('at the bound of pools the one unused for longest makes place', async () => {
  await using stage = await openBoundedWorld({ poolsMax: 2 }, { atMs: 0 });
  await stage.askAt(0, 'one');
  await stage.askAt(1, 'one');
  await stage.askAt(0, 'one');
  assert.equal(await stage.askAt(2, 'two'), '200 hello');
  assert.equal(stage.world.outbound.stats().pools, 2);
  // Server 1 lost its pool, server 0 kept it.
  await stage.askAt(0, 'one');
  assert.equal(stage.connectionsAt(0).accepted, 1);
  await stage.askAt(1, 'one');
  assert.equal(stage.connectionsAt(1).accepted, 2);
});

test('a tenant at its own bound gives up a pool of its own, not of another', async () => {
  await using stage = await openBoundedWorld({ poolsPerTenantMax: 1 }, { atMs: 0 });
  await stage.askAt(0, 'one');
  await stage.askAt(0, 'two');
  assert.equal(await stage.askAt(1, 'two'), '200 hello');
  assert.equal(stage.world.outbound.stats().pools, 2);
  await stage.askAt(0, 'one');
  assert.equal(stage.connectionsAt(0).accepted, 2);
  await stage.askAt(0, 'two');
  assert.equal(stage.connectionsAt(0).accepted, 3);
});

test('a pool that is idle for too long is closed when the next one is made', async () => {
  const clock = { atMs: 0 };
  await using stage = await openBoundedWorld({ poolIdleMs: 1000, keepAliveMs: 60_000 }, clock);
  await stage.askAt(0, 'one');
  clock.atMs = 999;
  await stage.askAt(1, 'one');
  assert.equal(stage.world.outbound.stats().pools, 2);
  clock.atMs = 1000;
  await stage.askAt(2, 'one');
  assert.equal(stage.world.outbound.stats().pools, 2);
  await nextTurn();
  await stage.askAt(0, 'one');
  assert.equal(stage.connectionsAt(0).accepted, 2);
});

test('a pool with a long stream is not idle', async () => {
  const clock = { atMs: 0 };
  await using stage = await openBoundedWorld({ poolIdleMs: 1000 }, clock);
  const stream = await stage.world.outbound.open({ tenant: 'one', url: `${stage.world.origin}/open` });
  assert.ok(stream.ok);
  clock.atMs = 5000;
  await stage.askAt(0, 'one');
  assert.equal(stage.world.outbound.stats().pools, 2);
  stream.abort();
  assert.match(await readText(stream.body), /!aborted$/);
});

test('pools in use are not closed for others; the call is refused as busy, and place comes back', async () => {
  const bounds: readonly Partial<OutboundLimits>[] = [
    { poolsMax: 1 },
    { poolsPerTenantMax: 1 },
    { requestsPerTenantMax: 1 },
  ];
  for (const limits of bounds) {
    await using stage = await openBoundedWorld(limits, { atMs: 0 });
    const stream = await stage.world.outbound.open({ tenant: 'one', url: `${stage.world.origin}/open` });
    assert.ok(stream.ok);
    assert.equal(await stage.askAt(0, 'one'), 'busy', JSON.stringify(limits));
    if (limits.poolsMax === undefined) assert.equal(await stage.askAt(0, 'two'), '200 hello');
    stream.abort();
    await nextTurn();
    assert.equal(await stage.askAt(0, 'one'), '200 hello', JSON.stringify(limits));
  }
});

test('connections of one pool are bounded', async () => {
  await using world = await openWorld((socket) => void socket.write('HTTP/1.1 200 OK\r\n\r\nhi'), {
    limits: { connectionsPerPoolMax: 2 },
  });
  const ask = { tenant: 'one', url: world.origin };
  const streams = [await world.outbound.open(ask), await world.outbound.open(ask), await world.outbound.open(ask)];
  assert.deepEqual(
    streams.map((stream) => stream.ok || stream.reason),
    [true, true, 'busy'],
  );
  assert.equal(world.server.connections().accepted, 2);
});

test('a server that announces a short keep-alive is not sent a request on a dying connection', async () => {
  await using world = await openWorld((socket) => void socket.write(httpReply('hello', { 'keep-alive': 'timeout=1' })));
  await askAs(world, 'one');
  await askAs(world, 'one');
  assert.deepEqual(connectionsOf(world), [1, 2]);
});

test('when every bound is free again nothing is remembered of a tenant', async () => {
  await using world = await openWorld((socket) => socket.end(httpReply('bye', { connection: 'close' })), {
    limits: { poolsMax: 1 },
  });
  for (let tenant = 0; tenant < 50; tenant += 1) assert.equal(await askAs(world, `tenant ${tenant}`), '200 bye');
  assert.deepEqual(world.outbound.stats(), { pools: 1, requests: 0, tenants: 1 });
});

test('a streaming reply and its connection belong to the asking tenant until the end', async () => {
  await using world = await openWorld((socket, { number }) => {
    if (number === 1) socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\none\r\n');
    else socket.write(httpReply('two'));
  });
  const stream = await world.outbound.open({ tenant: 'one', url: world.origin });
  assert.ok(stream.ok);
  assert.equal(await askAs(world, 'two'), '200 two');
  assert.deepEqual(connectionsOf(world), [1, 2]);
  stream.abort();
  assert.match(await readText(stream.body), /aborted/);
});

test('a connection reset before anything was sent is made once more, not for ever', async () => {
  for (const [resets, expected] of [
    [1, 'tls'],
    [99, 'reset'],
  ] as const) {
    let accepted = 0;
    const server = createServer((socket) => {
      accepted += 1;
      socket.on('error', () => undefined);
      // A reset inside the handshake; afterwards an answer that is no TLS.
      socket.once('data', () =>
        accepted <= resets ? socket.resetAndDestroy() : socket.end('HTTP/1.1 400 No\r\n\r\n'),
      );
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', () => resolve()));
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const resolver = resolveTo({ addresses: ['127.0.0.1', '127.0.0.1', '127.0.0.1'] });
    await using world = await openWorld(hello, { allow: `a.test:${port}`, resolver });
    // The name gives its one address twice; that makes no further attempt.
    assert.equal(await world.fetchText(`https://a.test:${port}/`, { method: 'POST', body: 'x' }), expected);
    assert.equal(accepted, 2);
    await new Promise((resolve) => void server.close(resolve));
  }
});
