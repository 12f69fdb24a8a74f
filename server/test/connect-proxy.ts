// An HTTP proxy for tests that opens real tunnels (CONNECT), or says on the wire whatever a test tells it instead.
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions, type TLSSocket } from 'node:tls';

export interface ConnectRequest {
  /** The request line: `CONNECT host:port HTTP/1.1`. */
  readonly line: string;
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
}

/** Answers one request on the client's socket; `relay` is what an honest proxy does. */
export type ProxyAnswer = (client: Socket, relay: () => void, request: ConnectRequest) => void;

export interface ConnectProxy extends AsyncDisposable {
  readonly port: number;
  readonly requests: readonly ConnectRequest[];
  /** Connections accepted so far and open now, and tunnels that reached their target. */
  connections(): { readonly accepted: number; readonly open: number; readonly tunnels: number };
  /** Ends every connection the hard way, as a proxy that is restarted. */
  cut(): void;
  /** Resolves when no client is connected. */
  allClosed(): Promise<void>;
}

export interface ConnectProxyOptions {
  readonly answer?: ProxyAnswer;
  /** With it the proxy is an https one. */
  readonly tls?: TlsOptions;
  /** Where tunnels really lead, whatever was asked for. */
  readonly divert?: { readonly host: string; readonly port: number };
  /** The reply that opens a tunnel, in the pieces it is sent in. */
  readonly yes?: readonly string[];
}

const usualYes = ['HTTP/1.1 200 Connection established\r\nVia: 1.1 test\r\n\r\n'];

export async function startConnectProxy(options: ConnectProxyOptions = {}): Promise<ConnectProxy> {
  const { answer = (_client, relay) => relay(), tls, divert, yes = usualYes } = options;
  const open = new Set<Socket>();
  const waiting: (() => void)[] = [];
  const requests: ConnectRequest[] = [];
  let accepted = 0;
  let tunnels = 0;
  const serve = (client: Socket): void => {
    accepted += 1;
    open.add(client);
    client.on('error', () => undefined);
    client.on('close', () => {
      open.delete(client);
      if (open.size === 0) for (const done of waiting.splice(0)) done();
    });
    readHead(client, (request) => {
      requests.push(request);
      let isRelayed = false;
      const relay = (): void => {
        isRelayed = true;
        const opened = async (): Promise<void> => {
          tunnels += 1;
          for (const piece of yes) await writePiece(client, piece);
        };
        relayTo(divert ?? authorityOf(request), client, opened);
      };
      answer(client, relay, request);
      // Whoever does not read never learns that the other side left.
      if (!isRelayed) client.resume();
    });
  };
  const server = tls === undefined ? createServer(serve) : createTlsServer(tls, serve);
  server.on('tlsClientError', (_error: Error, socket: TLSSocket) => socket.destroy());
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', () => resolve()));
  const cut = (): void => {
    for (const socket of open) socket.destroy();
  };
  return {
    // A server that listens on TCP has an AddressInfo.
    port: (server.address() as AddressInfo).port,
    requests,
    connections: () => ({ accepted, open: open.size, tunnels }),
    cut,
    allClosed: () => (open.size === 0 ? Promise.resolve() : new Promise((resolve) => void waiting.push(resolve))),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
}

function authorityOf({ line }: ConnectRequest): { readonly host: string; readonly port: number } {
  const [, host = '', port = ''] = /^CONNECT \[?([0-9a-f.:]+?)\]?:([0-9]+) HTTP\/1\.1$/.exec(line) ?? [];
  return { host, port: Number(port) };
}

/** Writes and waits, so that the piece travels alone. */
async function writePiece(client: Socket, piece: string): Promise<void> {
  client.write(piece, 'latin1');
  await new Promise((resolve) => void setTimeout(resolve, 2));
}

function relayTo(
  to: { readonly host: string; readonly port: number },
  client: Socket,
  opened: () => Promise<void>,
): void {
  const upstream = connect(to);
  upstream.on('error', () => client.destroy());
  client.on('close', () => upstream.destroy());
  upstream.on('close', () => client.destroy());
  upstream.once('connect', () => void opened().then(() => client.pipe(upstream).pipe(client)));
}

/** Reads the header of a request; what is behind it stays in the socket. */
function readHead(client: Socket, found: (request: ConnectRequest) => void): void {
  let text = '';
  const receive = (chunk: Buffer): void => {
    text += chunk.toString('latin1');
    const end = text.indexOf('\r\n\r\n');
    if (end < 0) return;
    client.off('data', receive);
    client.pause();
    const [line = '', ...lines] = text.slice(0, end).split('\r\n');
    const fields = lines.map((one): [string, string] => {
      const colon = one.indexOf(':');
      return [one.slice(0, colon).toLowerCase(), one.slice(colon + 1).trim()];
    });
    if (text.length > end + 4) client.unshift(Buffer.from(text.slice(end + 4), 'latin1'));
    found({ line, headers: new Map(fields) });
  };
  client.on('data', receive);
}
