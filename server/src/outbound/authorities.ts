// Whom the way out trusts: the authorities of the machine and of the operator in one context, made once.
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';

/** `authorities` are PEM texts. Undefined without any: the machine's own alone. */
export function trustAuthorities(authorities: readonly string[] = []): SecureContext | undefined {
  if (authorities.length === 0) return undefined;
  return createSecureContext({ ca: [...getCACertificates('default'), ...authorities], minVersion: 'TLSv1.2' });
}
