// A process that stands still as a busy machine makes it: what arrives meanwhile waits, and so do timers.
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export type Pipe = AsyncDisposable & { readonly near: Socket; readonly far: Socket };

/** Two ends on loopback: what one writes has arrived at the other at once, and is read when the process goes on. */
export async function openPipe(): Promise<Pipe> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { readonly port: number };
  const near = connect(port, '127.0.0.1');
  const [[far]] = (await Promise.all([once(server, 'connection'), once(near, 'connect')])) as [[Socket], unknown];
  return {
    near,
    far,
    [Symbol.asyncDispose]: async () => {
      for (const socket of [near, far]) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Nothing of this process goes on until it is over. */
export function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
