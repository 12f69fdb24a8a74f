// A world behind its public listener: the kernel of world.ts, the real edge on a free port, and raw sockets to talk to it.
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { createWorld, type World, type WorldOptions } from './world.ts';
import { type Config, loadConfig } from '#config.ts';
import { createSessionCookie } from '#http/cookies.ts';
import { createEdge, type Edge } from '#http/edge.ts';
import type { Page } from '#http/pages.ts';
import { referencePages } from '../src/reference/pages.ts';
import type { Kernel } from '#kernel/kernel.ts';
import { createHealth, type Health } from '#telemetry/health.ts';
import { createLog, type Log } from '#telemetry/log.ts';
import { createTraces, type Traces } from '#telemetry/traces.ts';

export type EdgeParts = {
  readonly kernel: Kernel;
  readonly config: Config;
  readonly health: Health;
  readonly log: Log;
  readonly traces: Traces;
};

export type EdgeWorldOptions = WorldOptions & {
  readonly settings?: Readonly<Record<string, string>>;
  readonly pages?: readonly Page[];
};

export type EdgeWorld = AsyncDisposable & {
  readonly world: World;
  readonly edge: Edge;
  readonly parts: EdgeParts;
  readonly port: number;
  readonly cookieName: string;
  /** Lines of the log so far, parsed. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  /** The log line of a request by its id; it is written after the reply. */
  readonly lineOf: (requestId: string | undefined) => Promise<Readonly<Record<string, unknown>>>;
  /** A founded organization's session as a Cookie header, and a key of its owner. */
  readonly enter: (slug?: string) => Promise<Entered>;
};

export type Entered = { readonly cookie: string; readonly key: string; readonly organizationId: string };

/** The configuration that an environment of these settings gives, on free ports: an exposed one may not ask for those itself. */
export function configOf(settings: Readonly<Record<string, string>> = {}): Config {
  const loaded = loadConfig({ env: { HOLDFAST_DATA_DIR: '/nonexistent/holdfast', ...settings } });
  if (!loaded.ok) throw new Error(loaded.faults.map(({ key, problem }) => `${key} ${problem}`).join('\n'));
  const { listen, privateListen } = loaded.config;
  return { ...loaded.config, listen: { ...listen, port: 0 }, privateListen: { ...privateListen, port: 0 } };
}

export async function createEdgeWorld(options: EdgeWorldOptions = {}): Promise<EdgeWorld> {
  await using opened = new AsyncDisposableStack();
  const world = opened.use(await createWorld(options));
  const lines: Readonly<Record<string, unknown>>[] = [];
  let port = 0;
  const cookie = createSessionCookie(() => port);
  const kernel: Kernel = { ...world.kernel, tools: { ...world.kernel.tools, sessionCookie: cookie } };
  const parts: EdgeParts = {
    kernel,
    config: configOf(options.settings),
    health: createHealth({ nowMs: () => performance.now() }),
    log: createLog({
      level: 'debug',
      now: () => new Date(),
      write: (line) => void lines.push(JSON.parse(line) as Readonly<Record<string, unknown>>),
    }),
    traces: await createTraces({ serviceVersion: 'test', instanceId: 'test' }),
  };
  const handedIn = options.pages ?? [];
  const reference = referencePages(world.kernel.registry, { version: 'test' });
  const pages = [...reference.filter(({ path }) => !handedIn.some((page) => page.path === path)), ...handedIn];
  const edge = await createEdge({ ...parts, cookie, pages });
  opened.defer(async () => void (await edge.stop({ drainSeconds: 0 })));
  const [first] = await edge.listen();
  port = first?.port ?? 0;
  const rest = opened.move();
  return {
    world,
    edge,
    parts,
    port,
    cookieName: `__Host-holdfast-${port}`,
    lines,
    lineOf: (requestId) => findLine(lines, requestId),
    enter: (slug = 'acme') => enter(world, port, slug),
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}

async function findLine(lines: readonly Readonly<Record<string, unknown>>[], requestId: string | undefined) {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    const line = lines.find((one) => one['event'] === 'http.request' && one['requestId'] === requestId);
    if (line !== undefined) return line;
    await wait(10);
  }
  throw new Error(`the log has no request ${requestId}`);
}

async function enter(world: World, port: number, slug: string): Promise<Entered> {
  const { credential, organizationId } = await world.found(slug);
  if (credential.kind !== 'session') throw new Error('founding gives a session');
  const made = await world.call('api_key.create', { credential, body: { name: 'test', scopes: ['models:use'] } });
  const { key } = made.body as { readonly key: string };
  return { cookie: `__Host-holdfast-${port}=${credential.secret}`, key, organizationId };
}

export type RawReply = {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  /** Everything the server sent on this connection. */
  readonly text: string;
};

/** Sends bytes as they are and resolves with what came back when the server closed the connection. */
export async function exchangeRaw(port: number, ...pieces: readonly (string | Buffer)[]): Promise<RawReply> {
  const socket = await openSocket(port);
  for (const piece of pieces) socket.write(piece);
  return parseReply(await readToEnd(socket));
}

export function openSocket(port: number, host = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port, host });
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
  });
}

export function readToEnd(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  return new Promise((resolve) => {
    const end = (): void => resolve(Buffer.concat(chunks).toString('latin1'));
    socket.on('data', (chunk: Buffer) => void chunks.push(chunk));
    socket.on('error', end);
    socket.on('close', end);
    if (socket.closed) end();
  });
}

/** Reads one reply by its length and closes, as most clients do. */
export function readReply(socket: Socket): Promise<RawReply> {
  const chunks: Buffer[] = [];
  return new Promise((resolve) => {
    const end = (): void => resolve(parseReply(Buffer.concat(chunks).toString('latin1')));
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      const { headers, body } = parseReply(Buffer.concat(chunks).toString('latin1'));
      if (body.length > 0 && body.length >= Number(headers.get('content-length'))) socket.destroy();
    });
    socket.on('error', end);
    socket.on('close', end);
  });
}

export function parseReply(text: string): RawReply {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [line = '', ...fields] = head.split('\r\n');
  const headers = new Map(
    fields.map((field) => {
      const colon = field.indexOf(':');
      return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()] as const;
    }),
  );
  return { status: Number(line.split(' ')[1] ?? 0), headers, body: rest.join('\r\n\r\n'), text };
}

export type Asked = { readonly headers?: readonly string[]; readonly body?: string | Buffer; readonly host?: string };

/** One well-framed request, closed afterwards. Header lines are sent as they are, repeated ones too. */
export function ask(port: number, line: string, { headers = [], body, host }: Asked = {}): Promise<RawReply> {
  const bytes = body === undefined ? undefined : Buffer.from(body);
  const lines = [
    `${line} HTTP/1.1`,
    `Host: ${host ?? `localhost:${port}`}`,
    'Connection: close',
    ...headers,
    ...(bytes === undefined ? [] : [`Content-Length: ${bytes.length}`]),
  ];
  return exchangeRaw(
    port,
    Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), bytes ?? Buffer.alloc(0)]),
  );
}

/** The stable code of a problem reply. */
export function codeOf({ body }: RawReply): string {
  return String((JSON.parse(body) as { readonly code?: unknown }).code);
}
