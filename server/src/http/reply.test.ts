// Tests when a reply counts as handed over: all of it with the operating system, on a connection that still stands.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { createConnections } from './connections.ts';
import { ClientGone, type Exchange, NO_ROUTE } from './exchange.ts';
import { hardeningHeaders } from './headers.ts';
import { endReply, isOut, sendReply } from './reply.ts';

const SMALL = Buffer.from('done');
/** More than any buffer of the operating system takes from a client that does not read. */
const LARGE = Buffer.alloc(64 * 1024 * 1024);

test('a small reply on a connection that stands is out at once', async () => {
  await withExchange(async (exchange) => {
    assert.equal(isOut(exchange), false);
    const ending = endReply(exchange, SMALL);
    assert.equal(isOut(exchange), true);
    await ending;
  });
});

test('a reply is not out while the client has not taken it', async () => {
  await withExchange(async (exchange, client) => {
    client.pause();
    const ending = endReply(exchange, LARGE);
    assert.equal(isOut(exchange), false);
    client.resume();
    await ending;
    assert.equal(isOut(exchange), true);
  });
});

test('a reply that a reset or closed connection did not take is never out', async () => {
  const ways: readonly ((exchange: Exchange, client: Socket) => void)[] = [
    (_exchange, client) => void client.resetAndDestroy(),
    ({ request }) => void request.socket.destroy(),
    ({ response }) => void response.destroy(),
  ];
  for (const leave of ways) {
    await withExchange(async (exchange, client) => {
      leave(exchange, client);
      const ending = endReply(exchange, SMALL);
      assert.equal(isOut(exchange), false, leave.toString());
      await assert.rejects(ending, ClientGone);
      assert.equal(isOut(exchange), false, leave.toString());
    });
  }
});

test('each header of a reply stands once: what a reply says itself stands, all others are the hardening ones', async () => {
  for (const headers of [
    { 'content-type': 'text/plain' },
    { 'cache-control': 'max-age=60', 'x-request-id': 'req_2' },
  ]) {
    await withExchange(async (exchange, client) => {
      const got = once(client, 'data');
      await sendReply(exchange, { status: 200, headers, body: 'done' });
      const [head = ''] = String(await got).split('\r\n\r\n');
      const lines = head.split('\r\n').slice(1);
      const sent = new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]));
      assert.equal(sent.size, lines.length);
      const expected = { ...hardeningHeaders(false), 'x-request-id': 'req_1', ...headers, 'content-length': '4' };
      for (const [name, value] of Object.entries(expected)) assert.equal(sent.get(name), value, name);
    });
  }
});

/** Runs `act` on a request that a client has sent. */
async function withExchange(act: (exchange: Exchange, client: Socket) => Promise<void>): Promise<void> {
  const connections = createConnections(10);
  const server = createServer();
  connections.watch(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const client = connect(typeof address === 'object' ? (address?.port ?? 0) : 0, '127.0.0.1');
  client.on('error', () => undefined).on('data', () => undefined);
  client.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
  const [request, response] = await once(server, 'request');
  response.on('error', () => undefined);
  try {
    using running = connections.begin(request, response);
    await act(
      {
        request,
        response,
        requestId: 'req_1',
        path: '/',
        startedMs: 0,
        clientLeft: running.clientLeft,
        stopping: running.stopping,
        finishLater: running.finishLater,
        isStopping: () => false,
        progress: {
          isAccepted: true,
          isSecure: false,
          extraHeaders: {},
          route: NO_ROUTE,
          refusal: undefined,
          requestBytes: 0,
          replyBytes: 0,
        },
      },
      client,
    );
  } finally {
    client.destroy();
    connections.destroyAll();
    server.close();
    await once(server, 'close');
  }
}
