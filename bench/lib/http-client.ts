// The load generator's HTTP/1.1 client: one keep-alive connection, one request at a time, as little work as a reply allows.
import { connect, type Socket } from 'node:net';
import { createReplyReader, type Reply } from './reply-reader.ts';

export type Connection = Disposable & {
  /** Sends the bytes of a whole request; resolves with the reply, rejects when the connection breaks. */
  readonly ask: (request: Buffer, onBody?: (piece: Buffer) => void) => Promise<Reply>;
};

/** A connection that opens itself anew when the server has closed the last one in order; from any address of this machine. */
export function openConnection(port: number, fromAddress?: string): Connection {
  let socket: Socket | undefined;
  let fail: (error: Error) => void = () => undefined;
  let feed: (piece: Buffer) => void = () => undefined;

  const opened = (): Socket => {
    if (socket !== undefined && !socket.destroyed && socket.writable) return socket;
    const from = fromAddress === undefined ? {} : { localAddress: fromAddress };
    const fresh = connect({ port, host: '127.0.0.1', noDelay: true, ...from });
    fresh.on('data', (piece: Buffer) => feed(piece));
    fresh.on('error', (error) => fail(error));
    fresh.on('close', () => {
      if (socket === fresh) fail(new Error('the connection was closed'));
    });
    socket = fresh;
    return fresh;
  };

  return {
    ask: (request, onBody) =>
      new Promise((resolve, reject) => {
        const used = opened();
        fail = reject;
        feed = createReplyReader({
          onBody: onBody ?? (() => undefined),
          onEnd: (reply) => {
            fail = () => undefined;
            if (reply.closes) used.destroy();
            resolve(reply);
          },
          onFault: (detail) => {
            used.destroy();
            reject(new Error(detail));
          },
        });
        used.write(request);
      }),
    [Symbol.dispose]: () => void socket?.destroy(),
  };
}

export type RequestInput = {
  readonly port: number;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
};

/** The bytes of a POST with a JSON body, or of a GET without one; made once and sent many times. */
export function requestBytes({ port, path, headers = {}, body }: RequestInput): Buffer {
  const content =
    body === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) };
  const fields = { host: `127.0.0.1:${port}`, ...content, ...headers };
  const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  const method = body === undefined ? 'GET' : 'POST';
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${head.join('')}\r\n${body ?? ''}`);
}
