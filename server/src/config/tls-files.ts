// Reads the certificate and key of the server's own TLS and finds everything a client would stumble over.
import {
  type CertificateChain,
  type CertificateFacts,
  type ChainReason,
  type KeyReason,
  type PrivateKey,
  readCertificateChain,
  readPrivateKey,
} from '#crypto/certificate.ts';
import { type Secret, toSecret } from '#crypto/secret.ts';
import type { Fault, Warning } from './fault.ts';
import { privateKeyFileRules, publicFileRules, type ReadFile, readFileOnce } from './file-reader.ts';
import { decodeUtf8 } from './secret-files.ts';
import type { TlsFiles } from './shape.ts';

/** The very bytes that were judged, to be served; a later change of the files needs a new reading. */
export type TlsMaterial = {
  readonly certificatePem: string;
  readonly privateKeyPem: Secret<string>;
  readonly notAfterMs: number;
};

export type TlsReading =
  | { readonly ok: true; readonly material: TlsMaterial; readonly warnings: readonly Warning[] }
  | { readonly ok: false; readonly faults: readonly Fault[] };

export type TlsInput = {
  readonly files: TlsFiles;
  /** The host of the public URL, which the certificate must be for. */
  readonly host: string | undefined;
  readonly nowMs: number;
  readonly readFile?: ReadFile;
};

const certificateKey = 'HOLDFAST_TLS_CERT_FILE';
const privateKeyKey = 'HOLDFAST_TLS_KEY_FILE';
const dayMs = 86_400_000;
const warnDaysLeft = 14;

const chainReasons: Readonly<Record<ChainReason, readonly [string, string]>> = {
  no_certificate: ['holds no certificate', 'Name a PEM file that begins with -----BEGIN CERTIFICATE-----.'],
  unreadable_certificate: ['holds a certificate that cannot be read', 'Export it anew as PEM.'],
  private_key_inside: ['holds a private key', 'Keep the key in a file of its own, with mode 0600.'],
};
const keyReasons: Readonly<Record<KeyReason, readonly [string, string]>> = {
  no_private_key: ['holds no private key', 'Name a PEM file that begins with -----BEGIN PRIVATE KEY-----.'],
  encrypted_private_key: [
    'is encrypted, and nobody is there to type its password',
    'Decrypt it, and protect it by its mode, 0600.',
  ],
  unreadable_private_key: ['holds a private key that cannot be read', 'Export it anew as PEM (PKCS #8).'],
};

/** Reads both files once and judges them: modes, times, names, chain, strength, and that they belong together. */
export function readTlsFiles({ files, host, nowMs, readFile = readFileOnce }: TlsInput): TlsReading {
  const faults: Fault[] = [];
  const certificate = readPem(certificateKey, files.certificateFile, faults, (path) => readFile(path, publicFileRules));
  const privateKey = readPem(privateKeyKey, files.privateKeyFile, faults, (path) =>
    readFile(path, privateKeyFileRules),
  );
  const chain = certificate === undefined ? undefined : readChain(certificate, faults);
  const key = privateKey === undefined ? undefined : readKey(privateKey, faults);
  if (chain !== undefined) {
    faults.push(...judgeChain(chain, host, nowMs));
    if (key !== undefined && !chain.matchesKey(key)) {
      const fix = 'Name the key made for this certificate, and put the certificate of the server first in its file.';
      faults.push({ key: privateKeyKey, problem: 'does not belong to the certificate', fix });
    }
  }
  if (faults.length > 0 || certificate === undefined || privateKey === undefined || chain === undefined) {
    return { ok: false, faults };
  }
  const notAfterMs = Math.min(...chain.certificates.map((facts) => facts.notAfterMs));
  const material = { certificatePem: certificate, privateKeyPem: toSecret(privateKey), notAfterMs };
  return { ok: true, material, warnings: warnOfEnd(notAfterMs, nowMs) };
}

function judgeChain(chain: CertificateChain, host: string | undefined, nowMs: number): readonly Fault[] {
  const [own, ...issuers] = chain.certificates;
  const faults = [
    ...judgeCertificate(own, 'the certificate', nowMs),
    ...issuers.flatMap((issuer) => judgeCertificate(issuer, `the certificate of ${issuer.subject}`, nowMs)),
  ];
  if (!own.mayServe) {
    faults.push(about('the certificate is not one for servers', 'Have it issued for server authentication.'));
  }
  if (own.isSelfIssued) {
    const fix = 'Have a CA issue it; a private one will do.';
    faults.push(about('the certificate is self-signed, so clients cannot check it', fix));
  } else if (!chain.isComplete) {
    const fix = 'Append the intermediates in order (fullchain.pem), and the root too if the CA is a private one.';
    faults.push(about('its chain is incomplete', fix));
  }
  if (host !== undefined && !chain.coversHost(host)) {
    faults.push(about(`the certificate is not for ${host}`, 'Have it issued for the host of HOLDFAST_PUBLIC_URL.'));
  }
  return faults;
}

function judgeCertificate(facts: CertificateFacts, name: string, nowMs: number): readonly Fault[] {
  const faults: Fault[] = [];
  if (facts.notAfterMs <= nowMs) faults.push(about(`${name} has expired`, 'Renew it.'));
  if (facts.notBeforeMs > nowMs) {
    faults.push(about(`${name} is not valid yet`, 'Check the clock of this machine, or wait.'));
  }
  if (!facts.isKeyStrong) {
    faults.push(about(`${name} has a weak key (${facts.key})`, 'Use RSA of 2048 bits or more, P-256 or Ed25519.'));
  }
  // Nobody checks the signature a root has on itself: it is trusted or it is not.
  if (!facts.isSignatureStrong && !facts.isSelfIssued) {
    faults.push(about(`${name} has a weak signature`, 'Have it issued with SHA-256.'));
  }
  return faults;
}

function warnOfEnd(notAfterMs: number, nowMs: number): readonly Warning[] {
  const daysLeft = Math.floor((notAfterMs - nowMs) / dayMs);
  if (daysLeft >= warnDaysLeft) return [];
  return [about(`the certificate ends in ${daysLeft} days`, 'Renew it now, and have it renewed automatically.')];
}

type PemReading =
  | { readonly ok: true; readonly bytes: Buffer }
  | { readonly ok: false; readonly problem: string; readonly fix: string };

function readPem(key: string, path: string, faults: Fault[], read: (path: string) => PemReading): string | undefined {
  const reading = read(path);
  if (!reading.ok) {
    faults.push({ key, problem: reading.problem, fix: reading.fix });
    return undefined;
  }
  // DER and other bytes hold no PEM; the reader of the PEM says so.
  return decodeUtf8(reading.bytes) ?? '';
}

function readChain(pem: string, faults: Fault[]): CertificateChain | undefined {
  const reading = readCertificateChain(pem);
  if (reading.ok) return reading.chain;
  const [problem, fix] = chainReasons[reading.reason];
  faults.push(about(problem, fix));
  return undefined;
}

function readKey(pem: string, faults: Fault[]): PrivateKey | undefined {
  const reading = readPrivateKey(pem);
  if (reading.ok) return reading.key;
  const [problem, fix] = keyReasons[reading.reason];
  faults.push({ key: privateKeyKey, problem, fix });
  return undefined;
}

function about(problem: string, fix: string): Fault {
  return { key: certificateKey, problem, fix };
}
