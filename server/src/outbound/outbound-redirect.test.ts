// Checks redirects: each hop is a new request that is judged from the start and carries no credential to another origin.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWorld, type OutboundWorld } from '#test/outbound-world.ts';
import { httpReply, startRawServer, type RawReply } from '#test/raw-server.ts';
import type { OutboundRequest } from './message.ts';

/** `/to/<status>/<encoded location>` redirects there; everything else says what was asked. */
const redirecting: RawReply = (socket, { line, headers, body }) => {
  const [, path = ''] = line.split(' ');
  const [, status, location] = /^\/to\/(\d+)\/(.*)$/.exec(path) ?? [];
  if (status === undefined)
    return void socket.write(httpReply(`${line} ${[...headers.keys()].sort().join(' ')} ${body}`));
  const where = location === 'nowhere' ? {} : { location: decodeURIComponent(location ?? '') };
  return void socket.write(httpReply('', where, `${status} Redirect`));
};

const to = (location: string, status = 302): string => `/to/${status}/${encodeURIComponent(location)}`;

const credentials = {
  authorization: 'Bearer secret',
  cookie: 'a=secret',
  'x-api-key': 'secret',
  'api-key': 'secret',
  'x-goog-api-key': 'secret',
  'x-some-new-token': 'secret',
  'webhook-signature': 'v1,secret',
};
const harmless = { accept: '*/*', 'accept-language': 'en', 'user-agent': 'test' };

test('three redirects are followed, a fourth and a loop are not', async () => {
  await using world = await openWorld(redirecting);
  const three = to(to(to('/end')));
  assert.match(await world.fetchText(three), /^200 GET \/end /);
  assert.equal(world.server.requests.length, 4);
  assert.equal(await world.fetchText(to(three)), 'redirect');
  assert.equal(world.server.requests.length, 8);
  await using loop = await openWorld((socket) => void socket.write(httpReply('', { location: '/' }, '302 Found')));
  assert.equal(await loop.fetchText('/'), 'redirect');
  assert.equal(loop.server.requests.length, 4);
});

test('a redirect to a target that could not be asked directly ends the call', async () => {
  await using forbidden = await startRawServer((socket) => socket.write(httpReply('secret')));
  await using world = await openWorld(redirecting);
  const targets: Readonly<Record<string, string>> = {
    [`http://127.0.0.1:${forbidden.port}/`]: 'address',
    [`http://localhost:${forbidden.port}/`]: 'address',
    [`http://[::ffff:7f00:1]:${forbidden.port}/`]: 'address',
    'http://169.254.169.254/latest/meta-data/': 'address',
    'https://10.0.0.1/': 'address',
    'file:///etc/passwd': 'scheme',
    'gopher://127.0.0.1/': 'scheme',
    'https://u:p@127.0.0.1/': 'userinfo',
    'https://a b/': 'url',
  };
  for (const [location, reason] of Object.entries(targets))
    assert.equal(await world.fetchText(to(location)), reason, location);
  assert.equal(await world.fetchText(to(to('https://10.0.0.1/'))), 'address');
  assert.equal(await world.fetchText('/to/302/nowhere'), 'redirect');
  assert.equal(forbidden.connections().accepted, 0);
});

test('a redirect off the domain list of the call is not followed', async () => {
  await using world = await openWorld(redirecting, { allow: 'localhost:PORT' });
  const { port } = world.server;
  const domains = ['localhost'];
  assert.match(await world.fetchText(`http://localhost:${port}${to('/end')}`, { domains }), /^200/);
  assert.equal(
    await world.fetchText(`http://localhost:${port}${to(`http://127.0.0.1:${port}/`)}`, { domains }),
    'domain',
  );
});

/** The names of the headers that reached the end of a redirect. */
async function headersAfter(
  world: OutboundWorld,
  path: string,
  request: Partial<OutboundRequest> = {},
): Promise<readonly string[]> {
  const text = await world.fetchText(path, { headers: { ...credentials, ...harmless }, ...request });
  assert.match(text, /^200/);
  return [...(world.server.requests.at(-1)?.headers.keys() ?? [])];
}

test('no header that could hold a credential goes to another origin, nor back again', async () => {
  await using other = await startRawServer(redirecting);
  await using world = await openWorld(redirecting, { allow: `127.0.0.1:${other.port},localhost:PORT` });
  const otherOrigin = `http://127.0.0.1:${other.port}`;
  await world.fetchText(to(`${otherOrigin}/end`), { headers: { ...credentials, ...harmless } });
  const across = [...(other.requests.at(-1)?.headers.keys() ?? [])];
  assert.deepEqual(across.sort(), ['accept', 'accept-encoding', 'accept-language', 'connection', 'host', 'user-agent']);
  const host = await headersAfter(world, to(`http://localhost:${world.server.port}/end`));
  const back = await headersAfter(world, to(`${otherOrigin}${to(`${world.origin}/end`)}`));
  for (const name of Object.keys(credentials)) {
    assert.equal(host.includes(name), false, `${name} went to another host`);
    assert.equal(back.includes(name), false, `${name} came back`);
  }
});

test('within one origin headers stay', async () => {
  await using world = await openWorld(redirecting);
  const kept = await headersAfter(world, to('/end'));
  for (const name of [...Object.keys(credentials), ...Object.keys(harmless)]) assert.ok(kept.includes(name), name);
});

test('a body is repeated within its origin where the status asks for it, and never given to another', async () => {
  await using other = await startRawServer(redirecting);
  await using world = await openWorld(redirecting, { allow: `127.0.0.1:${other.port}` });
  const post = {
    method: 'POST',
    body: 'secret',
    headers: { 'content-type': 'text/plain', 'content-language': 'en' },
  } as const;
  const last = (): string => `${world.server.requests.at(-1)?.line} ${world.server.requests.at(-1)?.body}`;
  for (const status of [307, 308]) {
    await world.fetchText(to('/end', status), post);
    assert.equal(last(), 'POST /end HTTP/1.1 secret');
    assert.equal(await world.fetchText(to(`http://127.0.0.1:${other.port}/end`, status), post), 'redirect');
  }
  for (const status of [301, 302, 303]) {
    await world.fetchText(to('/end', status), post);
    assert.equal(last(), 'GET /end HTTP/1.1 ');
    const names = [...(world.server.requests.at(-1)?.headers.keys() ?? [])];
    assert.deepEqual(
      names.filter((name) => name.startsWith('content-')),
      [],
    );
  }
  await world.fetchText(to('/end', 301), { ...post, method: 'PUT' });
  assert.equal(last(), 'PUT /end HTTP/1.1 secret');
  await world.fetchText(to('/end', 303), { method: 'HEAD' });
  assert.equal(last(), 'HEAD /end HTTP/1.1 ');
  assert.equal(other.connections().accepted, 0);
});

test('a redirect is an error for a stream, and nothing is asked there', async () => {
  await using world = await openWorld(redirecting);
  for (const status of [301, 302, 303, 307, 308]) {
    const result = await world.outbound.open({ tenant: 'one', url: `${world.origin}${to('/end', status)}` });
    assert.deepEqual(result, { ok: false, reason: 'redirect', sent: true, status, detail: 'not followed' });
  }
  assert.equal(world.server.requests.length, 5);
});

test('the body of a redirect is not waited for', async () => {
  await using world = await openWorld((socket, { line }) => {
    if (line.includes('/end')) socket.end(httpReply('end', { connection: 'close' }));
    else socket.write('HTTP/1.1 302 Found\r\nlocation: /end\r\ncontent-length: 10\r\n\r\nabc');
  });
  assert.equal(await world.fetchText('/'), '200 end');
  await world.server.allClosed();
});

test('statuses that are no redirect are replies', async () => {
  await using world = await openWorld(redirecting);
  assert.equal(await world.fetchText(to('/end', 300)), '300 ');
  assert.equal(await world.fetchText(to('/end', 304)), '304 ');
});

test('a failure after a redirect does not count as unsent', async () => {
  await using world = await openWorld(redirecting);
  const result = await world.outbound.fetch({ tenant: 'one', url: `${world.origin}${to('https://10.0.0.1/')}` });
  assert.equal(!result.ok && result.sent, true);
});
