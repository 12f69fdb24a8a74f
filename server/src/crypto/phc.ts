// Reads and writes Argon2id hashes as PHC strings, strictly: one text for each hash, and no parameter that could exhaust us.
import { decodeBase64, encodeBase64 } from './base64.ts';

/** Memory in KiB, passes over it, and lanes (RFC 9106 section 3.1). */
export interface Argon2Parameters {
  readonly memoryKib: number;
  readonly passes: number;
  readonly parallelism: number;
}

export interface PasswordHash {
  readonly parameters: Argon2Parameters;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

// Numbers have no leading zero and at most seven digits, so the bounds below see exactly what was written.
const number = '([1-9][0-9]{0,6})';
const pattern = new RegExp(`^\\$argon2id\\$v=19\\$m=${number},t=${number},p=${number}\\$([^$]+)\\$([^$]+)$`);

// Upper bounds let strong imported hashes in and keep a planted row from taking the machine.
const memoryKibMax = 256 * 1024;
const passesMax = 16;
const parallelismMax = 16;
const saltBytesMin = 8;
const saltBytesMax = 64;
const hashBytesMin = 16;
const hashBytesMax = 64;

/** `$argon2id$v=19$m=…,t=…,p=…$salt$hash` with unpadded base64, the form of the reference implementation. */
export function formatPhc({ parameters, salt, hash }: PasswordHash): string {
  const { memoryKib, passes, parallelism } = parameters;
  const numbers = `m=${memoryKib},t=${passes},p=${parallelism}`;
  return `$argon2id$v=19$${numbers}$${encodeBase64(salt, 'unpadded')}$${encodeBase64(hash, 'unpadded')}`;
}

/** The parts of a PHC string; undefined for another algorithm, version, order, spelling, or parameters out of bounds. */
export function parsePhc(text: string): PasswordHash | undefined {
  const [, memory = '', passes = '', parallelism = '', saltText = '', hashText = ''] = pattern.exec(text) ?? [];
  const parameters = { memoryKib: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  const salt = decodeBytes(saltText, saltBytesMin, saltBytesMax);
  const hash = decodeBytes(hashText, hashBytesMin, hashBytesMax);
  if (!areBounded(parameters) || salt === undefined || hash === undefined) return undefined;
  return { parameters, salt, hash };
}

function decodeBytes(text: string, bytesMin: number, bytesMax: number): Buffer | undefined {
  const bytes = decodeBase64(text, 'unpadded');
  return bytes !== undefined && bytes.length >= bytesMin && bytes.length <= bytesMax ? bytes : undefined;
}

function areBounded({ memoryKib, passes, parallelism }: Argon2Parameters): boolean {
  if (parallelism < 1 || parallelism > parallelismMax || passes < 1 || passes > passesMax) return false;
  // RFC 9106 section 3.1: at least 8 KiB a lane.
  return memoryKib >= 8 * parallelism && memoryKib <= memoryKibMax;
}
