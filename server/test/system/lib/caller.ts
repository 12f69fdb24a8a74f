// Calls a running server over real sockets: whole replies, streams, and from whichever loopback address a test wants to be.
import assert from 'node:assert/strict';
import { Agent, type IncomingHttpHeaders, type IncomingMessage, request, type RequestOptions } from 'node:http';
import { request as requestTls } from 'node:https';

export type Who = { readonly cookie?: string; readonly key?: string };

export type CallOptions = Who & {
  readonly body?: unknown;
  readonly rawBody?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
};

export type Answer = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON. Throws when it is none. */
  readonly json: () => Json;
};

export type Json = Readonly<Record<string, unknown>>;

export type OpenStream = {
  readonly status: number;
  /** The text that came until now. */
  readonly text: () => string;
  /** Resolves with the next piece; undefined once the stream is over. */
  readonly next: () => Promise<string | undefined>;
  /** How it ended: `end` as the server meant it, `broken` otherwise. */
  readonly ended: Promise<'end' | 'broken'>;
  readonly leave: () => void;
};

export type CallerOptions = {
  readonly port: number;
  readonly host?: string;
  /** Where the calls come from: any address of 127.0.0.0/8. */
  readonly localAddress?: string;
  /** Its certificate authority makes it an https caller. */
  readonly ca?: string;
  readonly hostHeader?: string;
  /** A call without an answer for so long hangs, and fails. */
  readonly hangMs?: number;
};

export type Caller = Disposable & {
  readonly port: number;
  readonly origin: string;
  readonly cookieName: string;
  readonly call: (method: string, path: string, options?: CallOptions) => Promise<Answer>;
  readonly open: (path: string, options: CallOptions) => Promise<OpenStream>;
};

/** Nothing that a test asks for takes as long: beyond it the server hangs, which fails the call. */
const HANG_MS = 20_000;

export function createCaller(options: CallerOptions): Caller {
  const { port, ca, host = '127.0.0.1' } = options;
  const hostHeader = options.hostHeader ?? `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const origin = `${ca === undefined ? 'http' : 'https'}://${hostHeader}`;
  const agent = ca === undefined ? new Agent({ keepAlive: true, maxSockets: 64 }) : undefined;
  const send = (method: string, path: string, call: CallOptions): Promise<IncomingMessage> => {
    const body = call.rawBody ?? (call.body === undefined ? undefined : JSON.stringify(call.body));
    const headers = headersOf(call, { hostHeader, origin, body });
    const common: RequestOptions = {
      host,
      port,
      method,
      path,
      headers,
      timeout: options.hangMs ?? HANG_MS,
      ...localOf(options),
    };
    return new Promise((resolve, reject) => {
      const sent =
        ca === undefined
          ? request({ ...common, ...(agent === undefined ? {} : { agent }) }, resolve)
          : requestTls({ ...common, ca, servername: new URL(origin).hostname, agent: false }, resolve);
      sent.on('timeout', () => sent.destroy(new Error(`${method} ${path} hangs`)));
      sent.on('error', reject);
      sent.end(body);
    });
  };
  return {
    port,
    origin,
    cookieName: `__Host-holdfast-${port}`,
    call: async (method, path, call = {}) => readAnswer(await send(method, path, call)),
    open: async (path, call) => readStream(await send('POST', path, call)),
    [Symbol.dispose]: () => agent?.destroy(),
  };
}

function localOf({ localAddress }: CallerOptions) {
  return localAddress === undefined ? {} : { localAddress };
}

type Parts = { readonly hostHeader: string; readonly origin: string; readonly body: string | Buffer | undefined };

function headersOf(call: CallOptions, { hostHeader, origin, body }: Parts): Record<string, string> {
  return {
    host: hostHeader,
    ...(call.cookie === undefined ? {} : { cookie: call.cookie, origin }),
    ...(call.key === undefined ? {} : { authorization: `Bearer ${call.key}` }),
    ...(body === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
    ...call.headers,
  };
}

async function readAnswer(message: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  return { status: message.statusCode ?? 0, headers: message.headers, text, json: () => JSON.parse(text) as Json };
}

function readStream(message: IncomingMessage): OpenStream {
  const state = { text: '', unread: '', isOver: false, wake: () => {} };
  message.setEncoding('utf8').on('data', (piece: string) => {
    state.text += piece;
    state.unread += piece;
    state.wake();
  });
  const ended = new Promise<'end' | 'broken'>((resolve) => {
    message.on('error', () => resolve('broken'));
    message.on('close', () => resolve(message.complete ? 'end' : 'broken'));
  }).then((how) => {
    state.isOver = true;
    state.wake();
    return how;
  });
  return {
    status: message.statusCode ?? 0,
    text: () => state.text,
    next: async () => {
      while (state.unread === '' && !state.isOver) await new Promise<void>((resolve) => (state.wake = resolve));
      const pieces = state.unread;
      state.unread = '';
      return pieces === '' ? undefined : pieces;
    },
    ended,
    leave: () => void message.destroy(),
  };
}

/** A refusal as every one must look: a problem of that status, with its code, and nothing of our insides. */
export function assertProblem(answer: Answer, status: number | readonly number[], code?: string): void {
  const wanted = typeof status === 'number' ? [status] : status;
  assert.ok(
    wanted.includes(answer.status),
    `${wanted.join('/')} expected: ${answer.status} ${answer.text.slice(0, 300)}`,
  );
  assert.match(answer.headers['content-type'] ?? '', /^application\/problem\+json/);
  const body = answer.json();
  assert.equal(body['status'], answer.status);
  if (code !== undefined) assert.equal(body['code'], code);
  assert.doesNotMatch(answer.text, /node:internal|\.ts:\d|\bat [\w.]+ \(|SQLSTATE|relation "|violates|pg_/);
}
