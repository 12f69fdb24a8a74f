// Writes replies: hardening headers on every one, exact lengths, and an orderly end even where the request was not read.
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { announcesBody, ClientGone, type Exchange } from './exchange.ts';
import { hardeningHeaders } from './headers.ts';

export type Outgoing = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
};

/** How long a refused upload is read on, so that the refusal is not lost in a reset connection. */
const LINGER_MS = 2_000;
/** Silence of a reader after which its connection is given up. */
const STALL_MS = 120_000;
const SLICE_BYTES = 64 * 1024;
const NOTHING = Buffer.alloc(0);
const BODILESS: ReadonlySet<number> = new Set([204, 304]);

/** The whole head of a reply. */
export function headOf(exchange: Exchange, headers: Readonly<Record<string, string>>): Record<string, string> {
  const { isSecure, extraHeaders } = exchange.progress;
  return {
    ...hardeningHeaders(isSecure),
    'x-request-id': exchange.requestId,
    ...extraHeaders,
    ...headers,
    ...(mustClose(exchange) ? { connection: 'close' } : {}),
  };
}

/** Sends a whole reply and resolves when the client has it, or rejects with ClientGone. */
export async function sendReply(exchange: Exchange, { status, headers, body }: Outgoing): Promise<void> {
  const { request, response } = exchange;
  const bytes = bytesOf(body);
  const head = headOf(exchange, headers);
  if (!BODILESS.has(status)) head['content-length'] = String(bytes.length);
  response.writeHead(status, head);
  const hasContent = request.method !== 'HEAD' && !BODILESS.has(status);
  if (hasContent && bytes.length <= SLICE_BYTES && !isUnread(request)) {
    exchange.progress.replyBytes += bytes.length;
    return endReply(exchange, bytes);
  }
  if (hasContent) await writeBytes(exchange, bytes, exchange.clientLeft);
  if (isUnread(request)) {
    response.flushHeaders();
    await readOn(request, response);
  }
  return endReply(exchange);
}

/** Writes bytes as fast as the client takes them; rejects when `signal` aborts or the client stalls for two minutes. */
export async function writeBytes(exchange: Exchange, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  const { response, progress } = exchange;
  for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
    const slice = bytes.subarray(at, at + SLICE_BYTES);
    signal.throwIfAborted();
    progress.replyBytes += slice.length;
    if (!response.write(slice)) await settled(response, 'drain', signal);
  }
}

/** Ends the reply and waits until the operating system has all of it. */
export async function endReply(exchange: Exchange, last?: Buffer): Promise<void> {
  const { response, clientLeft } = exchange;
  if (response.writableFinished) return;
  // Latin-1 holds every byte as it is, and Node joins text to the head: both leave in one write of one piece.
  response.end(last?.toString('latin1'), 'latin1');
  // Nearly always there is nothing to wait for.
  if (!isOut(exchange)) await settled(response, 'finish', clientLeft);
}

/** Whether the operating system took all of the reply, and nothing went wrong with the connection. */
export function isOut({ response, clientLeft }: Exchange): boolean {
  const { socket } = response;
  return response.writableFinished && !response.destroyed && !clientLeft.aborted && (socket?.errored ?? null) === null;
}

function settled(response: ServerResponse, event: 'drain' | 'finish', signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const giveUp = (): void => {
    response.destroy();
    reject(new ClientGone(`no ${event}`, { cause: signal.reason }));
  };
  const timer = setTimeout(giveUp, STALL_MS);
  signal.addEventListener('abort', giveUp, { once: true });
  response.once(event, resolve);
  if (signal.aborted) giveUp();
  return promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', giveUp);
    response.off(event, resolve);
  });
}

function bytesOf(body: Outgoing['body']): Buffer {
  if (body === undefined) return NOTHING;
  if (typeof body === 'string') return Buffer.from(body);
  return Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}

function mustClose({ isStopping, progress, request }: Exchange): boolean {
  return isStopping() || !progress.isAccepted || isUnread(request);
}

function isUnread(request: IncomingMessage): boolean {
  return announcesBody(request) && !request.complete;
}

/** Reads the rest of a body and forgets it: closing a socket with unread bytes resets it, and the reply would be lost. */
async function readOn(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const over = new AbortController();
  request.on('error', () => undefined);
  request.resume();
  await Promise.race([
    once(request, 'close', { signal: over.signal }).catch(() => undefined),
    once(response, 'close', { signal: over.signal }).catch(() => undefined),
    wait(LINGER_MS, undefined, { signal: over.signal }).catch(() => undefined),
  ]);
  over.abort();
}
