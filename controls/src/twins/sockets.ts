// What every small server of a broken twin shares: a free port on loopback, and an end that leaves nothing behind.
import { once } from 'node:events';
import type { Server, Socket } from 'node:net';
import type { StartedTwin } from '../control.ts';

/** A server that is listening; disposing of it ends its connections too. */
export type TwinServer = AsyncDisposable & { readonly host: string; readonly port: number };

const loopback = '127.0.0.1';

/** Listens on a free loopback port. Rejects when it cannot. */
export async function listen(server: Server): Promise<TwinServer> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // A client that goes away in the middle is nothing to a twin.
    socket.on('error', () => socket.destroy());
  });
  server.listen(0, loopback);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the twin has no port');
  return {
    host: loopback,
    port: address.port,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** A started twin over a server: the target that a probe takes, and the server's end. */
export function twinOf<T>(server: AsyncDisposable, target: T): StartedTwin<T> {
  return { target, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}
