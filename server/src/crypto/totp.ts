// Time-based one-time passwords (RFC 6238 over RFC 4226), as authenticator apps make them: SHA-1, six digits, thirty seconds.
import { createHmac } from 'node:crypto';
import { reveal, type Secret, toSecret } from './secret.ts';
import { newSecretBytes } from './random.ts';
import { equalTexts } from './compare.ts';

/** RFC 4226 section 4 R6 asks for 160 bits. */
const secretBytes = 20;
const stepSeconds = 30;
const digits = 6;
/** Steps before and after the present one that count too: clocks of phones differ (RFC 6238 section 5.2). */
const driftSteps = 1;
const code = /^\d{6}$/;

export function newTotpSecret(): Secret<Buffer> {
  return newSecretBytes(secretBytes);
}

/** The code of a step. */
export function totpCode(secret: Secret<Uint8Array>, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', reveal(secret, 'totp.code')).update(counter).digest();
  // RFC 4226 section 5.3: the low four bits of the last byte say where the 31 bits begin.
  const offset = (mac[mac.length - 1] ?? 0) & 0x0f;
  const number = mac.readUInt32BE(offset) & 0x7fff_ffff;
  return String(number % 10 ** digits).padStart(digits, '0');
}

/** The step of an instant. */
export function totpStep(unixMs: number): number {
  return Math.floor(unixMs / 1_000 / stepSeconds);
}

/**
 * The step whose code was entered, around now and later than `afterStep`; undefined when there is none. Whoever takes it must
 * store it as the new `afterStep` in one conditional statement, or the code works twice (RFC 6238 section 5.2).
 */
export function findTotpStep(
  secret: Secret<Uint8Array>,
  entered: string,
  { unixMs, afterStep }: { readonly unixMs: number; readonly afterStep: number },
): number | undefined {
  if (!code.test(entered)) return undefined;
  const now = totpStep(unixMs);
  let found: number | undefined;
  // Every step is computed and compared, so that the time tells nothing.
  for (let step = now - driftSteps; step <= now + driftSteps; step += 1) {
    const isIt = equalTexts(totpCode(secret, step), entered);
    if (isIt && step > afterStep) found = step;
  }
  return found;
}

/** The address an authenticator app reads out of a QR code (Key URI Format). */
export function totpUri(
  secret: Secret<Uint8Array>,
  { issuer, account }: { readonly issuer: string; readonly account: string },
): Secret<string> {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`;
  const parameters = new URLSearchParams({
    secret: reveal(showTotpSecret(secret), 'totp.uri'),
    issuer,
    algorithm: 'SHA1',
    digits: String(digits),
    period: String(stepSeconds),
  });
  return toSecret(`otpauth://totp/${label}?${parameters.toString().replaceAll('+', '%20')}`);
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The secret in base32 without padding (RFC 4648 section 6), for typing it in. */
export function showTotpSecret(secret: Secret<Uint8Array>): Secret<string> {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of reveal(secret, 'totp.show')) {
    held = (held << 8) | byte;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += alphabet[(held >>> (bits - 5)) & 31] ?? '';
    held &= (1 << bits) - 1;
  }
  if (bits > 0) text += alphabet[(held << (5 - bits)) & 31] ?? '';
  return toSecret(text);
}
