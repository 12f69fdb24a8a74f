// Puts the content of `<KEY>_FILE` in the place of `<KEY>`, for secrets alone.
import type { Environment } from './environment.ts';
import type { Fault } from './fault.ts';
import { secretFileRules, type ReadFile } from './file-reader.ts';
import { readPath } from './kinds.ts';
import { listSecretKeys } from './schema.ts';
import type { Config } from './shape.ts';

export type ResolvedSecrets = { readonly values: Readonly<Record<string, string>>; readonly faults: readonly Fault[] };

/** A setting that names a file with a secret in it. */
export type SecretFile = { readonly setting: string; readonly path: string };

/** The setting that names the file of a secret. */
export function fileKeyOf(secretKey: string): string {
  return `${secretKey}_FILE`;
}

/** The settings that name a file with a secret in it, as they are set; the master key and its rules stand apart. */
export function listSecretFiles(
  env: Environment,
  { tls, secretReferences }: Pick<Config, 'tls' | 'secretReferences'>,
): readonly SecretFile[] {
  const named = listSecretKeys().map((key) => ({ setting: fileKeyOf(key), path: env[fileKeyOf(key)] }));
  const referenced = secretReferences.map(({ reference }) => ({
    setting: 'HOLDFAST_SECRET_REFERENCES',
    path: /^file:(.+)$/.exec(reference)?.[1],
  }));
  return [...named, { setting: 'HOLDFAST_TLS_KEY_FILE', path: tls?.privateKeyFile }, ...referenced].flatMap(
    ({ setting, path }) => (path === undefined ? [] : [{ setting, path }]),
  );
}

/** Reads each named file once; one newline at its end is dropped. Both ways at once is a fault, never a choice. */
export function resolveSecretFiles(
  env: Environment,
  secretKeys: readonly string[],
  readFile: ReadFile,
): ResolvedSecrets {
  const values: Record<string, string> = {};
  const faults: Fault[] = [];
  for (const secretKey of secretKeys) {
    const key = fileKeyOf(secretKey);
    const path = env[key];
    if (path === undefined) continue;
    if (env[secretKey] !== undefined) {
      faults.push({
        key,
        problem: `is set together with ${secretKey}`,
        fix: 'Keep one of the two; the file is the better one.',
      });
      continue;
    }
    const read = readSecretText(path, readFile);
    if (read.ok) values[secretKey] = read.text;
    else faults.push({ key, problem: read.problem, fix: read.fix });
  }
  return { values, faults };
}

type SecretText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: string; readonly fix: string };

function readSecretText(path: string, readFile: ReadFile): SecretText {
  const plain = readPath(path);
  // The text isn't shown: it may be the secret itself, put where its path belongs.
  if (!plain.ok) {
    return {
      ok: false,
      problem: 'is not the absolute path of a file',
      fix: 'Give the path of the file, not the secret itself.',
    };
  }
  const reading = readFile(plain.value, secretFileRules);
  if (!reading.ok) return reading;
  const text = decodeUtf8(reading.bytes)?.replace(/\r?\n$/, '');
  if (text === undefined) return { ok: false, problem: `${plain.value} is not text`, fix: 'Write the secret as text.' };
  return { ok: true, text };
}

/** The text of valid UTF-8 without a byte order mark; undefined for other bytes. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
