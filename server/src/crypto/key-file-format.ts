// The content of a key file: versioned JSON with one current master key and those it replaced.
import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { equalBytes } from './compare.ts';
import { type KeyFileFault, type KeyFileReason, refuseKeyFile } from './key-file-faults.ts';
import { eraseSecret, reveal, type Secret, toSecret } from './secret.ts';

const masterKeyBytes = 32;
const keysMax = 16;

/** `createdAt` is RFC 3339 in UTC. */
export interface MasterKey {
  readonly id: string;
  readonly key: Secret<Buffer>;
  readonly createdAt: string;
}

export interface KeyFile {
  readonly environment: string;
  readonly current: MasterKey;
  /** Newest first as the file lists them; they unwrap and never wrap. */
  readonly previous: readonly MasterKey[];
}

/** The name of an environment: what HOLDFAST_ENVIRONMENT may say and what keys are stamped with. */
export const environmentNamePattern = /^[a-z][a-z0-9-]{0,31}$/;

const keyEntry = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{16}$/),
  state: z.enum(['current', 'previous']),
  key: z.string().max(1_024),
  createdAt: z.iso.datetime(),
});
const document = z.strictObject({
  version: z.literal(1),
  environment: z.string().regex(environmentNamePattern),
  keys: z.array(keyEntry).max(keysMax),
});

type KeyEntry = z.infer<typeof keyEntry>;

/** Which key this is: the first 16 hexadecimal characters of HMAC-SHA-256(key, 'holdfast/kek-id/v1'). Public. */
export function computeKekId(key: Secret<Uint8Array>): string {
  const digest = createHmac('sha256', reveal(key, 'kek.identify')).update('holdfast/kek-id/v1').digest('hex');
  return digest.slice(0, 16);
}

/** The text of a key file, with a line break at the end. It holds the keys in the open: write it and forget it. */
export function formatKeyFile({ environment, current, previous }: KeyFile): Buffer {
  const entries = [
    { ...current, state: 'current' as const },
    ...previous.map((key) => ({ ...key, state: 'previous' as const })),
  ];
  const keys: KeyEntry[] = entries.map(({ id, state, key, createdAt }) => ({
    id,
    state,
    key: encodeBase64(reveal(key, 'key_file.write'), 'padded'),
    createdAt,
  }));
  return Buffer.from(`${JSON.stringify({ version: 1, environment, keys }, undefined, 2)}\n`);
}

/** Reads a key file's content for one environment; `path` is only named in the refusal. */
export function parseKeyFile(
  content: Uint8Array,
  path: string,
  environment: string,
): { readonly ok: true; readonly keyFile: KeyFile } | KeyFileFault {
  if (content.length === 0) return refuseKeyFile('empty', path);
  const json = parseJson(content);
  if (json === undefined) return refuseKeyFile('not_json', path);
  if (hasOtherVersion(json)) return refuseKeyFile('unsupported_version', path);
  const parsed = document.safeParse(json);
  if (!parsed.success) {
    // The path alone: an issue's message may quote the value it refuses.
    return refuseKeyFile(
      'schema',
      path,
      parsed.error.issues.map((issue) => issue.path.join('.') || 'top level').join(', '),
    );
  }
  if (parsed.data.environment !== environment) {
    return refuseKeyFile('foreign_environment', path, `stamped ${parsed.data.environment}, expected ${environment}`);
  }
  return readKeys(parsed.data.keys, path, environment);
}

function readKeys(entries: readonly KeyEntry[], path: string, environment: string) {
  const keys: (MasterKey & Pick<KeyEntry, 'state'>)[] = [];
  const fault = entries.map((entry) => readKey(entry, keys)).find((reason) => reason !== undefined);
  const [current, secondCurrent] = keys.filter(({ state }) => state === 'current');
  const reason =
    fault ??
    (new Set(keys.map(({ id }) => id)).size < keys.length ? 'duplicate_key' : undefined) ??
    (secondCurrent === undefined ? undefined : 'duplicate_current_key');
  if (reason === undefined && current !== undefined) {
    const previous = keys.filter(({ state }) => state === 'previous').map(toMasterKey);
    return { ok: true, keyFile: { environment, current: toMasterKey(current), previous } } as const;
  }
  for (const { key } of keys) eraseSecret(key);
  return refuseKeyFile(reason ?? 'no_current_key', path);
}

function readKey(entry: KeyEntry, into: (MasterKey & Pick<KeyEntry, 'state'>)[]): KeyFileReason | undefined {
  const bytes = decodeBase64(entry.key, 'padded');
  if (bytes === undefined) return 'key_encoding';
  const key = toSecret(bytes);
  into.push({ id: entry.id, state: entry.state, key, createdAt: entry.createdAt });
  if (bytes.length !== masterKeyBytes) return 'key_length';
  if (isPattern(bytes)) return 'weak_key';
  return equalBytes(Buffer.from(computeKekId(key)), Buffer.from(entry.id)) ? undefined : 'key_id_mismatch';
}

function toMasterKey({ id, key, createdAt }: MasterKey): MasterKey {
  return { id, key, createdAt };
}

/**
 * Whether 32 bytes were surely not drawn at random: repeated or evenly stepped bytes, or printable text such as a
 * passphrase. A random key is taken for one with a chance below 2^-45.
 */
function isPattern(bytes: Uint8Array): boolean {
  if (new Set(bytes).size < 16) return true;
  const steps = new Set(bytes.subarray(1).map((byte, index) => byte - (bytes[index] ?? 0)));
  return steps.size === 1 || bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
}

function parseJson(content: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content)) as unknown;
  } catch {
    // The error isn't passed on: its message quotes the content.
    return undefined;
  }
}

function hasOtherVersion(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'version' in json && json.version !== 1;
}
