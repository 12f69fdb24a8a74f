// Checks that nothing goes around the operator's proxy once it is named, and that the environment can’t take a target away from it.
import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import * as fc from 'fast-check';
import { openWorld } from '#test/outbound-world.ts';
import { egressProxyOf, openProxiedWorld } from '#test/proxied-world.ts';
import { httpReply } from '#test/raw-server.ts';

/** Records where this process connects to, and lets it. */
function watchDials(context: TestContext): { readonly dials: () => readonly string[] } {
  // oxlint-disable-next-line typescript/unbound-method -- applied to its socket below
  const dial = Socket.prototype.connect;
  const seen: string[] = [];
  context.mock.method(Socket.prototype, 'connect', function watch(this: Socket, ...given: readonly unknown[]) {
    const [first] = given.flat();
    if (typeof first === 'object' && first !== null && 'port' in first && 'host' in first)
      seen.push(`${String(first.host)}:${String(first.port)}`);
    else seen.push(`unknown ${JSON.stringify(given)}`);
    return Reflect.apply(dial, this, given);
  });
  return { dials: () => seen };
}

const hosts = ['1.1.1.1', '[2606:4700::1111]', 'models.test', 'private.test', '10.0.0.1', 'listed.test', '127.0.0.1'];
const requests = fc.record({
  url: fc
    .tuple(fc.constantFrom('https', 'http'), fc.constantFrom(...hosts), fc.constantFrom('', ':8443', ':8000', ':22'))
    .map(([scheme, host, port]) => `${scheme}://${host}${port}/`),
  tenant: fc.constantFrom('one', 'two'),
  method: fc.constantFrom('GET', 'POST'),
  onlyPublic: fc.boolean(),
});

const noes = ['HTTP/1.1 403 No\r\n\r\n', 'HTTP/1.1 502 No\r\n\r\n', 'garbage\r\n\r\n', ''];

test('whatever is asked, and however the proxy answers, the only dials are to the proxy', async (context) => {
  const { dials } = watchDials(context);
  let answered = 0;
  await using world = await openProxiedWorld({
    via: { answer: (client) => void client.end(noes[(answered += 1) % noes.length] ?? '') },
    allow: '10.0.0.0/8:8000,127.0.0.0/8:8000,listed.test:8000,[::1]:8000',
    resolver: ({ name }) =>
      Promise.resolve({
        ok: true,
        answers: [{ address: name === 'models.test' ? '1.1.1.1' : '10.0.0.9', ttlSeconds: 1 }],
      }),
  });
  const property = fc.asyncProperty(requests, async (request) => {
    const result = await world.outbound.fetch(request);
    assert.equal(result.ok, false);
  });
  await fc.assert(property, { numRuns: 300 });
  assert.ok(answered > 5, 'the proxy was hardly asked');
  assert.deepEqual([...new Set(dials())], [`127.0.0.1:${world.proxy.port}`]);
});

test('redirects, further tenants, broken tunnels and repeated requests all reach the target through the proxy', async () => {
  await using world = await openProxiedWorld({
    reply: (socket, { line, number }) => {
      if (line.includes('/redirect')) socket.write(httpReply('', { location: '/', connection: 'close' }, '307 Again'));
      else if (number % 3 === 0) socket.destroy();
      else socket.write(httpReply('hello'));
    },
  });
  for (let call = 0; call < 12; call += 1) {
    await world.fetchText(call % 4 === 0 ? '/redirect' : '/', { tenant: `tenant ${call % 3}` });
    if (call === 6) world.proxy.cut();
  }
  assert.ok(world.server.requests.length > 10);
  const { tunnels, accepted } = world.proxy.connections();
  assert.equal(world.server.connections().accepted, tunnels);
  assert.equal(accepted, tunnels);
});

test('when the proxy goes away, nothing is reached any more', async () => {
  await using world = await openProxiedWorld();
  assert.equal(await world.fetchText('/'), '200 hello');
  await world.proxy[Symbol.asyncDispose]();
  for (let call = 0; call < 3; call += 1) assert.match(await world.fetchText('/'), /^(proxy|reset)$/);
  assert.equal(await world.fetchText('/'), 'proxy');
  assert.equal(world.server.connections().accepted, 1);
});

test('a credential that cannot be read keeps every request in', async () => {
  const proxy = egressProxyOf('http://127.0.0.1:9', 'user:password');
  // A copy of a secret holds none.
  const emptied = { ...proxy, credential: { ...proxy.credential } } as typeof proxy;
  await using world = await openWorld((socket) => socket.write(httpReply('x')), { proxy: emptied });
  assert.equal(await world.fetchText('/'), 'proxy');
  assert.equal(world.server.connections().accepted, 0);
});

test('no variable of the environment takes a target away from the proxy', async (context) => {
  for (const name of ['NO_PROXY', 'no_proxy']) {
    const before = process.env[name];
    process.env[name] = '*';
    context.after(() => (before === undefined ? delete process.env[name] : (process.env[name] = before)));
  }
  await using world = await openProxiedWorld();
  assert.equal(await world.fetchText('/'), '200 hello');
  assert.equal(world.proxy.connections().tunnels, 1);
});

test('the proxy itself is no target by its own name and port', async () => {
  await using world = await openWorld((socket) => socket.write(httpReply('x')), {
    proxy: egressProxyOf('https://proxy.example:8443'),
    resolver: () => Promise.resolve({ ok: true, answers: [{ address: '1.1.1.1', ttlSeconds: 60 }] }),
  });
  assert.equal(await world.fetchText('https://proxy.example:8443/'), 'listener');
});
