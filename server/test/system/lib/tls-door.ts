// A way to a PostgreSQL on a Unix socket for tests: TLS on loopback in front of it, as a server on another machine has it.
import { once } from 'node:events';
import { createServer, Socket } from 'node:net';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import type { Certificate } from '#test/certificates.ts';

export type TlsDoor = AsyncDisposable & { readonly port: number };

/** Answers the SSLRequest of PostgreSQL's protocol with `S`, and passes on what comes through TLS after that. */
export async function openTlsDoor(target: { readonly host: string; readonly port: number }, pair: Certificate) {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    sockets.add(near);
    near.on('error', () => near.destroy());
    near.once('data', () => {
      near.write('S');
      const inside = new TLSSocket(near, { isServer: true, cert: pair.cert, key: pair.key });
      const far = new Socket().connect(join(target.host, `.s.PGSQL.${target.port}`));
      inside.on('error', () => far.destroy());
      far.on('error', () => inside.destroy());
      inside.pipe(far).pipe(inside);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => void server.close(resolve));
    },
  } satisfies TlsDoor;
}
