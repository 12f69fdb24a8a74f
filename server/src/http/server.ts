// Makes the HTTP servers: limits of size and time at the socket (RL3), TLS, and what happens before a request is one.
import {
  createServer as createPlainServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { Limits, TlsMaterial } from '#config.ts';
import { reveal } from '#crypto/secret.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { Connections } from './connections.ts';
import { noteContinue, noteUnknownExpectation } from './expectations.ts';
import { type RawDoor, refuseBroken, refuseRaw } from './raw-refusal.ts';
import { connectionRefused } from './telemetry.ts';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export type ServerInput = {
  readonly limits: Limits;
  readonly connections: Connections;
  readonly handle: Handler;
  readonly raw: RawDoor;
};

/** After so many requests a client connects anew, so that no connection outlives a change of certificate or balance. */
const REQUESTS_PER_SOCKET_MAX = 10_000;
/** How often Node looks for connections that are too slow. */
const CHECK_MS = 1_000;
const KEEP_ALIVE_PROBE_MS = 30_000;

export function createHttpServer(input: ServerInput): Server {
  const server = createPlainServer(optionsOf(input.limits), input.handle);
  prepare(server, input);
  return server;
}

export function createHttpsServer(input: ServerInput, material: TlsMaterial): TlsServer {
  const server = createTlsServer(
    {
      ...optionsOf(input.limits),
      ...tlsOptions(material),
      ALPNProtocols: ['http/1.1'],
      handshakeTimeout: input.limits.headerTimeoutSeconds * 1_000,
    },
    input.handle,
  );
  prepare(server, input);
  server.on('tlsClientError', (_error: Error, socket: TLSSocket) => {
    connectionRefused('tls_failed');
    socket.destroy();
  });
  return server;
}

/** What is renewed without a restart; connections that stand keep what they began with. */
export function tlsOptions({ certificatePem, privateKeyPem }: TlsMaterial) {
  return { cert: certificatePem, key: reveal(privateKeyPem, 'tls.serve'), minVersion: 'TLSv1.2' } as const;
}

function optionsOf(limits: Limits): ServerOptions {
  return {
    maxHeaderSize: limits.headerBytesMax,
    headersTimeout: limits.headerTimeoutSeconds * 1_000,
    requestTimeout: Math.max(limits.requestTimeoutSeconds, limits.headerTimeoutSeconds) * 1_000,
    keepAliveTimeout: limits.keepAliveSeconds * 1_000,
    connectionsCheckingInterval: CHECK_MS,
    // A lenient parser is what smuggling needs; the command line can't ask for one here.
    insecureHTTPParser: false,
    // We answer with a problem ourselves.
    requireHostHeader: false,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_PROBE_MS,
  };
}

function prepare(server: Server, { connections, handle, raw }: ServerInput): void {
  server.maxRequestsPerSocket = REQUESTS_PER_SOCKET_MAX;
  // 0 is no limit: Node would drop headers beyond its limit silently. Their bytes are limited, and we count them.
  server.maxHeadersCount = 0;
  connections.watch(server);
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    noteContinue(request);
    handle(request, response);
  });
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    noteUnknownExpectation(request);
    handle(request, response);
  });
  // We are no proxy.
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    connectionRefused('connect_method');
    // RFC 9110 section 15.5.6: the list of methods may be empty.
    refuseRaw(raw, kernelErrors['route.method']({ headers: { allow: '' } }), socket);
  });
  server.on('clientError', (error: Error, socket: Duplex) => refuseBroken(raw, error, socket));
}
