// Asks an HTTP proxy for a tunnel (RFC 9110 section 9.3.6) and takes nothing but a clean yes.
import type { Socket } from 'node:net';
import { ConnectError } from './attempt.ts';
import { bracketAddress } from './address.ts';
import type { Place } from './dial.ts';

export interface TunnelOptions {
  /** Where the tunnel leads: the checked address, never a name that the proxy would look up for itself. */
  readonly place: Place;
  /** The value of Proxy-Authorization; said to the proxy alone. */
  readonly authorization: string | undefined;
  readonly headerBytesMax: number;
}

/**
 * Sends CONNECT and reads the reply to the end of its header. After `done(undefined)` the socket is paused, has no bytes
 * waiting and belongs to the target. The header's fields are not looked at: RFC 9110 has a client ignore their lengths.
 */
export function openTunnel(
  socket: Socket,
  options: TunnelOptions,
  done: (error: ConnectError | undefined) => void,
): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let tail = '';
  const finish = (error: ConnectError | undefined): void => {
    socket.off('data', receive);
    socket.pause();
    done(error);
  };
  const receive = (chunk: Buffer): void => {
    chunks.push(chunk);
    bytes += chunk.length;
    // The end may lie across two chunks; looking at the last three characters again finds it without reading all anew.
    const window = tail + chunk.toString('latin1');
    const at = window.indexOf(headerEnd);
    tail = window.slice(1 - headerEnd.length);
    const restBytes = at < 0 ? 0 : window.length - at - headerEnd.length;
    if (bytes - restBytes > options.headerBytesMax) return finish(garbage('the header of the reply is too long'));
    if (at < 0) return undefined;
    const header = Buffer.concat(chunks).toString('latin1', 0, bytes - restBytes - headerEnd.length);
    return finish(judgeReply(header, restBytes));
  };
  socket.on('data', receive);
  socket.write(writeRequest(options), 'latin1');
}

const headerEnd = '\r\n\r\n';

/** RFC 9112 section 3.2.3: the target is host and port alone, and Host repeats it. */
function writeRequest({ place, authorization }: TunnelOptions): string {
  const authority = `${bracketAddress(place.address)}:${place.port}`;
  const credential = authorization === undefined ? '' : `Proxy-Authorization: ${authorization}\r\n`;
  return `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${credential}\r\n`;
}

const statusLine = /^HTTP\/1\.[01] ([1-5][0-9]{2})(?: [\t\u0020-\u007e\u0080-\u00ff]*)?$/;
const fieldLine = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\u0020-\u007e\u0080-\u00ff]*$/;

/** Statuses under 500 by which a proxy says that it did not get to it, rather than that it will not. */
const notYet: ReadonlySet<number> = new Set([408, 425, 429]);

/** Undefined when the tunnel is open. Nothing the proxy wrote but its status goes into the failure. */
function judgeReply(header: string, restBytes: number): ConnectError | undefined {
  const [first = '', ...fields] = header.split('\r\n');
  const status = Number(statusLine.exec(first)?.[1] ?? '0');
  if (status < 200 || !fields.every((field) => fieldLine.test(field))) return garbage('the reply is not HTTP');
  if (status >= 500 || notYet.has(status)) return new ConnectError('proxy_failed', `status ${status}`);
  if (status >= 300) return new ConnectError('proxy_refused', `status ${status}`);
  // Nobody has been asked anything yet: TLS and HTTP servers both wait for the client.
  return restBytes === 0 ? undefined : garbage('bytes behind the header of the reply');
}

function garbage(detail: string): ConnectError {
  return new ConnectError('proxy_reply', detail);
}
