// The yardstick of pages: one sentence of HTML, served by node:http.
import { once } from 'node:events';
import { createServer } from 'node:http';

const PAGE =
  '<!doctype html><html lang="en"><title>Plain</title><main><h1>Plain</h1><p>One sentence.</p></main></html>';

export type PlainPage = AsyncDisposable & { readonly url: string };

export async function startPlainPage(): Promise<PlainPage> {
  const server = createServer((_request, reply) => {
    reply.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'max-age=3600' }).end(PAGE);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/plain`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
