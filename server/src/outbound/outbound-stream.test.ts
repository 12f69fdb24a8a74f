// Checks streaming replies: bytes as they come, backpressure to the server, and an end of the connection when either side leaves.
import assert from 'node:assert/strict';
import { getEventListeners, once } from 'node:events';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { constants, createGzip, gzipSync } from 'node:zlib';
import { openWorld, readText, type OutboundWorld, type WorldOptions } from '#test/outbound-world.ts';
import { httpReply } from '#test/raw-server.ts';
import type { OutboundRequest, OutboundStream } from './outbound.ts';

interface Stage extends AsyncDisposable {
  readonly world: OutboundWorld;
  readonly stream: OutboundStream;
  /** The server's end of the connection. */
  readonly upstream: Socket;
}

/** Opens a stream to a server that has sent its header and `first`. */
async function openStage(
  first: string,
  request: Partial<OutboundRequest> = {},
  options: WorldOptions = {},
): Promise<Stage> {
  const sockets: Socket[] = [];
  const world = await openWorld((socket) => {
    sockets.push(socket);
    socket.write(`HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n${first}`);
  }, options);
  const stream = await world.outbound.open({ tenant: 'one', url: world.origin, ...request });
  assert.ok(stream.ok);
  const [upstream] = sockets;
  assert.ok(upstream !== undefined);
  return { world, stream, upstream, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

test('a chunk is there before the next one is sent', async () => {
  await using stage = await openStage('data: 0\n\n');
  const seen: string[] = [];
  for await (const chunk of stage.stream.body) {
    seen.push(chunk.toString());
    if (seen.length === 5) stage.upstream.end();
    else stage.upstream.write(`data: ${seen.length}\n\n`);
  }
  assert.deepEqual(
    seen,
    [0, 1, 2, 3, 4].map((index) => `data: ${index}\n\n`),
  );
});

test('a compressed chunk is there before the next one is sent', async () => {
  const gzip = createGzip({ flush: constants.Z_SYNC_FLUSH });
  await using world = await openWorld((socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n');
    gzip.pipe(socket);
    gzip.write('first');
  });
  const stream = await world.outbound.open({ tenant: 'one', url: world.origin });
  assert.ok(stream.ok);
  assert.equal(world.server.requests[0]?.headers.get('accept-encoding'), 'identity');
  const seen: string[] = [];
  for await (const chunk of stream.body) {
    seen.push(chunk.toString());
    gzip.end(seen.length === 1 ? 'second' : undefined);
  }
  assert.deepEqual(seen, ['first', 'second']);
});

test('every way of leaving a stream closes the connection to the server', async () => {
  const leaving = new AbortController();
  const ways: Readonly<Record<string, (stage: Stage) => unknown>> = {
    abort: ({ stream }) => stream.abort(),
    destroy: ({ stream }) => stream.body.destroy(),
    'break out of the loop': async ({ stream }) => {
      for await (const _chunk of stream.body) break;
    },
    'the signal': () => leaving.abort(),
  };
  for (const [name, leave] of Object.entries(ways)) {
    await using stage = await openStage('first', { signal: leaving.signal });
    const closed = once(stage.upstream, 'close');
    await leave(stage);
    await closed;
    assert.equal(stage.world.server.connections().open, 0, name);
    assert.deepEqual(stage.world.outbound.stats(), { pools: 1, requests: 0, tenants: 1 });
  }
});

test('leaving a compressed stream closes the connection too', async () => {
  for (const way of ['abort', 'destroy'] as const) {
    await using world = await openWorld((socket) => {
      const gzip = createGzip({ flush: constants.Z_SYNC_FLUSH });
      socket.write('HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n');
      gzip.pipe(socket);
      gzip.write('first');
    });
    const stream = await world.outbound.open({ tenant: 'one', url: world.origin });
    assert.ok(stream.ok);
    if (way === 'abort') stream.abort();
    else stream.body.destroy();
    await world.server.allClosed();
  }
});

test('a reader sees why its stream was cut', async () => {
  await using aborted = await openStage('first');
  aborted.stream.abort();
  assert.match(await readText(aborted.stream.body), /!aborted$/);
  await using reset = await openStage('first');
  reset.upstream.resetAndDestroy();
  assert.match(await readText(reset.stream.body), /!reset$/);
  await using idle = await openStage('first', { limits: { idleMs: 500 } });
  assert.equal(await readText(idle.stream.body), 'first!timeout_idle');
});

test('a chunked or measured stream that ends early is cut, not ended', async () => {
  for (const framing of ['transfer-encoding: chunked\r\n\r\n5\r\nfirst\r\n', 'content-length: 6\r\n\r\nfirst']) {
    for (const leave of ['end', 'resetAndDestroy'] as const) {
      await using world = await openWorld(
        (socket) => void socket.write(`HTTP/1.1 200 OK\r\n${framing}`, () => socket[leave]()),
      );
      const stream = await world.outbound.open({ tenant: 'one', url: world.origin });
      assert.match(
        stream.ok ? await readText(stream.body) : stream.reason,
        /^(first|)!?(reset|protocol)$/,
        `${framing} ${leave}`,
      );
    }
  }
});

test('a stream that breaks while nobody reads harms nobody, and tells its reader later', async () => {
  await using stage = await openStage('first');
  stage.upstream.resetAndDestroy();
  await new Promise((resolve) => stage.stream.body.on('close', resolve));
  assert.match(await readText(stage.stream.body), /!reset$/);
});

test('a compressed stream that breaks while nobody reads harms nobody, and tells its reader later', async () => {
  const cut = gzipSync('x'.repeat(1000)).subarray(0, -9);
  await using world = await openWorld((socket) => socket.write(httpReply(cut, { 'content-encoding': 'gzip' })));
  const stream = await world.outbound.open({ tenant: 'one', url: world.origin });
  assert.ok(stream.ok);
  await new Promise((resolve) => stream.body.on('close', resolve));
  assert.match(await readText(stream.body), /!protocol$/);
});

test('a stream that ended holds on to nothing of its caller', async () => {
  const { signal } = new AbortController();
  await using world = await openWorld((socket) => socket.write(httpReply('done')));
  for (const leave of ['read', 'abort'] as const) {
    const stream = await world.outbound.open({ tenant: 'one', url: world.origin, signal });
    assert.ok(stream.ok);
    if (leave === 'read') await readText(stream.body);
    else stream.abort();
    assert.deepEqual(getEventListeners(signal, 'abort'), []);
  }
  await world.outbound.open({ tenant: 'one', url: 'https://10.0.0.1/', signal });
  await world.outbound.fetch({ tenant: 'one', url: world.origin, signal });
  assert.deepEqual(getEventListeners(signal, 'abort'), []);
});

test('a call that is left before it began sends nothing', async () => {
  await using world = await openWorld((socket) => socket.write(httpReply('x')));
  const request = { tenant: 'one', url: world.origin, signal: AbortSignal.abort() };
  const results = [await world.outbound.open(request), await world.outbound.fetch(request)];
  assert.deepEqual(
    results.map((result) => result.ok || [result.reason, result.sent]),
    [
      ['aborted', false],
      ['aborted', false],
    ],
  );
  assert.equal(world.server.connections().accepted, 0);
});

test('a call that is left while it waits for the header closes the connection', async () => {
  const leaving = new AbortController();
  await using world = await openWorld(() => leaving.abort());
  const result = await world.outbound.open({ tenant: 'one', url: world.origin, signal: leaving.signal });
  assert.deepEqual([result.ok || result.reason, result.ok || result.sent], ['aborted', true]);
  await world.server.allClosed();
});

test('a slow reader holds the server back, is not taken for a silent server, and gets every byte', async () => {
  const total = 8 * 1024 * 1024;
  let written = 0;
  const limits = { idleMs: 1_000, totalMs: 60_000 };
  await using world = await openWorld((socket) => {
    socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${total}\r\n\r\n`);
    const more = (): void => {
      while (written < total) {
        written += 65_536;
        if (!socket.write('x'.repeat(65_536))) return;
      }
    };
    socket.on('drain', more);
    more();
  });
  const stream = await world.outbound.open({ tenant: 'one', url: world.origin, limits });
  assert.ok(stream.ok);
  await sleep(3 * limits.idleMs);
  assert.ok(written < total, 'the server could write everything to a reader who read nothing');
  let received = 0;
  for await (const chunk of stream.body) received += chunk.length;
  assert.equal(received, total);
});

test('a reader who never reads is ended by the total time', async () => {
  await using stage = await openStage('x'.repeat(1_000_000), { limits: { totalMs: 100 } });
  await stage.world.server.allClosed();
  assert.match(await readText(stage.stream.body), /!timeout_total$/);
});

test('a stream that ended well leaves its connection for the next call', async () => {
  await using world = await openWorld((socket) => socket.write(httpReply('done')));
  for (let call = 0; call < 3; call += 1) {
    const stream = await world.outbound.open({ tenant: 'one', url: world.origin });
    assert.ok(stream.ok);
    assert.equal(await readText(stream.body), 'done');
    stream.abort();
    await sleep(5);
  }
  assert.equal(world.server.connections().accepted, 1);
});
