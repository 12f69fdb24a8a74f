// Begins a request and never ends it, as who wants to use up connections would, and sees for how long that is borne.
import { once } from 'node:events';
import { connect, isIP, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import type { HttpPlace } from './http.ts';

/** A head that lacks its end. */
const UNFINISHED = 'GET /health/live HTTP/1.1\r\nHost: slow.invalid\r\nX-Slow: ';

/**
 * Whether the server ended a connection with an unfinished head within `waitMs`. Rejects when there is no connection, or
 * when it is aborted; `meanwhile` runs while the connection is held.
 */
export async function holdHead<T>(
  place: HttpPlace,
  options: { readonly waitMs: number; readonly meanwhile: () => Promise<T> },
  signal: AbortSignal,
): Promise<{ readonly isCut: boolean; readonly seen: T }> {
  const { socket, connected } = open(place);
  // How it ends is no matter, only that it does.
  socket.on('error', () => undefined);
  const over = new AbortController();
  const ends = AbortSignal.any([signal, over.signal]);
  try {
    await once(socket, connected, { signal });
    const cut = once(socket, 'close', { signal: ends }).then(() => true);
    // Nobody waits for it while `meanwhile` fails.
    cut.catch(() => undefined);
    socket.resume().write(UNFINISHED);
    const seen = await options.meanwhile();
    const isCut = await Promise.race([cut, wait(options.waitMs, false, { signal: ends })]);
    return { isCut, seen };
  } finally {
    over.abort();
    socket.destroy();
  }
}

function open({ origin, connectTo }: HttpPlace): { readonly socket: Socket; readonly connected: string } {
  const url = new URL(origin);
  const name = url.hostname.replaceAll(/^\[|\]$/g, '');
  const isSecure = url.protocol === 'https:';
  const port = Number(url.port === '' ? (isSecure ? 443 : 80) : url.port);
  const to = connectTo ?? { host: name, port };
  if (!isSecure) return { socket: connect(to), connected: 'connect' };
  const server = isIP(name) === 0 ? { servername: name } : {};
  return { socket: connectTls({ ...to, ...server, rejectUnauthorized: false }), connected: 'secureConnect' };
}
