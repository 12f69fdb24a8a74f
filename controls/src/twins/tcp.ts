// Broken twins below HTTP: a TCP port that is open where none should be, and a TLS port that speaks old versions.
import { createServer } from 'node:net';
import { createServer as createTlsServer, type SecureVersion } from 'node:tls';
import type { SelfSigned } from './certificate.ts';
import { listen, type TwinServer } from './sockets.ts';

/** Starts a port that accepts connections, says `greeting` and then nothing. */
export async function startTcpTwin(options: { readonly greeting: string }): Promise<TwinServer> {
  return listen(createServer((socket) => void socket.write(options.greeting)));
}

/** Starts a TLS port of exactly these versions, old ones with the weak ciphers they need. */
export async function startTlsTwin(options: {
  readonly certificate: SelfSigned;
  readonly minVersion: SecureVersion;
  readonly maxVersion: SecureVersion;
}): Promise<TwinServer> {
  const { certificate, minVersion, maxVersion } = options;
  const server = createTlsServer({
    cert: certificate.certificatePem,
    key: certificate.keyPem,
    minVersion,
    maxVersion,
    // OpenSSL offers TLS 1.0 and 1.1 at security level 0 only.
    ciphers: 'ALL:@SECLEVEL=0',
  });
  server.on('secureConnection', (socket) => socket.on('error', () => socket.destroy()));
  // A handshake that fails is what the client came to see.
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  return listen(server);
}
