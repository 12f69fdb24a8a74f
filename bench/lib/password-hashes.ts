// The two password hashes that sign-ins are compared with, by Node's own crypto, and what one of each costs on a core.
import { argon2, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { promisify } from 'node:util';
import { passwordParameters } from '../../server/src/crypto/password.ts';
import { median } from './numbers.ts';
import { PASSWORD } from './sign-in-people.ts';

/** What better-auth does unless it is told otherwise. */
const SCRYPT = { N: 16_384, r: 16, p: 1, maxmem: 64 * 2 ** 20 } as const;
const SCRYPT_BYTES = 64;
const ROUNDS = 9;

const { memoryKib, passes, parallelism } = passwordParameters;

export const argon2idText = `Argon2id ${memoryKib / 1_024} MiB t=${passes} p=${parallelism}`;
export const scryptText = `scrypt N=${SCRYPT.N} r=${SCRYPT.r} p=${SCRYPT.p}`;

/** Salt and Argon2id with the product's parameters, as better-auth stores what it is given. */
export async function hashWithArgon2id(password: string): Promise<string> {
  const salt = randomBytes(16);
  return `${salt.toString('hex')}:${(await deriveArgon2id(password, salt)).toString('hex')}`;
}

export async function verifyWithArgon2id(input: {
  readonly hash: string;
  readonly password: string;
}): Promise<boolean> {
  const [salt = '', hash = ''] = input.hash.split(':');
  const derived = await deriveArgon2id(input.password, Buffer.from(salt, 'hex'));
  return timingSafeEqual(derived, Buffer.from(hash, 'hex'));
}

/** Milliseconds of one hash of each kind, one at a time, medians. */
export async function timeHashes(): Promise<{ readonly argon2idMs: number; readonly scryptMs: number }> {
  const salt = randomBytes(16);
  const [argon2idMs, scryptMs]: number[][] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    argon2idMs?.push(await time(() => deriveArgon2id(PASSWORD, salt)));
    scryptMs?.push(await time(() => deriveScrypt(PASSWORD, salt)));
  }
  return { argon2idMs: median(argon2idMs ?? []), scryptMs: median(scryptMs ?? []) };
}

function deriveArgon2id(password: string, nonce: Buffer): Promise<Buffer> {
  const input = { message: password, nonce, memory: memoryKib, passes, parallelism, tagLength: 32 };
  return promisify(argon2)('argon2id', input);
}

function deriveScrypt(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, SCRYPT_BYTES, SCRYPT, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const fromMs = performance.now();
  await work();
  return performance.now() - fromMs;
}
