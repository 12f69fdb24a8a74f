// How listeners end, and how many clients they hold: open streams, kept-alive connections, running and late requests.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import {
  ask,
  createEdgeWorld,
  type EdgeWorldOptions,
  exchangeRaw,
  openSocket,
  parseReply,
  readToEnd,
} from '#test/edge-world.ts';
import { chat, createModelStage } from '#test/e2e/model-stage.ts';

/** A page that answers when the test says so. */
function heldPage() {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { promise: entered, resolve: enter } = Promise.withResolvers<void>();
  const page = {
    path: '/held',
    respond: async () => {
      enter();
      await promise;
      return { status: 200, headers: { 'content-type': 'text/plain' }, body: 'done' };
    },
  } as const;
  return { release: resolve, entered, options: { pages: [page] } satisfies EdgeWorldOptions };
}

const get = (port: number, path: string): string => `GET ${path} HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`;

async function refusesConnections(port: number): Promise<boolean> {
  return openSocket(port).then(
    (socket) => {
      socket.destroy();
      return false;
    },
    () => true,
  );
}

test('a stop lets a running request end, refuses a late one on its connection, and takes no new connections', async () => {
  const held = heldPage();
  await using stage = await createEdgeWorld(held.options);
  const idle = await openSocket(stage.port);
  idle.write(get(stage.port, '/health/live'));
  await once(idle, 'data');
  const fresh = await openSocket(stage.port);
  const busy = await openSocket(stage.port);
  busy.write(get(stage.port, '/held'));
  await held.entered;
  const late = await openSocket(stage.port);
  late.write(`GET /health/live HTTP/1.1\r\nHost: localhost:${stage.port}\r\n`);
  // Two round trips later the server has read what was written before.
  for (const _ of [1, 2]) assert.equal((await ask(stage.port, 'GET /health/live')).status, 200);
  const unused = [idle, fresh].map((socket) => readToEnd(socket));
  const stopping = stage.edge.stop({ drainSeconds: 30 });
  assert.deepEqual(await Promise.all(unused), ['', '']);
  assert.equal(await refusesConnections(stage.port), true);
  late.write('\r\n');
  const refused = parseReply(await readToEnd(late));
  assert.equal(refused.status, 503);
  assert.match(refused.body, /server\.stopping/);
  assert.equal(refused.headers.get('connection'), 'close');
  held.release();
  const reply = parseReply(await readToEnd(busy));
  assert.equal(reply.status, 200);
  assert.equal(reply.body, 'done');
  assert.equal(reply.headers.get('connection'), 'close');
  assert.equal(await stopping, 'drained');
  assert.equal(stage.edge.stopping.aborted, true);
});

test('a stop breaks off what outlives its time, and says so', async () => {
  const held = heldPage();
  await using stage = await createEdgeWorld(held.options);
  const busy = await openSocket(stage.port);
  busy.write(get(stage.port, '/held'));
  await held.entered;
  const ended = readToEnd(busy);
  assert.equal(await stage.edge.stop({ drainSeconds: 0 }), 'cut');
  assert.equal(await ended, '');
  held.release();
});

test('an open stream may go on for the drain time; then it ends as a broken one, and is settled as stopped', async () => {
  await using stage = await createModelStage();
  const stream = await stage.client().chat.completions.create({ ...chat('paced-stopped'), stream: true });
  const pieces = stream[Symbol.asyncIterator]();
  stage.upstream.release(1);
  await pieces.next();
  const stopping = stage.edge.edge.stop({ drainSeconds: 1 });
  stage.upstream.release(1);
  assert.equal((await pieces.next()).done, false, 'the stream goes on while the drain lasts');
  const rest = pieces.next();
  await assert.rejects(rest);
  assert.equal(await stopping, 'cut');
  await stage.lastCall('paced-stopped').abandoned;
  assert.equal((await stage.closedCall('paced-stopped')).state, 'stopped');
  assert.deepEqual(stage.edge.world.unexpected, []);
});

test('a stream that ends within the drain time ends well', async () => {
  await using stage = await createModelStage();
  const stream = await stage.client().chat.completions.create({ ...chat('streamed'), stream: true });
  const pieces = stream[Symbol.asyncIterator]();
  await pieces.next();
  const stopping = stage.edge.edge.stop({ drainSeconds: 20 });
  while ((await pieces.next()).done !== true);
  assert.equal(await stopping, 'drained');
  assert.equal((await stage.closedCall('streamed')).state, 'finished');
});

test('a stop waits until what a call used is on record, although its client has had the reply for long', async () => {
  await using stage = await createModelStage();
  const { world, edge } = stage.edge;
  // An ending takes so long that a stop which does not wait for it is over before.
  await world.admin(
    `create function holdfast.linger() returns trigger language plpgsql as $$ begin perform pg_sleep(1); return null; end $$`,
  );
  await world.admin(`create trigger linger before update on holdfast.model_call execute function holdfast.linger()`);
  await stage.client().chat.completions.create(chat('whole'));
  assert.equal(await edge.stop({ drainSeconds: 20 }), 'drained');
  const { rows } = await world.admin('select state from holdfast.model_call');
  assert.deepEqual(rows, [{ state: 'finished' }]);
  assert.deepEqual(world.unexpected, []);
});

test('a thousand kept-alive connections are all answered, twice, and closed by a stop', async () => {
  await using stage = await createEdgeWorld();
  const sockets: Socket[] = [];
  for (let batch = 0; batch < 10; batch += 1)
    sockets.push(...(await Promise.all(Array.from({ length: 100 }, () => openSocket(stage.port)))));
  for (const _ of [1, 2]) {
    const replies = sockets.map(async (socket) => {
      const [bytes] = (await once(socket, 'data')) as [Buffer];
      return bytes.subarray(0, 12).toString();
    });
    for (const socket of sockets) socket.write(get(stage.port, '/health/live'));
    assert.deepEqual(new Set(await Promise.all(replies)), new Set(['HTTP/1.1 200']));
  }
  const closed = sockets.map((socket) => readToEnd(socket));
  assert.equal(await stage.edge.stop({ drainSeconds: 20 }), 'drained');
  await Promise.all(closed);
});

test('connections beyond the limit are closed at once, and those within it go on', async () => {
  await using stage = await createEdgeWorld({ settings: { HOLDFAST_CONNECTIONS_MAX: '16' } });
  const within = await Promise.all(Array.from({ length: 16 }, () => openSocket(stage.port)));
  const beyond = await openSocket(stage.port);
  assert.equal(await readToEnd(beyond), '');
  const [first] = within;
  first?.write(get(stage.port, '/health/live').replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'));
  assert.equal(parseReply(await readToEnd(first ?? beyond)).status, 200);
  assert.equal(
    (await exchangeRaw(stage.port, get(stage.port, '/problems').replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')))
      .status,
    200,
  );
  for (const socket of within) socket.destroy();
});
