// Refuses what never became a request: written to the socket by hand, in the form of every other problem.
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { AppError } from '#kernel/errors.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { Connections } from './connections.ts';
import { hardeningHeaders } from './headers.ts';
import { problemReply } from './problem-reply.ts';
import { requestIdOf } from './request-id.ts';
import { type ConnectionReason, connectionRefused } from './telemetry.ts';

const GONE: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ECANCELED']);
const LINGER_MS = 1_000;
const refused = new WeakSet<Duplex>();

export type RawDoor = { readonly origin: () => string; readonly connections: Connections };

/** Answers what Node's parser could not read: 431, 408 or 400, and ends the connection. */
export function refuseBroken(door: RawDoor, error: Error & { readonly code?: string }, socket: Duplex): void {
  const { code = '' } = error;
  // What follows a refused request on its connection is noise.
  if (refused.has(socket)) return;
  if (GONE.has(code)) {
    socket.destroy();
    return;
  }
  const [reason, failure] = judge(code);
  connectionRefused(reason);
  refuseRaw(door, failure, socket);
}

function judge(code: string): readonly [ConnectionReason, AppError] {
  if (code === 'HPE_HEADER_OVERFLOW') return ['headers_too_large', kernelErrors['request.headers_too_large']()];
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return ['timed_out', kernelErrors['request.timeout']()];
  return ['malformed', kernelErrors['request.malformed']({ detail: 'This is not HTTP/1.1 as RFC 9112 defines it.' })];
}

/**
 * Writes a problem where it can only be taken for the answer to what was refused: not into a reply that has begun, and not
 * ahead of replies to earlier requests of the connection.
 */
export function refuseRaw(door: RawDoor, failure: AppError, socket: Duplex): void {
  const running = [...door.connections.repliesOn(socket)];
  const isOurTurn = running.every((reply) => !reply.headersSent && !reply.req.complete) && running.length <= 1;
  if (!socket.writable || !isOurTurn) {
    socket.destroy();
    return;
  }
  refused.add(socket);
  socket.on('error', () => undefined);
  socket.end(renderRaw(door, failure, 'encrypted' in socket));
  // Read on for a moment: closing over unread bytes would reset the connection and lose the reply.
  socket.resume();
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

function renderRaw(door: RawDoor, failure: AppError, isSecure: boolean): string {
  const requestId = requestIdOf(undefined);
  // What the request asked for is unknown: it could not be read.
  const reply = problemReply(failure, { origin: door.origin(), path: '', requestId }, undefined);
  const body = typeof reply.body === 'string' ? reply.body : '';
  const headers = {
    ...hardeningHeaders(isSecure),
    ...reply.headers,
    'x-request-id': requestId,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${reply.status} ${STATUS_CODES[reply.status] ?? ''}\r\n${lines.join('')}\r\n${body}`;
}
