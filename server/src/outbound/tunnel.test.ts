// Checks the CONNECT exchange alone: what is written, and that the socket is handed over clean.
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { startConnectProxy, type ConnectProxyOptions } from '#test/connect-proxy.ts';
import { startRawServer } from '#test/raw-server.ts';
import { parseAddress } from './address.ts';
import type { ConnectError } from './attempt.ts';
import { openTunnel } from './tunnel.ts';

/** Asks a proxy for a tunnel to 127.0.0.1:`port` and gives the socket as it was handed over. */
async function ask(
  via: ConnectProxyOptions,
  port: number,
  headerBytesMax: number,
): Promise<{ readonly socket: Socket; readonly error: ConnectError | undefined }> {
  await using proxy = await startConnectProxy(via);
  const address = parseAddress('127.0.0.1');
  assert.ok(address !== undefined);
  const socket = connect({ host: '127.0.0.1', port: proxy.port });
  const options = { place: { address, port }, authorization: 'Basic abc', headerBytesMax };
  const error = await new Promise<ConnectError | undefined>((resolve) => openTunnel(socket, options, resolve));
  const [request] = proxy.requests;
  assert.equal(request?.line, `CONNECT 127.0.0.1:${port} HTTP/1.1`);
  assert.deepEqual(Object.fromEntries(request?.headers ?? []), {
    host: `127.0.0.1:${port}`,
    'proxy-authorization': 'Basic abc',
  });
  return { socket, error };
}

test('an open tunnel is handed over paused, without a reader of ours', async () => {
  await using server = await startRawServer(() => undefined);
  const { socket, error } = await ask({}, server.port, 1000);
  assert.equal(error, undefined);
  assert.equal(socket.listenerCount('data'), 0);
  assert.equal(socket.isPaused(), true);
  socket.destroy();
});

test('a header of exactly the bound opens the tunnel, one byte more does not', async () => {
  await using server = await startRawServer(() => undefined);
  const yes = [`HTTP/1.1 200 OK\r\nx-a: ${'a'.repeat(74)}\r\n\r\n`];
  assert.equal(yes[0]?.length, 100);
  for (const [bytesMax, reason] of [
    [100, undefined],
    [99, 'proxy_reply'],
  ] as const) {
    const { socket, error } = await ask({ yes }, server.port, bytesMax);
    assert.equal(error?.reason, reason);
    socket.destroy();
  }
});
