// Makes real certificates for tests, byte by byte (RFC 5280), so that each can be wrong in exactly one way.
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

export type TestKeys = { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
export type TestIssuer = { readonly name: string; readonly keys: TestKeys };

export type TestCertificate = {
  readonly name: string;
  readonly keys: TestKeys;
  /** Itself when absent. */
  readonly issuer?: TestIssuer;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly hosts?: readonly string[];
  readonly addresses?: readonly (readonly number[])[];
  readonly isAuthority?: boolean;
  readonly purpose?: 'server' | 'client';
  readonly hash?: 'sha256' | 'sha1';
};

/** A key pair on the named curve, or RSA of so many bits. */
export function makeKeys(kind: 'P-256' | 'P-224' | number = 'P-256'): TestKeys {
  return typeof kind === 'number'
    ? generateKeyPairSync('rsa', { modulusLength: kind })
    : generateKeyPairSync('ec', { namedCurve: kind });
}

/** The private key as PKCS #8, encrypted when a password is given. */
export function exportKey({ privateKey }: TestKeys, password?: string): string {
  const cipher = password === undefined ? {} : { cipher: 'aes-256-cbc', passphrase: password };
  return privateKey.export({ type: 'pkcs8', format: 'pem', ...cipher });
}

/** A certificate as PEM. */
export function makeCertificate(wanted: TestCertificate): string {
  const issuer = wanted.issuer ?? { name: wanted.name, keys: wanted.keys };
  const hash = wanted.hash ?? 'sha256';
  const algorithm = signatureAlgorithm(issuer.keys, hash);
  const body = sequence(
    explicit(0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1, ...Buffer.from(wanted.name).subarray(0, 8)])),
    algorithm,
    distinguishedName(issuer.name),
    sequence(time(wanted.notBeforeMs), time(wanted.notAfterMs)),
    distinguishedName(wanted.name),
    wanted.keys.publicKey.export({ type: 'spki', format: 'der' }),
    explicit(3, sequence(...extensions(wanted))),
  );
  const signature = sign(hash, body, issuer.keys.privateKey);
  const bytes = sequence(body, algorithm, der(0x03, Buffer.from([0]), signature));
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

function extensions({ isAuthority = false, hosts = [], addresses = [], purpose }: TestCertificate): readonly Buffer[] {
  const list = [extension('551d13', sequence(...(isAuthority ? [der(0x01, Buffer.from([255]))] : [])))];
  const names = [
    ...hosts.map((host) => der(0x82, Buffer.from(host))),
    ...addresses.map((address) => der(0x87, Buffer.from(address))),
  ];
  if (names.length > 0) list.push(extension('551d11', sequence(...names)));
  // id-kp-serverAuth is 1.3.6.1.5.5.7.3.1, id-kp-clientAuth ends in 2.
  if (purpose !== undefined) {
    list.push(extension('551d25', sequence(oid(`2b0601050507030${purpose === 'server' ? 1 : 2}`))));
  }
  return list;
}

function signatureAlgorithm(keys: TestKeys, hash: 'sha256' | 'sha1'): Buffer {
  if (keys.privateKey.asymmetricKeyType === 'ec')
    return sequence(oid(hash === 'sha1' ? '2a8648ce3d0401' : '2a8648ce3d040302'));
  return sequence(oid(hash === 'sha1' ? '2a864886f70d010105' : '2a864886f70d01010b'), der(0x05));
}

function distinguishedName(name: string): Buffer {
  return sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(name)))));
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(oid(id), der(0x04, value));
}

function time(unixMs: number): Buffer {
  const digits = new Date(unixMs).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return der(0x18, Buffer.from(digits));
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, ...parts);
}

function explicit(tag: number, value: Buffer): Buffer {
  return der(0xa0 + tag, value);
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const size = content.length;
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}
