// Recovery codes: eighty random bits each, written for people, stored as a keyed hash, good for one use.
import { hashToken } from '#crypto/hash.ts';
import { newSecretBytes } from '#crypto/random.ts';
import { reveal, type Secret, toSecret } from '#crypto/secret.ts';
import { showTotpSecret } from '#crypto/totp.ts';
import type { Tools } from '#kernel/tools.ts';
import { RECOVERY_CODES } from './model.ts';

/** Sixteen characters of base32, in four groups. */
const CODE_BYTES = 10;

export type NewRecoveryCodes = { readonly codes: readonly Secret<string>[]; readonly hashes: readonly Buffer[] };

export function newRecoveryCodes(tools: Pick<Tools, 'keyring'>): NewRecoveryCodes {
  const codes = Array.from({ length: RECOVERY_CODES }, () => {
    const text = reveal(showTotpSecret(newSecretBytes(CODE_BYTES)), 'recovery_code.make').toLowerCase();
    return toSecret((text.match(/.{4}/g) ?? []).join('-'));
  });
  return { codes, hashes: codes.map((code) => hashRecoveryCode(tools, code)) };
}

/** However it was typed: hyphens, blanks and case do not count. */
export function hashRecoveryCode({ keyring }: Pick<Tools, 'keyring'>, code: Secret<string>): Buffer {
  const text = reveal(code, 'recovery_code.hash').replaceAll(/[\s-]/g, '').toLowerCase();
  return hashToken(keyring.lookupKey('recovery_code'), toSecret(text));
}

/** For the one time they are shown. */
export function showRecoveryCodes({ codes }: NewRecoveryCodes): string[] {
  return codes.map((code) => reveal(code, 'recovery_code.show'));
}
