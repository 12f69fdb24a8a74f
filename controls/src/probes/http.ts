// Asks over HTTP or HTTPS as any stranger could, and keeps every header line as it came.
import { request as requestPlain, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestSecure } from 'node:https';
import { isIP } from 'node:net';
import { TLSSocket } from 'node:tls';
import { readTls, type TlsFacts } from './tls-facts.ts';

export type HttpRequest = {
  /** GET unless told. */
  readonly method?: string;
  /** With the query. */
  readonly path: string;
  /** In order, repeated ones too; Host and Content-Length are added where they are missing. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: string | Uint8Array;
  /** The local address to ask from: limits count by it. Any of 127.0.0.0/8 where the system has them. */
  readonly from?: string;
};

export type HttpReply = {
  readonly status: number;
  /** Values of a header, a line each, by its name in any case. */
  readonly valuesOf: (name: string) => readonly string[];
  /** As UTF-8, at most `bodyBytesMax`. */
  readonly body: string;
  /** The body was longer than is kept. */
  readonly isCut: boolean;
  /** Undefined over plain HTTP. */
  readonly tls: TlsFacts | undefined;
};

/** Where requests go: the origin they name, and the socket they are sent to when that is another. */
export type HttpPlace = {
  /** `https://name[:port]`: scheme, Host header and server name. */
  readonly origin: string;
  readonly connectTo?: { readonly host: string; readonly port: number };
};

export const bodyBytesMax = 262_144;

/**
 * One request on a connection of its own. Rejects when there is no whole answer: refused, cut off, aborted, no HTTP. An
 * unknown certificate is no hindrance: what it is worth stands in the reply for a judge.
 */
export async function askHttp(place: HttpPlace, request: HttpRequest, signal: AbortSignal): Promise<HttpReply> {
  const { promise, resolve, reject } = Promise.withResolvers<HttpReply>();
  const sent = send(place, request, signal, (reply) => {
    const tls = reply.socket instanceof TLSSocket ? readTls(reply.socket) : undefined;
    collectBody(reply, (body, isCut) => resolve(replyOf(reply, body, isCut, tls)), reject);
  });
  sent.on('error', reject);
  sent.on('upgrade', () => reject(new Error('it switched protocols')));
  sent.end(request.body);
  return promise;
}

function send(
  place: HttpPlace,
  request: HttpRequest,
  signal: AbortSignal,
  onReply: (reply: IncomingMessage) => void,
): ClientRequest {
  const { method = 'GET', path, from } = request;
  const url = new URL(place.origin);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const options: RequestOptions = {
    method,
    path,
    host,
    ...(url.port === '' ? {} : { port: Number(url.port) }),
    ...place.connectTo,
    agent: false,
    signal,
    headers: headersOf(url, request),
    ...(from === undefined ? {} : { localAddress: from }),
  };
  if (url.protocol !== 'https:') return requestPlain(options, onReply);
  // RFC 6066 section 3: literal addresses are no server names.
  const name = isIP(host) === 0 ? { servername: host } : {};
  return requestSecure({ ...options, ...name, rejectUnauthorized: false }, onReply);
}

/** As one list, which keeps the order, the case and every repetition. */
function headersOf({ host }: URL, { headers = [], body }: HttpRequest): readonly string[] {
  const names = new Set(headers.map(([name]) => name.toLowerCase()));
  const isFramed = body === undefined || names.has('content-length') || names.has('transfer-encoding');
  return [
    ...(names.has('host') ? [] : ['Host', host]),
    ...headers.flat(),
    ...(isFramed ? [] : ['Content-Length', String(Buffer.byteLength(body))]),
  ];
}

function collectBody(
  reply: IncomingMessage,
  onEnd: (body: Buffer, isCut: boolean) => void,
  onError: (error: Error) => void,
): void {
  const pieces: Buffer[] = [];
  let bytes = 0;
  reply.on('data', (piece: Buffer) => {
    if (bytes <= bodyBytesMax) pieces.push(piece);
    bytes += piece.length;
    if (bytes <= bodyBytesMax) return;
    // The rest proves nothing, and a stream without end would keep us.
    onEnd(Buffer.concat(pieces).subarray(0, bodyBytesMax), true);
    reply.destroy();
  });
  reply.on('end', () => onEnd(Buffer.concat(pieces), false));
  reply.on('error', onError);
}

function replyOf(reply: IncomingMessage, body: Buffer, isCut: boolean, tls: TlsFacts | undefined): HttpReply {
  const { rawHeaders } = reply;
  return {
    status: reply.statusCode ?? 0,
    valuesOf: (name) =>
      rawHeaders.flatMap((field, index) =>
        index % 2 === 0 && field.toLowerCase() === name.toLowerCase() ? [rawHeaders[index + 1] ?? ''] : [],
      ),
    body: body.toString('utf8'),
    isCut,
    tls,
  };
}
