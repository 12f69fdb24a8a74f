// A TCP server for tests that says on the wire exactly what a test tells it, right or wrong.
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions, type TLSSocket } from 'node:tls';

/** One request as it arrived. */
export interface RawRequest {
  /** Counted from 1 over all connections. */
  readonly number: number;
  /** Counted from 1: which connection it came on. */
  readonly connection: number;
  readonly line: string;
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

export interface RawServer extends AsyncDisposable {
  readonly port: number;
  readonly requests: readonly RawRequest[];
  /** Connections accepted so far, and open now. */
  connections(): { readonly accepted: number; readonly open: number };
  /** Resolves when no connection is open. */
  allClosed(): Promise<void>;
}

export type RawReply = (socket: Socket, request: RawRequest) => void;

/** Starts a server on a free port of 127.0.0.1; `reply` writes the reply to each request. With `tls` it speaks https. */
export async function startRawServer(reply: RawReply, tls?: TlsOptions): Promise<RawServer> {
  const open = new Set<Socket>();
  const waiting: (() => void)[] = [];
  const requests: RawRequest[] = [];
  let accepted = 0;
  const serve = (socket: Socket): void => {
    accepted += 1;
    const connection = accepted;
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      open.delete(socket);
      if (open.size === 0) for (const done of waiting.splice(0)) done();
    });
    readRequests(socket, (parts) => {
      const request = { ...parts, number: requests.length + 1, connection };
      requests.push(request);
      reply(socket, request);
    });
  };
  const server = tls === undefined ? createServer(serve) : createTlsServer(tls, serve);
  server.on('tlsClientError', (_error: Error, socket: TLSSocket) => socket.destroy());
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', () => resolve()));
  return {
    port: portOf(server.address()),
    requests,
    connections: () => ({ accepted, open: open.size }),
    allClosed: () => (open.size === 0 ? Promise.resolve() : new Promise((resolve) => void waiting.push(resolve))),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

/** A whole reply with its length. */
export function httpReply(
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
  status = '200 OK',
): Buffer {
  const bytes = Buffer.from(body);
  const lines = Object.entries({ 'content-length': String(bytes.length), ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status}\r\n${lines.join('')}\r\n`), bytes]);
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('not listening on TCP');
  return address.port;
}

/** Reads requests with a Content-Length or without a body, one after the other. */
function readRequests(socket: Socket, found: (parts: Omit<RawRequest, 'number' | 'connection'>) => void): void {
  let pending = '';
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    pending += chunk;
    for (let end = pending.indexOf('\r\n\r\n'); end >= 0; end = pending.indexOf('\r\n\r\n')) {
      const [line = '', ...lines] = pending.slice(0, end).split('\r\n');
      const headers = new Map(
        lines.map((text) => [text.slice(0, text.indexOf(':')).toLowerCase(), text.slice(text.indexOf(':') + 1).trim()]),
      );
      const length = Number(headers.get('content-length') ?? '0');
      if (pending.length < end + 4 + length) return;
      const body = pending.slice(end + 4, end + 4 + length);
      pending = pending.slice(end + 4 + length);
      found({ line, headers, body });
    }
  });
}
