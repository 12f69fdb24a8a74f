// An organization's data keys at work: making and proving a version, rewrapping it, and sealing and opening values.
import { type CanaryProof, type CanaryResult, sealCanary, verifyCanary } from './data-key-canary.ts';
import { canOpenWith, type DataKeyVersion, findActiveVersion } from './data-key-states.ts';
import { open, type OpenResult, readSealedKeyId, seal, type SealContext } from './envelope.ts';
import { encodeFields } from './fields.ts';
import { dataKeyBytes, type KekProvider, type UnwrapResult } from './kek.ts';
import { newSecretBytes } from './random.ts';
import { eraseSecret, type Secret } from './secret.ts';

/** A version as it is stored: the key only wrapped, with its canary. */
export interface StoredDataKey extends DataKeyVersion {
  readonly wrapped: Uint8Array;
  /** The master key that wraps it, for the report on what a master key still holds. */
  readonly kekId: string;
  readonly canary: Uint8Array;
}

export type DataKeyFault = Extract<UnwrapResult | CanaryResult, { ok: false }>['reason'];

/** Finds an unwrapped key that is at hand now, in the cache for one. */
export type FindDataKey = (dataKeyId: string) => Secret<Uint8Array> | undefined;

/** A fresh version in state staged, to be stored before anything else; its key is only in the wrapping. */
export async function stageDataKey(
  provider: KekProvider,
  identity: Pick<DataKeyVersion, 'id' | 'orgId' | 'version'>,
): Promise<
  { readonly ok: true; readonly stored: StoredDataKey } | { readonly ok: false; readonly reason: 'unavailable' }
> {
  const key = newSecretBytes(dataKeyBytes);
  try {
    const canary = sealCanary({ id: identity.id, key }, identity.orgId);
    const wrap = await provider.wrap(key, encodeIdentity(identity));
    if (!wrap.ok) return wrap;
    const { id, orgId, version } = identity;
    return { ok: true, stored: { id, orgId, version, state: 'staged', wrapped: wrap.blob, kekId: wrap.kekId, canary } };
  } finally {
    eraseSecret(key);
  }
}

/** Unwraps a stored version and opens its canary: the key and the proof, or what is wrong. Never a key without proof. */
export async function unwrapDataKey(
  provider: KekProvider,
  stored: StoredDataKey,
): Promise<
  | { readonly ok: true; readonly key: Secret<Buffer>; readonly proof: CanaryProof }
  | { readonly ok: false; readonly reason: DataKeyFault; readonly kekId: string }
> {
  const unwrapped = await provider.unwrap(stored.wrapped, encodeIdentity(stored));
  if (!unwrapped.ok) return { ok: false, reason: unwrapped.reason, kekId: stored.kekId };
  const key = unwrapped.dataKey;
  const result = verifyCanary({ id: stored.id, key }, stored.orgId, stored.canary);
  if (result.ok) return { ok: true, key, proof: result.proof };
  eraseSecret(key);
  return { ok: false, reason: result.reason, kekId: stored.kekId };
}

/** The version wrapped under the current master key, proven before and after; to be stored by compare-and-swap on `wrapped`. */
export async function rewrapDataKey(
  provider: KekProvider,
  stored: StoredDataKey,
): Promise<
  { readonly ok: true; readonly stored: StoredDataKey } | { readonly ok: false; readonly reason: DataKeyFault }
> {
  const unwrapped = await unwrapDataKey(provider, stored);
  if (!unwrapped.ok) return unwrapped;
  try {
    const wrap = await provider.wrap(unwrapped.key, encodeIdentity(stored));
    if (!wrap.ok) return wrap;
    const rewrapped = { ...stored, wrapped: wrap.blob, kekId: wrap.kekId };
    const proven = await unwrapDataKey(provider, rewrapped);
    if (!proven.ok) return proven;
    eraseSecret(proven.key);
    return { ok: true, stored: rewrapped };
  } finally {
    eraseSecret(unwrapped.key);
  }
}

export type SealWithActiveResult =
  | { readonly ok: true; readonly sealed: Buffer; readonly dataKeyId: string }
  | { readonly ok: false; readonly reason: 'no_active_key' | 'foreign_organization' }
  | { readonly ok: false; readonly reason: 'key_not_loaded'; readonly dataKeyId: string };

/** Seals under the organization's active version; a key of another organization never seals its rows. */
export function sealWithActive(
  versions: readonly DataKeyVersion[],
  findKey: FindDataKey,
  context: SealContext,
  plaintext: Secret<Uint8Array>,
): SealWithActiveResult {
  const active = findActiveVersion(versions);
  if (active === undefined) return { ok: false, reason: 'no_active_key' };
  if (active.orgId !== context.orgId) return { ok: false, reason: 'foreign_organization' };
  const key = findKey(active.id);
  if (key === undefined) return { ok: false, reason: 'key_not_loaded', dataKeyId: active.id };
  return { ok: true, sealed: seal({ id: active.id, key }, context, plaintext), dataKeyId: active.id };
}

/** `key_state`: the version is retired or destroyed, and nothing should still be sealed under it. */
export type OpenWithVersionsResult =
  | OpenResult
  | { readonly ok: false; readonly reason: 'key_state' | 'foreign_organization'; readonly keyId: string };

/** Opens under whichever of the organization's versions sealed the value, as far as its state allows. */
export function openWithVersions(
  versions: readonly DataKeyVersion[],
  findKey: FindDataKey,
  context: SealContext,
  sealed: Uint8Array,
): OpenWithVersionsResult {
  const keyId = readSealedKeyId(sealed);
  if (keyId === undefined) return { ok: false, reason: 'format' };
  const version = versions.find(({ id }) => id === keyId);
  if (version === undefined) return { ok: false, reason: 'unknown_key', keyId };
  if (version.orgId !== context.orgId) return { ok: false, reason: 'foreign_organization', keyId };
  if (!canOpenWith(version)) return { ok: false, reason: 'key_state', keyId };
  return open(findKey, context, sealed);
}

/** Binds a wrapped key to its row: moved to another organization or version, it doesn't unwrap. */
function encodeIdentity({ id, orgId, version }: Pick<DataKeyVersion, 'id' | 'orgId' | 'version'>): Buffer {
  return encodeFields(['holdfast/data-key/v1', orgId, id, String(version)]);
}
