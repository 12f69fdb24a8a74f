// The door to the master key (KEK): wraps and unwraps data keys, wherever the master key lives.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { equalBytes } from './compare.ts';
import { encodeFields } from './fields.ts';
import type { KeyFile, MasterKey } from './key-file-format.ts';
import { newSecretBytes } from './random.ts';
import { deriveRoot, type RootKey } from './roots.ts';
import { reveal, type Secret, toSecret } from './secret.ts';

/** Data keys have exactly this many bytes. */
export const dataKeyBytes = 32;

/** `unavailable`: the provider can't be reached or refuses; retry later, never fall back to another key. */
export type WrapResult =
  | { readonly ok: true; readonly blob: Buffer; readonly kekId: string }
  | { readonly ok: false; readonly reason: 'unavailable' };

/** `unknown_key` names the missing master key; `tag` means another additional data, another key or a changed blob. */
export type UnwrapResult =
  | { readonly ok: true; readonly dataKey: Secret<Buffer> }
  | { readonly ok: false; readonly reason: 'format' | 'unavailable' }
  | { readonly ok: false; readonly reason: 'unknown_key' | 'tag'; readonly kekId: string };

export interface KekDescription {
  readonly kind: 'file';
  readonly environment: string;
  readonly currentKekId: string;
  readonly previousKekIds: readonly string[];
}

export type KekHealth = { readonly ok: true } | { readonly ok: false; readonly reason: 'unavailable' | 'canary' };

/** Asynchronous throughout, so that a KMS, a transit engine or an HSM is a provider like the file. */
export interface KekProvider {
  /** Wraps under the current master key. Throws RangeError unless the data key has 32 bytes. */
  wrap(dataKey: Secret<Uint8Array>, additionalData: Uint8Array): Promise<WrapResult>;
  /** Opens what `wrap` made with the same additional data, under whichever master key the blob names. */
  unwrap(blob: Uint8Array, additionalData: Uint8Array): Promise<UnwrapResult>;
  describe(): KekDescription;
  /** Proves by a wrap and unwrap of a fresh key that the provider works now. */
  health(): Promise<KekHealth>;
}

// 0x01 | algorithm (1) | master key id (8) | nonce (12) | ciphertext (32) | tag (16)
const header = Uint8Array.of(1, 1);
const nonceAt = 10;
const ciphertextAt = nonceAt + 12;
const tagAt = ciphertextAt + dataKeyBytes;
const blobBytes = tagAt + 16;

/**
 * The provider over a loaded key file: AES-256-GCM under the key's sealing root, so that the master key itself only ever
 * derives. Nonces are random: sound up to 2^32 wraps a master key, and wraps count data keys, not records.
 */
export function createFileKekProvider(keyFile: KeyFile): KekProvider {
  const roots = new Map([keyFile.current, ...keyFile.previous].map((key) => [key.id, sealingRoot(key)]));
  const current = { id: keyFile.current.id, root: sealingRoot(keyFile.current) };
  const provider: KekProvider = {
    wrap: async (dataKey, additionalData) => wrapUnder(current, dataKey, additionalData),
    unwrap: async (blob, additionalData) => unwrapWith(roots, blob, additionalData),
    describe: () => ({
      kind: 'file',
      environment: keyFile.environment,
      currentKekId: keyFile.current.id,
      previousKekIds: keyFile.previous.map((key) => key.id),
    }),
    health: () => checkByCanary(provider),
  };
  return provider;
}

/** A provider's health by a canary; every provider uses it. */
export async function checkByCanary(provider: Pick<KekProvider, 'wrap' | 'unwrap'>): Promise<KekHealth> {
  const canary = newSecretBytes(dataKeyBytes);
  const additionalData = encodeFields(['holdfast/kek-canary/v1']);
  const wrapped = await provider.wrap(canary, additionalData);
  if (!wrapped.ok) return wrapped;
  const unwrapped = await provider.unwrap(wrapped.blob, additionalData);
  if (!unwrapped.ok) return { ok: false, reason: unwrapped.reason === 'unavailable' ? 'unavailable' : 'canary' };
  const same = equalBytes(reveal(canary, 'kek.canary'), reveal(unwrapped.dataKey, 'kek.canary'));
  return same ? { ok: true } : { ok: false, reason: 'canary' };
}

function sealingRoot(key: MasterKey): RootKey<'sealing'> {
  return deriveRoot(key.key, 'sealing');
}

function wrapUnder(
  kek: { readonly id: string; readonly root: RootKey<'sealing'> },
  dataKey: Secret<Uint8Array>,
  additionalData: Uint8Array,
): WrapResult {
  const bytes = reveal(dataKey, 'kek.wrap');
  if (bytes.length !== dataKeyBytes) throw new RangeError(`a data key has ${dataKeyBytes} bytes`);
  const prefix = Buffer.concat([header, Buffer.from(kek.id, 'hex')]);
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', reveal(kek.root, 'kek.wrap'), nonce, { authTagLength: 16 });
  cipher.setAAD(encodeFields([prefix, additionalData]));
  const ciphertext = Buffer.concat([cipher.update(bytes), cipher.final()]);
  return { ok: true, blob: Buffer.concat([prefix, nonce, ciphertext, cipher.getAuthTag()]), kekId: kek.id };
}

function unwrapWith(
  roots: ReadonlyMap<string, RootKey<'sealing'>>,
  blob: Uint8Array,
  additionalData: Uint8Array,
): UnwrapResult {
  if (blob.length !== blobBytes || !equalBytes(blob.subarray(0, 2), header)) return { ok: false, reason: 'format' };
  const prefix = blob.subarray(0, nonceAt);
  const kekId = Buffer.from(prefix.subarray(2)).toString('hex');
  const root = roots.get(kekId);
  if (root === undefined) return { ok: false, reason: 'unknown_key', kekId };
  const nonce = blob.subarray(nonceAt, ciphertextAt);
  const decipher = createDecipheriv('aes-256-gcm', reveal(root, 'kek.unwrap'), nonce, { authTagLength: 16 });
  decipher.setAAD(encodeFields([prefix, additionalData]));
  decipher.setAuthTag(blob.subarray(tagAt));
  const bytes = decipher.update(blob.subarray(ciphertextAt, tagAt));
  try {
    decipher.final();
  } catch {
    bytes.fill(0);
    return { ok: false, reason: 'tag', kekId };
  }
  return { ok: true, dataKey: toSecret(bytes) };
}
