// Hands a stream's reply to the client: the head at once, each piece as it comes, no faster than the client reads.
import type { StopSignal } from '#kernel/stop-signal.ts';
import type { StreamReply } from '#kernel/stream.ts';
import { ClientGone, type Exchange } from './exchange.ts';
import { endReply, headOf, isOut, type Outgoing, sendReply, writeBytes } from './reply.ts';

/**
 * Resolves when the operating system has all of the reply. Rejects when `signal` aborts, the source breaks or the client
 * is gone; the connection is then broken, so that half a reply never looks like a whole one.
 */
export async function deliver(exchange: Exchange, reply: StreamReply, signal: StopSignal): Promise<void> {
  if (reply.body instanceof Uint8Array) return sendWhole(exchange, { ...reply, body: reply.body }, signal);
  const { response } = exchange;
  signal.throwIfAborted();
  response.writeHead(reply.status, headOf(exchange, reply.headers));
  // The client sees that its call was taken before the first token is there.
  response.flushHeaders();
  const source = reply.body[Symbol.asyncIterator]();
  try {
    await pump(exchange, source, signal);
    await endReply(exchange);
  } catch (error) {
    response.destroy();
    // Not awaited: a source that hangs must not hold the settlement.
    void source.return?.()?.then(undefined, () => undefined);
    throw error;
  }
}

/** A client that reads slowly holds a whole reply, and what is kept for it, no longer than `signal` allows. */
async function sendWhole(exchange: Exchange, reply: Outgoing, signal: StopSignal): Promise<void> {
  const { response } = exchange;
  signal.throwIfAborted();
  const sent = sendReply(exchange, reply);
  if (isOut(exchange)) return sent;
  const giveUp = (): void => void response.destroy();
  signal.addEventListener('abort', giveUp);
  try {
    await sent;
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

async function pump(exchange: Exchange, source: AsyncIterator<Uint8Array>, signal: StopSignal): Promise<void> {
  // One settled promise a piece: racing each against a promise of the whole stream would pile up until its end.
  let giveUp: ((reason: unknown) => void) | undefined;
  const onAbort = (): void => giveUp?.(new ClientGone('the stream was ended', { cause: signal.reason }));
  const next = (): Promise<IteratorResult<Uint8Array>> =>
    new Promise((resolve, reject) => {
      giveUp = reject;
      source.next().then(resolve, reject);
      if (signal.aborted) onAbort();
    });
  signal.addEventListener('abort', onAbort);
  try {
    for (let piece = await next(); piece.done !== true; piece = await next()) {
      await writeBytes(exchange, piece.value, signal);
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
