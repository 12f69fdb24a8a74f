// What a TLS connection shows of itself: its version and what its certificate is worth.
import type { TLSSocket } from 'node:tls';

export type TlsFacts = {
  /** Such as `TLSv1.3`. */
  readonly protocol: string;
  /** Why the certificate is not trusted by this machine, such as `SELF_SIGNED_CERT_IN_CHAIN`; undefined when it is. */
  readonly distrust: string | undefined;
  /** When the certificate ends, in milliseconds since 1970; undefined when it cannot be read. */
  readonly validToUnixMs: number | undefined;
};

export function readTls(socket: TLSSocket): TlsFacts {
  const validToUnixMs = Date.parse(socket.getPeerCertificate().valid_to);
  return {
    protocol: socket.getProtocol() ?? 'none',
    distrust: distrustOf(socket),
    validToUnixMs: Number.isNaN(validToUnixMs) ? undefined : validToUnixMs,
  };
}

function distrustOf(socket: TLSSocket): string | undefined {
  if (socket.authorized) return undefined;
  const error: unknown = socket.authorizationError;
  if (typeof error === 'string') return error;
  return error instanceof Error && 'code' in error ? String(error.code) : 'untrusted';
}
