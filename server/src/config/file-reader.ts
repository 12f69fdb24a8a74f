// Reads a file once, through one handle, and refuses what a secret or a certificate must not be.
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** What a file must be like. `forbiddenModeBits` are permission bits that may not be set. */
export type FileRules = { readonly bytesMax: number; readonly forbiddenModeBits: number };

export type FileReading =
  | { readonly ok: true; readonly bytes: Buffer }
  | { readonly ok: false; readonly problem: string; readonly fix: string };

export type ReadFile = (path: string, rules: FileRules) => FileReading;

/** A secret in a file: nobody but the owner and a reading group. */
export const secretFileRules: FileRules = { bytesMax: 16_384, forbiddenModeBits: 0o027 };
/** The private key of a certificate: the owner, and a group that only reads. */
export const privateKeyFileRules: FileRules = { bytesMax: 65_536, forbiddenModeBits: 0o027 };
/** Public, but nobody else may change it. */
export const publicFileRules: FileRules = { bytesMax: 262_144, forbiddenModeBits: 0o022 };

/**
 * Reads a regular file. Checks and bytes come from the same open handle, so that the file can't be exchanged between
 * them; a pipe doesn't block. Every failure is a value that says what to do.
 */
export function readFileOnce(path: string, rules: FileRules): FileReading {
  let handle: number;
  try {
    handle = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    return refuseOpen(path, error);
  }
  try {
    const stat = fstatSync(handle);
    if (!stat.isFile()) return refuse(`${path} is not a regular file`, 'Name a file; pipes and folders are not read.');
    const excess = stat.mode & rules.forbiddenModeBits;
    if (excess !== 0) {
      const mode = (stat.mode & 0o777).toString(8).padStart(4, '0');
      const wanted = (stat.mode & 0o777 & ~rules.forbiddenModeBits).toString(8).padStart(4, '0');
      return refuse(`${path} has mode ${mode}: others may read or change it`, `chmod ${wanted} ${path}`);
    }
    const bytes = readAtMost(handle, rules.bytesMax + 1);
    if (bytes.length > rules.bytesMax)
      return refuse(`${path} is larger than ${rules.bytesMax} bytes`, 'Name the right file.');
    if (bytes.length === 0) return refuse(`${path} is empty`, 'Write the value into the file.');
    return { ok: true, bytes };
  } catch (error) {
    return refuse(`${path} cannot be read (${codeOf(error)})`, 'Check the file and the disk it is on.');
  } finally {
    closeSync(handle);
  }
}

function readAtMost(handle: number, bytesMax: number): Buffer {
  const buffer = Buffer.alloc(bytesMax);
  let filled = 0;
  while (filled < bytesMax) {
    const count = readSync(handle, buffer, filled, bytesMax - filled, null);
    if (count === 0) break;
    filled += count;
  }
  return buffer.subarray(0, filled);
}

function refuseOpen(path: string, error: unknown): FileReading {
  const code = codeOf(error);
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return refuse(`${path} does not exist`, 'Create the file, or correct the path.');
  if (code === 'EACCES' || code === 'EPERM') {
    return refuse(`${path} may not be read by this user`, 'Make the user that runs Holdfast the owner of the file.');
  }
  return refuse(`${path} cannot be opened (${code})`, 'Check the file and its folders.');
}

function refuse(problem: string, fix: string): FileReading {
  return { ok: false, problem, fix };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error';
}
