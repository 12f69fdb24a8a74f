// Shakes hands over TLS as any stranger could: which versions are spoken, and what the certificate chain is worth.
import { isIP } from 'node:net';
import {
  checkServerIdentity,
  connect,
  type DetailedPeerCertificate,
  type SecureVersion,
  type TLSSocket,
} from 'node:tls';
import { readTls } from './tls-facts.ts';

export type TlsPlace = {
  readonly host: string;
  readonly port: number;
  /** The name that the certificate has to be for. */
  readonly name: string;
};

export type Handshake =
  | {
      readonly kind: 'agreed';
      /** Such as `TLSv1.3`. */
      readonly protocol: string;
      /** Why this machine does not trust the chain; undefined when it does. The name is another question. */
      readonly distrust: string | undefined;
      readonly isForName: boolean;
      /** When every certificate that was sent is good, in milliseconds since 1970. */
      readonly validFromUnixMs: number;
      readonly validToUnixMs: number;
    }
  /** An answer that is no TLS of these versions, or the end of the connection. */
  | { readonly kind: 'refused'; readonly code: string };

/**
 * One handshake, with exactly the given version where one is given. Rejects when nothing can be said: no connection, no
 * answer in time, or a version that this machine itself cannot offer.
 */
export async function shakeHands(
  { host, port, name }: TlsPlace,
  version: SecureVersion | undefined,
  signal: AbortSignal,
): Promise<Handshake> {
  const { promise, resolve, reject } = Promise.withResolvers<Handshake>();
  signal.throwIfAborted();
  const socket = connect({
    host,
    port,
    // What it is worth is read afterwards; a probe sends nothing that would have to be kept from others.
    rejectUnauthorized: false,
    // RFC 6066 section 3: literal addresses are no server names.
    ...(isIP(name) === 0 ? { servername: name } : {}),
    // OpenSSL offers TLS 1.0 and 1.1 at security level 0 only.
    ...(version === undefined ? {} : { minVersion: version, maxVersion: version, ciphers: 'ALL:@SECLEVEL=0' }),
  });
  const giveUp = (): void => reject(asError(signal.reason));
  signal.addEventListener('abort', giveUp, { once: true });
  socket.on('secureConnect', () => resolve(readHandshake(socket, name)));
  socket.on('error', (error: Error & { readonly code?: string }) => {
    const code = error.code ?? '';
    if (isRefusal(code)) resolve({ kind: 'refused', code });
    else reject(error);
  });
  socket.on('close', () => reject(new Error('it hung up')));
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', giveUp);
    socket.destroy();
  }
}

/** Ours, not theirs: what OpenSSL says when it has nothing to offer. */
const OWN_INABILITY = /NO_PROTOCOLS_AVAILABLE|NO_CIPHERS_AVAILABLE|NO_CIPHER_MATCH|LIBRARY_BUG/;

function isRefusal(code: string): boolean {
  return (code === 'ECONNRESET' || code === 'EPROTO' || code.startsWith('ERR_SSL_')) && !OWN_INABILITY.test(code);
}

function readHandshake(socket: TLSSocket, name: string): Handshake {
  const chain = chainOf(socket.getPeerCertificate(true));
  const [own] = chain;
  // Of a name that is not covered Node says so only once the chain is trusted.
  const { protocol, distrust } = readTls(socket);
  const isForName = own !== undefined && checkServerIdentity(name, own) === undefined;
  return {
    kind: 'agreed',
    protocol,
    distrust: distrust === 'ERR_TLS_CERT_ALTNAME_INVALID' ? undefined : distrust,
    isForName,
    validFromUnixMs: Math.max(...chain.map(({ valid_from: text }) => Date.parse(text))),
    validToUnixMs: Math.min(...chain.map(({ valid_to: text }) => Date.parse(text))),
  };
}

/** A self-signed certificate is its own issuer, so the list ends where it begins to repeat. */
function chainOf(first: DetailedPeerCertificate): readonly DetailedPeerCertificate[] {
  const chain: DetailedPeerCertificate[] = [];
  let next: DetailedPeerCertificate | undefined = first;
  while (next?.valid_to !== undefined && !chain.includes(next)) {
    chain.push(next);
    next = next.issuerCertificate;
  }
  return chain;
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('aborted', { cause: reason });
}
