// Reads the certificate and the private key a TLS server is to use, and says what a client will find wrong with them.
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { getCACertificates } from 'node:tls';

/** A private key; it shows nothing of itself when printed. */
export type PrivateKey = KeyObject;

/** What is known of one certificate. Times are Unix time in milliseconds. */
export type CertificateFacts = {
  readonly subject: string;
  readonly issuer: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly isSelfIssued: boolean;
  readonly isAuthority: boolean;
  /** Whether the certificate may identify a server: no extended key usage, or one that says so (RFC 5280 4.2.1.12). */
  readonly mayServe: boolean;
  /** `rsa 2048`, `ec prime256v1`, `ed25519`. */
  readonly key: string;
  readonly isKeyStrong: boolean;
  readonly isSignatureStrong: boolean;
};

export type CertificateChain = {
  /** The server's own certificate first, then each as its file gives it. */
  readonly certificates: readonly [CertificateFacts, ...CertificateFacts[]];
  /** Each is signed by the next, and the last by itself or by a root this machine knows. */
  readonly isComplete: boolean;
  /** Whether the server's certificate is for this host name or address. */
  readonly coversHost: (host: string) => boolean;
  /** Whether the private key belongs to the server's certificate. */
  readonly matchesKey: (key: PrivateKey) => boolean;
};

export type ChainReason = 'no_certificate' | 'unreadable_certificate' | 'private_key_inside';
export type KeyReason = 'no_private_key' | 'encrypted_private_key' | 'unreadable_private_key';

const pemCertificate = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;
const certificatesMax = 10;
const serverAuthentication = ['1.3.6.1.5.5.7.3.1', '2.5.29.37.0'];
const rsaBitsMin = 2048;
const strongCurves = ['prime256v1', 'secp384r1', 'secp521r1'];

/** Reads the certificates of a PEM text, the server's own first. */
export function readCertificateChain(
  pem: string,
): { readonly ok: true; readonly chain: CertificateChain } | { readonly ok: false; readonly reason: ChainReason } {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) return { ok: false, reason: 'private_key_inside' };
  const texts = pem.match(pemCertificate) ?? [];
  if (texts.length > certificatesMax) return { ok: false, reason: 'unreadable_certificate' };
  try {
    const [leaf, ...rest] = texts.map((text) => new X509Certificate(text));
    if (leaf === undefined) return { ok: false, reason: 'no_certificate' };
    return {
      ok: true,
      chain: {
        certificates: [toFacts(leaf), ...rest.map(toFacts)],
        isComplete: isComplete([leaf, ...rest]),
        coversHost: (host) => coversHost(leaf, host),
        matchesKey: (key) => leaf.checkPrivateKey(key),
      },
    };
  } catch {
    return { ok: false, reason: 'unreadable_certificate' };
  }
}

/** Reads a bundle of CA certificates; every certificate in it has to be one. */
export function readAuthorities(
  pem: string,
):
  | { readonly ok: true; readonly count: number }
  | { readonly ok: false; readonly reason: ChainReason | 'not_an_authority' } {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) return { ok: false, reason: 'private_key_inside' };
  const authorities = (pem.match(pemCertificate) ?? []).map(readQuietly);
  if (authorities.length === 0) return { ok: false, reason: 'no_certificate' };
  if (authorities.includes(undefined)) return { ok: false, reason: 'unreadable_certificate' };
  if (authorities.some((authority) => authority?.ca !== true)) return { ok: false, reason: 'not_an_authority' };
  return { ok: true, count: authorities.length };
}

/** Reads an unencrypted private key. */
export function readPrivateKey(
  pem: string,
): { readonly ok: true; readonly key: PrivateKey } | { readonly ok: false; readonly reason: KeyReason } {
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) return { ok: false, reason: 'no_private_key' };
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(pem)) {
    return { ok: false, reason: 'encrypted_private_key' };
  }
  try {
    return { ok: true, key: createPrivateKey(pem) };
  } catch {
    return { ok: false, reason: 'unreadable_private_key' };
  }
}

function toFacts(certificate: X509Certificate): CertificateFacts {
  // Null-prototype arrays and undefined come from certificates without extended key usage.
  const usages: readonly string[] | undefined = certificate.keyUsage;
  return {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    notBeforeMs: certificate.validFromDate.getTime(),
    notAfterMs: certificate.validToDate.getTime(),
    isSelfIssued: isSignedBy(certificate, certificate),
    isAuthority: certificate.ca,
    mayServe: usages === undefined || usages.some((usage) => serverAuthentication.includes(usage)),
    ...describeKey(certificate.publicKey),
    isSignatureStrong: isSignatureStrong(certificate.signatureAlgorithm),
  };
}

function describeKey(key: KeyObject): Pick<CertificateFacts, 'key' | 'isKeyStrong'> {
  const type = key.asymmetricKeyType ?? 'unknown';
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  if (type === 'rsa' || type === 'rsa-pss') {
    return { key: `${type} ${modulusLength ?? 0}`, isKeyStrong: (modulusLength ?? 0) >= rsaBitsMin };
  }
  if (type === 'ec') return { key: `ec ${namedCurve ?? ''}`, isKeyStrong: strongCurves.includes(namedCurve ?? '') };
  return { key: type, isKeyStrong: type === 'ed25519' || type === 'ed448' };
}

/** Unknown algorithms count as weak. RSASSA-PSS names its hash apart; TLS refuses SHA-1 in it by itself. */
function isSignatureStrong(algorithm: string | undefined): boolean {
  return algorithm !== undefined && /sha-?(?:224|256|384|512)|^ed(?:25519|448)$|pss/i.test(algorithm);
}

function isComplete(certificates: readonly X509Certificate[]): boolean {
  const isLinked = certificates.every((certificate, index) => {
    const issuer = certificates[index + 1];
    return issuer === undefined || (issuer.ca && isSignedBy(certificate, issuer));
  });
  const last = certificates.at(-1);
  return isLinked && last !== undefined && (isSignedBy(last, last) || isSignedByKnownRoot(last));
}

function isSignedByKnownRoot(certificate: X509Certificate): boolean {
  const texts = new Set((['bundled', 'system', 'extra'] as const).flatMap((store) => getCACertificates(store)));
  for (const text of texts) {
    const root = readQuietly(text);
    if (root?.ca === true && root.subject === certificate.issuer && isSignedBy(certificate, root)) return true;
  }
  return false;
}

/** A store may hold what OpenSSL can't read; such a root vouches for nothing. */
function readQuietly(text: string): X509Certificate | undefined {
  try {
    return new X509Certificate(text);
  } catch {
    return undefined;
  }
}

function isSignedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

function coversHost(certificate: X509Certificate, host: string): boolean {
  const plain = host.replace(/^\[(.*)\]$/, '$1');
  // Names in the subject alone are ignored by browsers (RFC 9525 section 2).
  if (isIP(plain) !== 0) return certificate.checkIP(plain) !== undefined;
  return certificate.checkHost(plain, { subject: 'never' }) !== undefined;
}

function oneLine(name: string | undefined): string {
  return (name ?? '').replaceAll(/\s*[\r\n]+\s*/g, ', ');
}
