// The yardstick of the gateway benchmark: the least a Node relay does. It reads and parses the body, asks, and passes the reply on.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import { Pool } from 'undici';

const pool = new Pool(`http://127.0.0.1:${process.argv[2] ?? ''}`);

const server = createServer({ noDelay: true }, (request, response) => {
  relay(request, response).catch(() => response.destroy());
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' ? address?.port : ''}\n`);
});
process.on('SIGTERM', () => process.exit(0));

async function relay(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const pieces: Buffer[] = [];
  for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece);
  const body = Buffer.concat(pieces);
  JSON.parse(body.toString('utf8'));
  const reply = await pool.request({
    method: 'POST',
    path: request.url ?? '/',
    headers: { 'content-type': 'application/json', authorization: 'Bearer upstream' },
    body,
  });
  response.statusCode = reply.statusCode;
  for (const name of ['content-type', 'content-length']) {
    const value = reply.headers[name];
    if (value !== undefined) response.setHeader(name, value);
  }
  pipeline(reply.body, response, () => undefined);
}
