// Checks the connection itself: no look-up, no address but the checked one, and a second look once connected.
import assert from 'node:assert/strict';
import { createServer, Socket, type Server } from 'node:net';
import { test, type TestContext } from 'node:test';
import { startRawServer } from '#test/raw-server.ts';
import { parseAddress, type Address } from './address.ts';
import { ConnectError } from './attempt.ts';
import { createConnector, type ConnectorOptions } from './connector.ts';
import { outboundFailure } from './reasons.ts';
import { parseTarget } from './target.ts';

function addressOf(text: string): Address {
  const address = parseAddress(text);
  assert.ok(address !== undefined);
  return address;
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

/** Connects and gives `connected`, or the reason why not. */
async function connect(url: string, address: Address, more: Partial<ConnectorOptions> = {}): Promise<string> {
  const target = parseTarget(url);
  assert.ok(target.ok);
  const options = {
    target,
    address,
    connectMs: 2000,
    judge: () => undefined,
    secureContext: undefined,
    route: undefined,
    connecting: new Set<Socket>(),
    ...more,
  };
  // What undici would pass; none of it may be used.
  const given = {
    hostname: 'other.test',
    host: 'other.test:1',
    protocol: 'http:',
    port: '1',
    servername: 'other.test',
  };
  const result = await new Promise<string>((resolve) => {
    createConnector(options)(given, (error, socket) => {
      socket?.destroy();
      if (error === null) resolve('connected');
      else resolve(error instanceof ConnectError ? error.reason : String(error));
    });
  });
  assert.equal(options.connecting.size, 0);
  return result;
}

test('the connection goes to the given address and port, whatever name comes with it', async () => {
  await using server = await startRawServer(() => undefined);
  assert.equal(await connect(`http://unknown.invalid:${server.port}/`, addressOf('127.0.0.1')), 'connected');
  assert.equal(server.connections().accepted, 1);
});

test('a denied address is refused at every connection, before a packet leaves', async () => {
  await using server = await startRawServer(() => undefined);
  const judge = (): ReturnType<typeof outboundFailure> => outboundFailure('listener', 'ours');
  assert.equal(await connect(`http://127.0.0.1:${server.port}/`, addressOf('127.0.0.1'), { judge }), 'listener');
  assert.equal(server.connections().accepted, 0);
});

test('a name in the place of an address is not looked up', async () => {
  await using server = await startRawServer(() => undefined);
  const name = { ...addressOf('127.0.0.1'), text: 'localhost' };
  assert.equal(await connect(`http://127.0.0.1:${server.port}/`, name), 'address');
  assert.equal(server.connections().accepted, 0);
});

test('a connection that ended up somewhere else is closed', async (context: TestContext) => {
  let accepted = 0;
  const elsewhere = createServer(() => (accepted += 1));
  await new Promise<void>((resolve) => void elsewhere.listen(0, '127.0.0.2', () => resolve()));
  const url = `http://127.0.0.1:${portOf(elsewhere)}/`;
  // oxlint-disable-next-line typescript/unbound-method -- applied to its socket below
  const dial = Socket.prototype.connect;
  // What a translating firewall or a mistake in the layers below would do.
  context.mock.method(Socket.prototype, 'connect', function redirect(this: Socket, given: readonly { host: string }[]) {
    for (const options of given.slice(0, 1)) options.host = '127.0.0.2';
    return Reflect.apply(dial, this, [given]);
  });
  assert.equal(await connect(url, addressOf('127.0.0.1')), 'address');
  assert.equal(await connect(url, addressOf('127.0.0.2')), 'connected');
  assert.equal(accepted, 2);
  await new Promise((resolve) => void elsewhere.close(resolve));
});

test('small writes are sent at once', async (context: TestContext) => {
  await using server = await startRawServer(() => undefined);
  const noDelay = context.mock.method(Socket.prototype, 'setNoDelay');
  await connect(`http://127.0.0.1:${server.port}/`, addressOf('127.0.0.1'));
  assert.deepEqual(
    noDelay.mock.calls.map((call) => call.arguments[0]),
    [true],
  );
});

test('a closed port, silence in the handshake and nonsense in it are told apart', async () => {
  const closed = createServer();
  await new Promise<void>((resolve) => void closed.listen(0, '127.0.0.1', () => resolve()));
  const port = portOf(closed);
  await new Promise((resolve) => void closed.close(resolve));
  const loopback = addressOf('127.0.0.1');
  assert.equal(await connect(`http://127.0.0.1:${port}/`, loopback), 'refused');
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', () => (sockets.length > 1 ? socket.end('HTTP/1.1 400 Bad Request\r\n\r\n') : undefined));
  });
  await new Promise<void>((resolve) => void server.listen(port, '127.0.0.1', () => resolve()));
  assert.equal(await connect(`https://127.0.0.1:${port}/`, loopback, { connectMs: 60 }), 'timeout_connect');
  assert.equal(await connect(`https://127.0.0.1:${port}/`, loopback), 'tls');
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => void server.close(resolve));
});
