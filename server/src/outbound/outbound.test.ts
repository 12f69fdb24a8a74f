// Checks what the client sends and hands back, and what it refuses to send at all.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { openWorld } from '#test/outbound-world.ts';
import { httpReply, startRawServer } from '#test/raw-server.ts';
import { outboundReasons, publicReason } from './reasons.ts';
import type { OutboundRequest } from './message.ts';

test('a reply comes back whole, whatever its status', async () => {
  await using world = await openWorld((socket, { line }) =>
    socket.write(httpReply(line, { 'x-a': '1', 'X-B': '2' }, '418 Teapot')),
  );
  const reply = await world.outbound.fetch({ tenant: 'one', url: `${world.origin}/a?b=c#d`, method: 'DELETE' });
  assert.ok(reply.ok);
  assert.equal(reply.status, 418);
  assert.equal(reply.body.toString(), 'DELETE /a?b=c HTTP/1.1');
  assert.equal(reply.url, `${world.origin}/a?b=c`);
  assert.deepEqual({ ...reply.headers }, { 'content-length': '22', 'x-a': '1', 'x-b': '2' });
});

test('only the headers that were given are sent, besides host, connection, length and codings', async () => {
  await using world = await openWorld((socket) => socket.write(httpReply('')));
  await world.fetchText('/', { method: 'POST', body: 'héllo', headers: { Authorization: 'Bearer x', 'X-A': 'é' } });
  const [request] = world.server.requests;
  assert.deepEqual(Object.fromEntries(request?.headers ?? []), {
    host: `127.0.0.1:${world.server.port}`,
    connection: 'keep-alive',
    authorization: 'Bearer x',
    'x-a': 'é',
    'accept-encoding': 'gzip, deflate, br',
    'content-length': '6',
  });
  assert.equal(Buffer.from(request?.body ?? '', 'latin1').toString(), 'héllo');
});

test('a reply sets no cookie and none is sent back', async () => {
  await using world = await openWorld((socket) =>
    socket.write(httpReply('x', { 'set-cookie': 'a=1', 'set-cookie2': 'b=2' })),
  );
  const reply = await world.outbound.fetch({ tenant: 'one', url: world.origin });
  assert.ok(reply.ok);
  assert.deepEqual(Object.keys(reply.headers), ['content-length']);
  await world.fetchText('/');
  assert.equal(world.server.requests[1]?.headers.has('cookie'), false);
});

test('a request that could be read in two ways is not sent', async () => {
  await using world = await openWorld((socket) => socket.write(httpReply('')));
  const headers: readonly Record<string, string>[] = [
    { host: 'other.example' },
    { Connection: 'close' },
    { 'Transfer-Encoding': 'chunked' },
    { 'content-length': '3' },
    { upgrade: 'h2c' },
    { 'Accept-Encoding': 'zstd' },
    { 'Proxy-Authorization': 'x' },
    { 'x-a': 'a\r\nx-b: b' },
    { 'x-a': 'a\nb' },
    { 'x-a': 'a\u0000' },
    { 'x-a': '\u0100' },
    { 'x a': 'b' },
    { '': 'b' },
    { 'x:a': 'b' },
    { 'X-A': '1', 'x-a': '2' },
  ];
  const others: readonly Partial<OutboundRequest>[] = [
    { method: 'GET', body: 'x' },
    { method: 'HEAD', body: '' },
    { tenant: '' },
    { limits: { totalMs: 0 } },
    { limits: { idleMs: Number.NaN } },
    { limits: { firstByteMs: 2 ** 31 } },
    { limits: { bodyBytesMax: -1 } },
  ];
  for (const request of [...headers.map((given) => ({ headers: given })), ...others]) {
    assert.equal(await world.fetchText('/', request), 'request', JSON.stringify(request));
  }
  // A type does not stop JavaScript or a cast.
  const methods: readonly string[] = ['CONNECT', 'TRACE', 'get', 'GET /x HTTP/1.1\r\n'];
  for (const method of methods) {
    assert.equal(await world.fetchText('/', { method: method as 'GET' }), 'request');
  }
  assert.equal(world.server.connections().accepted, 0);
});

test('a media type that is not on the list of the call is refused, and a reply without body needs none', async () => {
  await using world = await openWorld((socket, { line }) => {
    if (line.includes('/none')) return socket.write('HTTP/1.1 204 No Content\r\n\r\n');
    const type = decodeURIComponent(/\?(\S*)/.exec(line)?.[1] ?? '');
    return socket.write(httpReply('x', type === '' ? {} : { 'content-type': type }));
  });
  const ask = (type: string): Promise<string> =>
    world.fetchText(`/?${encodeURIComponent(type)}`, { contentTypes: ['application/json'] });
  assert.equal(await ask('application/json'), '200 x');
  assert.equal(await ask('Application/JSON; charset=utf-8'), '200 x');
  for (const type of ['', 'text/html', 'application/jsonp', 'text/html, application/json'])
    assert.equal(await ask(type), 'content_type');
  assert.equal(await world.fetchText('/none', { contentTypes: ['application/json'] }), '204 ');
  assert.equal(await world.fetchText('/?text%2Fhtml'), '200 x');
});

test('interim replies are passed over, a flood of them is not', async () => {
  const early = 'HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n';
  await using world = await openWorld((socket, { line }) => {
    socket.write(Buffer.concat([Buffer.from(early.repeat(line.includes('flood') ? 100 : 3)), httpReply('x')]));
  });
  assert.equal(await world.fetchText('/'), '200 x');
  assert.equal(await world.fetchText('/flood'), 'protocol');
});

test('after closing nothing is sent, and what was under way ends as closed', async () => {
  await using world = await openWorld((socket, { line }) => {
    if (line.includes('stream')) socket.write('HTTP/1.1 200 OK\r\n\r\nfirst');
  });
  const waiting = world.fetchText('/');
  const stream = await world.outbound.open({ tenant: 'one', url: `${world.origin}/stream` });
  assert.ok(stream.ok);
  await world.outbound.close();
  assert.equal(await waiting, 'closed');
  await assert.rejects(stream.body.toArray(), {
    failure: { ok: false, reason: 'closed', sent: true, status: 200, detail: 'cancelled' },
  });
  assert.equal(await world.fetchText('/'), 'closed');
  await world.server.allClosed();
  assert.deepEqual(world.outbound.stats(), { pools: 0, requests: 0, tenants: 0 });
});

test('closing ends connections that are still being made', async () => {
  let accepted = (): void => undefined;
  const connected = new Promise<void>((resolve) => (accepted = resolve));
  const silent = createServer((socket) => {
    socket.on('error', () => undefined);
    accepted();
  });
  await new Promise<void>((resolve) => void silent.listen(0, '127.0.0.1', () => resolve()));
  const address = silent.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  await using world = await openWorld(() => undefined, { allow: `127.0.0.1:${port}` });
  const asked = world.fetchText(`https://127.0.0.1:${port}/`);
  await connected;
  await world.outbound.close();
  assert.equal(await asked, 'closed');
  // Ends only when no connection is left.
  await new Promise((resolve) => void silent.close(resolve));
});

const askInChild = `
  const [outbound, allowList, address] = process.argv.slice(1);
  const { createOutbound } = await import(outbound);
  const { parseAllowList } = await import(allowList);
  await using client = createOutbound({ allow: parseAllowList(address).list });
  const reply = await client.fetch({ tenant: 'one', url: 'http://' + address + '/' });
  process.stdout.write(reply.ok ? reply.body.toString() : reply.reason);
`;

test('proxies of the environment are not used', async () => {
  await using proxy = await startRawServer((socket) => socket.end(httpReply('proxied')));
  await using direct = await startRawServer((socket) => socket.end(httpReply('direct')));
  const url = `http://127.0.0.1:${proxy.port}`;
  const env = {
    NODE_USE_ENV_PROXY: '1',
    HTTP_PROXY: url,
    http_proxy: url,
    HTTPS_PROXY: url,
    ALL_PROXY: url,
    all_proxy: url,
  };
  const modules = [import.meta.resolve('./outbound.ts'), import.meta.resolve('./allow-list.ts')];
  const args = ['--input-type=module', '-e', askInChild, ...modules, `127.0.0.1:${direct.port}`];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  assert.equal(stdout, 'direct');
  assert.equal(proxy.connections().accepted, 0);
});

test('a tenant learns the same about a closed address, a closed port and a name that is not there', () => {
  const hidden = [
    'address',
    'listener',
    'port',
    'scheme',
    'domain',
    'resolve',
    'refused',
    'unreachable',
    'timeout_connect',
    'tls',
    'reset',
  ] as const;
  assert.deepEqual([...new Set(hidden.map(publicReason))], ['unavailable']);
  const words = new Set(outboundReasons.map(publicReason));
  assert.deepEqual([...words].sort(), ['busy', 'canceled', 'timed_out', 'unavailable', 'unusable_reply']);
});
