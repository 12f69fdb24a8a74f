// Writes replies: hardening headers on every one, exact lengths, and an orderly end even where the request was not read.
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { StopSignal } from '#kernel/stop-signal.ts';
import { announcesBody, ClientGone, type Exchange } from './exchange.ts';
import { hardeningHeaders, hardeningList, listHeaders } from './headers.ts';

export type Outgoing = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Further `set-cookie` lines. */
  readonly cookies?: readonly string[] | undefined;
  readonly body?: string | Uint8Array | undefined;
};

/** How long a refused upload is read on, so that the refusal is not lost in a reset connection. */
const LINGER_MS = 2_000;
/** Silence of a reader after which its connection is given up. */
const STALL_MS = 120_000;
const SLICE_BYTES = 64 * 1024;
const NOTHING = new Uint8Array();
const BODILESS: ReadonlySet<number> = new Set([204, 304]);

type Headers = Readonly<Record<string, string>>;

/** The whole head of a reply, names and values in turn; of headers of one name the last stands. */
export function headOf(exchange: Exchange, headers: Headers): string[] {
  const { isSecure, extraHeaders } = exchange.progress;
  const before = { 'x-request-id': exchange.requestId, ...extraHeaders };
  const hardening = hardeningHeaders(isSecure);
  const after = mustClose(exchange) ? { ...headers, connection: 'close' } : headers;
  if (haveName(after, before) || haveName(after, hardening) || haveName(before, hardening))
    return listHeaders({ ...hardening, ...before, ...after });
  // Nearly always: to copy a list costs a fifth of merging objects.
  return [...hardeningList(isSecure), ...listHeaders(before), ...listHeaders(after)];
}

function haveName(some: Headers, others: Headers): boolean {
  for (const name in some) if (Object.hasOwn(others, name)) return true;
  return false;
}

/** Sends a whole reply and resolves when the client has it, or rejects with ClientGone. */
export async function sendReply(exchange: Exchange, { status, headers, cookies, body }: Outgoing): Promise<void> {
  const { request, response } = exchange;
  const bytes = typeof body === 'string' ? Buffer.from(body) : (body ?? NOTHING);
  const head = headOf(exchange, headers);
  for (const cookie of cookies ?? []) head.push('set-cookie', cookie);
  if (!BODILESS.has(status)) head.push('content-length', String(bytes.length));
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
export async function writeBytes(exchange: Exchange, bytes: Uint8Array, signal: StopSignal): Promise<void> {
  const { response, progress } = exchange;
  for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
    const slice = bytes.subarray(at, at + SLICE_BYTES);
    signal.throwIfAborted();
    progress.replyBytes += slice.length;
    if (!response.write(slice)) await settled(response, 'drain', signal);
  }
}

/** Ends the reply and waits until the operating system has all of it. */
export async function endReply(exchange: Exchange, last?: Uint8Array): Promise<void> {
  const { response, clientLeft } = exchange;
  if (response.writableFinished) return;
  // Head and content leave in one write, and nearly always there is nothing to wait for.
  response.end(last);
  if (!isOut(exchange)) await settled(response, 'finish', clientLeft);
}

/**
 * Whether the operating system has all of the reply, and nothing went wrong with the connection. Node says so by an event
 * of a later turn; where nothing is left in its own buffers it is so at once.
 */
export function isOut({ response }: Exchange): boolean {
  if (response.writableFinished) return true;
  const { socket, writableEnded, writableLength } = response;
  if (!writableEnded || writableLength > 0) return false;
  return socket !== null && !socket.destroyed && socket.errored === null;
}

function settled(response: ServerResponse, event: 'drain' | 'finish', signal: StopSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const giveUp = (): void => {
    response.destroy();
    reject(new ClientGone(`no ${event}`, { cause: signal.reason }));
  };
  const timer = setTimeout(giveUp, STALL_MS);
  signal.addEventListener('abort', giveUp);
  response.once(event, resolve);
  if (signal.aborted) giveUp();
  return promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', giveUp);
    response.off(event, resolve);
  });
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
