// Self-signed certificates for TLS twins, so that no key has to lie in the repository and no program has to be installed.
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { concatBytes, encodeBase64, encodeUtf8 } from '@holdfast/protocol/bytes.ts';

export type SelfSigned = { readonly certificatePem: string; readonly keyPem: string };

/** Makes a certificate for a DNS name or an IPv4 address. Instants are Unix milliseconds. */
export function makeSelfSigned(options: {
  readonly host: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}): SelfSigned {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const name = sequence(der(0x31, sequence(commonNameOid, der(0x0c, encodeUtf8('holdfast broken twin')))));
  // RFC 5280 section 4.1.
  const toBeSigned = sequence(
    der(0xa0, der(0x02, Uint8Array.of(2))),
    der(0x02, serialNumber()),
    ecdsaWithSha256,
    name,
    sequence(time(options.notBeforeMs), time(options.notAfterMs)),
    name,
    publicKey.export({ format: 'der', type: 'spki' }),
    der(0xa3, sequence(sequence(subjectAltNameOid, der(0x04, sequence(generalName(options.host)))))),
  );
  const signature = sign('sha256', toBeSigned, privateKey);
  const certificate = sequence(toBeSigned, ecdsaWithSha256, der(0x03, concatBytes(Uint8Array.of(0), signature)));
  return {
    certificatePem: `-----BEGIN CERTIFICATE-----\n${wrap(encodeBase64(certificate))}\n-----END CERTIFICATE-----\n`,
    keyPem: privateKey.export({ format: 'pem', type: 'pkcs8' }),
  };
}

const commonNameOid = der(0x06, Uint8Array.fromHex('550403'));
const subjectAltNameOid = der(0x06, Uint8Array.fromHex('551d11'));
const ecdsaWithSha256 = sequence(der(0x06, Uint8Array.fromHex('2a8648ce3d040302')));

function sequence(...parts: readonly Uint8Array[]): Uint8Array {
  return der(0x30, concatBytes(...parts));
}

// Lengths below 128 stand in one byte; certificates here are shorter than 65,536 bytes.
function der(tag: number, content: Uint8Array): Uint8Array {
  const { length } = content;
  const lengthBytes = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return concatBytes(Uint8Array.of(tag, ...lengthBytes), content);
}

// Positive, so the first bit is clear, and minimal, so the first byte is not zero.
function serialNumber(): Uint8Array {
  const serial = new Uint8Array(randomBytes(16));
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  return serial;
}

// RFC 5280 section 4.1.2.5: two digits of the year until 2049, four from 2050 on.
function time(unixMs: number): Uint8Array {
  const digits = new Date(unixMs).toISOString().replaceAll(/\.\d+|[^\d]/g, '');
  const isShort = Number(digits.slice(0, 4)) < 2050;
  return der(isShort ? 0x17 : 0x18, encodeUtf8(`${isShort ? digits.slice(2) : digits}Z`));
}

function generalName(host: string): Uint8Array {
  return isIPv4(host) ? der(0x87, Uint8Array.from(host.split('.'), Number)) : der(0x82, encodeUtf8(host));
}

function wrap(base64: string): string {
  return base64.replaceAll(/.{64}(?=.)/g, '$&\n');
}
