// Hashes and verifies passwords with Argon2id (RFC 9106), off the event loop and never more at once than the queue allows.
import { argon2, randomBytes } from 'node:crypto';
import { equalBytes } from './compare.ts';
import type { HashQueue } from './hash-queue.ts';
import { type Argon2Parameters, formatPhc, parsePhc, type PasswordHash } from './phc.ts';
import { reveal, type Secret } from './secret.ts';

/** OWASP's first choice for Argon2id: 19 MiB, two passes, one lane. */
export const passwordParameters: Argon2Parameters = { memoryKib: 19_456, passes: 2, parallelism: 1 };

/** Longer input is refused before it costs anything; far above any password manager's. */
export const passwordBytesMax = 1_024;

const saltBytes = 16;
const hashBytes = 32;

// Random in place of a real hash: the same work as for an account that exists, and no password fits it.
const nobody: PasswordHash = {
  parameters: passwordParameters,
  salt: randomBytes(saltBytes),
  hash: randomBytes(hashBytes),
};

export type HashPasswordResult =
  | { readonly ok: true; readonly phc: string }
  /** `busy`: answer 429. `unusable`: longer than `passwordBytesMax`, or not well-formed Unicode. */
  | { readonly ok: false; readonly reason: 'busy' | 'unusable' };

export type VerifyPasswordResult =
  | { readonly ok: true; readonly needsRehash: boolean }
  /** `busy`: answer 429, and count no failure. `unreadable_hash`: the stored hash is damaged, which the operator must learn. */
  | { readonly ok: false; readonly reason: 'mismatch' | 'busy' | 'unreadable_hash' };

/** A new PHC string with a fresh salt. */
export async function hashPassword(queue: HashQueue, password: Secret<string>): Promise<HashPasswordResult> {
  if (encodePassword(password) === undefined) return { ok: false, reason: 'unusable' };
  const salt = randomBytes(saltBytes);
  const result = await runArgon2(queue, password, { ...nobody, salt });
  if (!result.ok) return result;
  return { ok: true, phc: formatPhc({ parameters: passwordParameters, salt, hash: result.value }) };
}

/**
 * Checks a password against a stored PHC string. `needsRehash` asks for a new hash while the password is at hand, because
 * the stored one is weaker than today's parameters. A wrong, unusable or undecidable password costs the same work.
 */
export async function verifyPassword(
  queue: HashQueue,
  phc: string,
  password: Secret<string>,
): Promise<VerifyPasswordResult> {
  const stored = parsePhc(phc);
  const result = await runArgon2(queue, password, stored ?? nobody);
  if (!result.ok) return result;
  if (stored === undefined) return { ok: false, reason: 'unreadable_hash' };
  const isUsable = encodePassword(password) !== undefined;
  if (!equalBytes(result.value, stored.hash) || !isUsable) return { ok: false, reason: 'mismatch' };
  return { ok: true, needsRehash: isWeaker(stored) };
}

/**
 * The work of `verifyPassword` for an account that doesn't exist or has no password; never ok. Equal to that of hashes with
 * today's parameters: an imported hash with others takes its own time until it is rehashed.
 */
export async function verifyAgainstNothing(
  queue: HashQueue,
  password: Secret<string>,
): Promise<{ readonly ok: false; readonly reason: 'mismatch' | 'busy' }> {
  const result = await runArgon2(queue, password, nobody);
  if (!result.ok) return result;
  // Compared like a real one; the answer is the same either way.
  equalBytes(result.value, nobody.hash);
  return { ok: false, reason: 'mismatch' };
}

/**
 * The bytes that are hashed: NFC (NIST SP 800-63B), so that one password typed on two systems is one password. Undefined
 * when it is too long or holds a lone surrogate, which UTF-8 would make equal to every other lone surrogate.
 */
function encodePassword(password: Secret<string>): Buffer | undefined {
  const text = reveal(password, 'password.hash');
  if (text.length > passwordBytesMax || !text.isWellFormed()) return undefined;
  const bytes = Buffer.from(text.normalize('NFC'), 'utf8');
  return bytes.length > passwordBytesMax ? undefined : bytes;
}

function runArgon2(queue: HashQueue, password: Secret<string>, target: PasswordHash) {
  return queue.run(
    () =>
      new Promise<Buffer>((resolve, reject) => {
        const message = encodePassword(password) ?? Buffer.alloc(0);
        const { memoryKib, passes, parallelism } = target.parameters;
        const input = {
          message,
          nonce: target.salt,
          memory: memoryKib,
          passes,
          parallelism,
          tagLength: target.hash.length,
        };
        argon2('argon2id', input, (error, hash) => {
          message.fill(0);
          if (error === null) resolve(hash);
          else reject(error);
        });
      }),
  );
}

function isWeaker({ parameters, salt, hash }: PasswordHash): boolean {
  const { memoryKib, passes } = parameters;
  if (memoryKib < passwordParameters.memoryKib || passes < passwordParameters.passes) return true;
  return salt.length < saltBytes || hash.length < hashBytes;
}
