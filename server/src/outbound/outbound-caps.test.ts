// Checks servers that stall, flood, lie or talk garbage: each ends within its bound, as a value, and leaves no connection.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brotliCompressSync, constants, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { openWorld, readText, type OutboundWorld } from '#test/outbound-world.ts';
import { httpReply, type RawReply } from '#test/raw-server.ts';
import type { CallLimits } from './limits.ts';

/** Asks once through each face and demands the same reason of both; then that no connection is left. */
async function assertReason(reply: RawReply, limits: Partial<CallLimits>, reason: string): Promise<void> {
  // A connection that served its reply to the end may be kept; here it is closed at once.
  await using world = await openWorld(reply, { limits: { keepAliveMs: 1 } });
  assert.equal(await world.fetchText('/', { limits }), reason);
  assert.equal(await streamReason(world, limits), reason);
  await world.server.allClosed();
  assert.equal(world.outbound.stats().requests, 0);
}

async function streamReason(world: OutboundWorld, limits: Partial<CallLimits>): Promise<string> {
  const stream = await world.outbound.open({ tenant: 'one', url: world.origin, limits });
  return stream.ok ? (await readText(stream.body)).replace(/^[^!]*!/, '') : stream.reason;
}

const head = 'HTTP/1.1 200 OK\r\n';
const short = 60;

test('a server that accepts and says nothing runs into the first-byte time', async () => {
  await assertReason(() => undefined, { firstByteMs: short }, 'timeout_first_byte');
});

test('a header that trickles in does not extend the first-byte time', async () => {
  const drip: RawReply = (socket) => {
    socket.write(`${head}x-`);
    const timer = setInterval(() => socket.write('a'), 5);
    socket.on('close', () => clearInterval(timer));
  };
  await assertReason(drip, { firstByteMs: short }, 'timeout_first_byte');
});

test('interim replies do not extend the first-byte time', async () => {
  await assertReason(
    (socket) => socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'),
    { firstByteMs: short },
    'timeout_first_byte',
  );
});

test('silence inside a body runs into the idle time', async () => {
  await assertReason(
    (socket) => socket.write(`${head}content-length: 10\r\n\r\nabc`),
    { idleMs: short },
    'timeout_idle',
  );
});

test('a body that trickles in runs into the total time', async () => {
  const drip: RawReply = (socket) => {
    socket.write(`${head}content-length: 100000\r\n\r\n`);
    const timer = setInterval(() => socket.write('a'), 5);
    socket.on('close', () => clearInterval(timer));
  };
  await assertReason(drip, { totalMs: 4 * short }, 'timeout_total');
});

test('an endless body is cut off at its bound', async () => {
  const flood: RawReply = (socket) => {
    socket.write(`${head}\r\n`);
    const more = (): void => {
      while (!socket.destroyed && socket.write('x'.repeat(4096)));
    };
    socket.on('drain', more);
    more();
  };
  await assertReason(flood, { bodyBytesMax: 100_000 }, 'too_large');
});

test('a body of exactly the bound passes, one byte more does not', async () => {
  await using world = await openWorld(
    (socket) => socket.write(`${head}connection: close\r\n\r\n${'x'.repeat(1000)}`) && socket.end(),
  );
  assert.match(await world.fetchText('/', { limits: { bodyBytesMax: 1000 } }), /^200 x{1000}$/);
  assert.equal(await world.fetchText('/', { limits: { bodyBytesMax: 999 } }), 'too_large');
});

test('a bound that is passed in the very packet of the header counts', async () => {
  for (const coding of ['identity', 'gzip']) {
    const bytes = `${head}content-encoding: ${coding}\r\n\r\n${'x'.repeat(5000)}`;
    await assertReason((socket) => socket.write(bytes), { bodyBytesMax: 1000 }, 'too_large');
  }
});

test('a body announced as too long is not waited for', async () => {
  await assertReason(
    (socket) => socket.write(`${head}content-length: 1001\r\n\r\n`),
    { bodyBytesMax: 1000 },
    'too_large',
  );
});

test('a header over 64 KB is refused, in one field or in many', async () => {
  await assertReason((socket) => socket.write(`${head}x-a: ${'a'.repeat(70_000)}\r\n\r\n`), {}, 'too_large');
  const many = Array.from({ length: 10_000 }, (_, index) => `x-${index}: aaaa\r\n`).join('');
  await assertReason((socket) => socket.write(`${head}${many}\r\n`), {}, 'too_large');
  await using world = await openWorld((socket) => socket.write(httpReply('x', { 'x-a': 'a'.repeat(60_000) })));
  assert.equal(await world.fetchText('/'), '200 x');
});

const codings = { gzip: gzipSync, 'x-gzip': gzipSync, deflate: deflateSync, br: compressBrotli } as const;

function compressBrotli(bytes: Buffer | string): Buffer {
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } });
}

test('a compressed body is decompressed, and its length and coding are no longer told', async () => {
  for (const [coding, compress] of Object.entries(codings)) {
    await using world = await openWorld((socket) =>
      socket.write(httpReply(compress('hello hello'), { 'content-encoding': coding, 'x-a': '1' })),
    );
    const reply = await world.outbound.fetch({ tenant: 'one', url: world.origin });
    assert.ok(reply.ok, coding);
    assert.equal(reply.body.toString(), 'hello hello');
    assert.deepEqual({ ...reply.headers }, { 'x-a': '1' });
  }
});

test('a bomb is cut off by its ratio, or by the size it unpacks to', async () => {
  const zeros = Buffer.alloc(4 * 1024 * 1024);
  for (const [coding, compress] of Object.entries(codings)) {
    const bytes = httpReply(compress(zeros), { 'content-encoding': coding });
    const bomb: RawReply = (socket) => socket.write(bytes);
    await assertReason(bomb, {}, 'ratio');
    await assertReason(bomb, { ratioMax: 1e9, bodyBytesMax: 1_000_000 }, 'too_large');
    await using world = await openWorld(bomb);
    assert.equal((await world.fetchText('/', { limits: { ratioMax: 1e9 } })).length, zeros.length + 4);
  }
});

test('a compressed body that goes on without ever giving a byte is cut off too', async () => {
  const [header, emptyBlock] = [gzipSync('').subarray(0, 10), Buffer.from([0, 0, 0, 0xff, 0xff])];
  const blocks = Buffer.concat(Array.from({ length: 1000 }, () => emptyBlock));
  const flood: RawReply = (socket) => {
    socket.write(Buffer.concat([Buffer.from(`${head}content-encoding: gzip\r\n\r\n`), header]));
    const more = (): void => {
      while (!socket.destroyed && socket.write(blocks));
    };
    socket.on('drain', more);
    more();
  };
  await assertReason(flood, { bodyBytesMax: 200_000 }, 'too_large');
});

test('a damaged or cut compressed body is no body', async () => {
  const good = gzipSync('hello '.repeat(1000));
  const damaged = Buffer.from(good);
  damaged.writeUInt8(damaged.readUInt8(20) ^ 0xff, 20);
  for (const bad of [good.subarray(0, -9), damaged, Buffer.from('hello')]) {
    await using world = await openWorld((socket) => socket.write(httpReply(bad, { 'content-encoding': 'gzip' })));
    assert.equal(await world.fetchText('/'), 'protocol');
    assert.equal(await streamReason(world, {}), 'protocol');
  }
});

test('layers of codings and codings nobody asked for are refused', async () => {
  for (const coding of ['gzip, gzip', 'gzip,br', 'zstd', 'compress', 'constructor']) {
    await assertReason(
      (socket) => socket.write(httpReply(zstdCompressSync('x'), { 'content-encoding': coding })),
      {},
      'encoding',
    );
  }
});

test('a reply without a body needs no coding to be true', async () => {
  await using world = await openWorld((socket, { line }) => {
    const length = line.startsWith('HEAD') ? '100' : '0';
    socket.write(`${head}content-encoding: gzip\r\ncontent-length: ${length}\r\n\r\n`);
  });
  assert.equal(await world.fetchText('/', { method: 'HEAD' }), '200 ');
  assert.equal(await world.fetchText('/'), '200 ');
});

const nonsense: Readonly<Record<string, readonly [string, RegExp]>> = {
  'not HTTP': ['SSH-2.0-OpenSSH_9.2\r\n\r\n', /^protocol$/],
  'HTTP/0.9': ['<html>hello</html>', /^protocol$/],
  'a folded status line': ['HTTP/1.1\r\n 200 OK\r\n\r\n', /^protocol$/],
  'two lengths': [`${head}content-length: 1\r\ncontent-length: 2\r\n\r\nab`, /^protocol$/],
  'a length that is none': [`${head}content-length: -1\r\n\r\nab`, /^protocol$/],
  'length and chunks': [`${head}content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`, /^protocol$/],
  'a chunk size that is none': [`${head}transfer-encoding: chunked\r\n\r\nzz\r\nab\r\n`, /^protocol$/],
  'a NUL in a header': [`${head}x-a: a\u0000b\r\n\r\n`, /^protocol$/],
  'another protocol': ['HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n', /^protocol$/],
  'an unexpected 100': ['HTTP/1.1 100 Continue\r\n\r\n', /^protocol$/],
};

test('what is not HTTP as we accept it is a protocol failure', async () => {
  for (const [name, [bytes, reason]] of Object.entries(nonsense)) {
    await using world = await openWorld((socket) => socket.end(bytes));
    assert.match(await world.fetchText('/'), reason, name);
    assert.match(await streamReason(world, {}), reason, name);
  }
});

test('a connection that ends too early is told apart from a whole reply', async () => {
  const cut: Readonly<Record<string, RawReply>> = {
    'before the header': (socket) => socket.end(),
    'inside the header': (socket) => socket.end(`${head}x-a: `),
    'inside a body with a length': (socket) => socket.end(`${head}content-length: 10\r\n\r\nabc`),
    'inside a chunked body': (socket) => socket.end(`${head}transfer-encoding: chunked\r\n\r\n5\r\nabc`),
    'by a reset': (socket) => socket.resetAndDestroy(),
  };
  for (const [name, reply] of Object.entries(cut)) {
    await using world = await openWorld(reply);
    assert.match(await world.fetchText('/'), /^(reset|protocol)$/, name);
    assert.match(await streamReason(world, {}), /^(reset|protocol)$/, name);
  }
});

test('a failure names neither the bytes of the reply nor its headers', async () => {
  await using world = await openWorld((socket) => socket.end('secret-answer\r\nx: secret-header\r\n\r\nsecret-body'));
  const result = await world.outbound.fetch({ tenant: 'one', url: world.origin });
  assert.ok(!result.ok);
  assert.doesNotMatch(JSON.stringify(result), /secret/);
});
