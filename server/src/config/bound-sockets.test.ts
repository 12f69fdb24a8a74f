// Tests that a socket nobody declared is noticed after listening.
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { isLoopback, parseAddress } from './address.ts';
import { type BoundSocket, checkBoundSockets } from './bound-sockets.ts';
import type { Environment } from './environment.ts';
import { loadConfig } from './load.ts';

const loopback = load({});
const exposed = load({ HOLDFAST_LISTEN: '0.0.0.0,2001:db8::7', HOLDFAST_PORT: '443' });
const privates: readonly BoundSocket[] = [
  { address: '127.0.0.1', port: 7421, purpose: 'private' },
  { address: '::1', port: 7421, purpose: 'private' },
];
const declared: readonly BoundSocket[] = [
  { address: '127.0.0.1', port: 7420, purpose: 'public' },
  { address: '::1', port: 7420, purpose: 'public' },
  ...privates,
];

test('sockets that are as declared agree, in any spelling of theirs', () => {
  assert.deepEqual(checkBoundSockets(declared, loopback), []);
  assert.deepEqual(
    checkBoundSockets(
      [
        { address: '0.0.0.0', port: 443, purpose: 'public' },
        { address: '2001:DB8:0::7', port: 443, purpose: 'public' },
        ...privates,
      ],
      exposed,
    ),
    [],
  );
  const mapped = declared.map((socket) =>
    socket.address === '127.0.0.1' ? { ...socket, address: '::ffff:127.0.0.1' } : socket,
  );
  assert.deepEqual(checkBoundSockets(mapped, loopback), []);
  assert.deepEqual(
    checkBoundSockets([...declared, { address: '127.0.0.1', port: 9999, purpose: 'sidecar' }], loopback),
    [],
  );
});

test('a sidecar may use any loopback address and port, whatever the public sockets are', () => {
  for (const address of ['127.0.0.1', '127.0.0.2', '::1']) {
    const sidecar = { address, port: 50_051, purpose: 'sidecar' } as const;
    assert.deepEqual(checkBoundSockets([...declared, sidecar], loopback), []);
  }
});

const wrong: readonly (readonly [string, BoundSocket])[] = [
  ['every interface', { address: '0.0.0.0', port: 7420, purpose: 'public' }],
  ['every interface of both families', { address: '::', port: 7420, purpose: 'public' }],
  ['another loopback address', { address: '127.0.0.2', port: 7420, purpose: 'public' }],
  ['another port', { address: '127.0.0.1', port: 7422, purpose: 'public' }],
  ['something unreadable', { address: '/run/holdfast.sock', port: 0, purpose: 'public' }],
  ['metrics for everybody', { address: '0.0.0.0', port: 7421, purpose: 'private' }],
  ['metrics on the port of something else', { address: '127.0.0.1', port: 7420, purpose: 'private' }],
  ['a sidecar for everybody', { address: '::', port: 50_051, purpose: 'sidecar' }],
  ['a sidecar on a private network', { address: '10.0.0.1', port: 50_051, purpose: 'sidecar' }],
];

for (const [what, socket] of wrong) {
  test(`${what} beside the declared sockets is a fault`, () => {
    assert.equal(checkBoundSockets([...declared, socket], loopback).length, 1);
  });
}

test('a declared address that is not bound is a fault, because another program can take it', () => {
  for (const missing of declared) {
    const found = checkBoundSockets(
      declared.filter((socket) => socket !== missing),
      loopback,
    );
    assert.equal(found.length, 1);
    assert.match(found[0]?.problem ?? '', /did not bind/);
  }
});

test('without IPv6 on the machine the IPv6 loopback is excused, and nothing else is', () => {
  const only4 = declared.filter(({ address }) => address === '127.0.0.1');
  assert.deepEqual(checkBoundSockets(only4, loopback, { hasIpv6: false }), []);
  assert.equal(checkBoundSockets(only4, loopback).length, 2);
  assert.equal(checkBoundSockets([], loopback, { hasIpv6: false }).length, 4);
  const bound = [{ address: '0.0.0.0', port: 443, purpose: 'public' } as const, ...privates];
  assert.equal(checkBoundSockets(bound, exposed, { hasIpv6: false }).length, 1, 'a declared IPv6 address is not ::1');
});

test('a free port is any port, and a loopback deployment never agrees with a socket that reaches further', () => {
  const free = load({ HOLDFAST_PORT: '0', HOLDFAST_PRIVATE_PORT: '0' });
  const byte = fc.nat(255);
  fc.assert(
    fc.property(
      byte,
      byte,
      byte,
      fc.integer({ min: 1, max: 65_535 }),
      fc.constantFrom('public', 'private', 'sidecar'),
      (a, b, c, port, purpose) => {
        const bound = declared.map((socket) => ({ ...socket, port }));
        assert.deepEqual(checkBoundSockets(bound, free), []);
        const address = `${a}.${b}.${c}.1`;
        const parsed = parseAddress(address);
        fc.pre(parsed !== undefined && !isLoopback(parsed));
        assert.notDeepEqual(checkBoundSockets([...bound, { address, port, purpose }], free), []);
      },
    ),
  );
});

test('what Node reports of a real socket is understood', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (bound === null || typeof bound === 'string') return assert.fail('a TCP socket has an address');
  const config = load({ HOLDFAST_LISTEN: '127.0.0.1', HOLDFAST_PORT: String(bound.port) });
  const { address, port } = bound;
  assert.deepEqual(checkBoundSockets([{ address, port, purpose: 'public' }, ...privates], config), []);
});

function load(env: Environment) {
  const result = loadConfig({ env: { HOME: '/home/somebody', ...env } });
  return result.ok ? result.config : assert.fail(JSON.stringify(result.faults));
}
