// Proves that a data key is the one it claims to be: a known value sealed when it was made must open with it later.
import { equalBytes } from './compare.ts';
import { type DataKey, open, type OpenResult, seal, type SealContext } from './envelope.ts';
import { reveal, toSecret } from './secret.ts';

const canaryText = Buffer.from('holdfast/data-key-canary/v1');

declare const proofBrand: unique symbol;

/** That this process opened this key's canary. Only `verifyCanary` makes one, so no key goes active on a promise. */
export interface CanaryProof {
  readonly [proofBrand]: true;
  readonly dataKeyId: string;
  readonly orgId: string;
}

export type CanaryResult =
  | { readonly ok: true; readonly proof: CanaryProof }
  | { readonly ok: false; readonly reason: Extract<OpenResult, { ok: false }>['reason'] | 'content' };

/** The canary to store beside the wrapped key. */
export function sealCanary(dataKey: DataKey, orgId: string): Buffer {
  return seal(dataKey, canaryContext(dataKey.id, orgId), toSecret(Buffer.from(canaryText)));
}

/** Whether the key opens its stored canary, for its organization. */
export function verifyCanary(dataKey: DataKey, orgId: string, canary: Uint8Array): CanaryResult {
  const findKey = (id: string) => (id === dataKey.id ? dataKey.key : undefined);
  const opened = open(findKey, canaryContext(dataKey.id, orgId), canary);
  if (!opened.ok) return { ok: false, reason: opened.reason };
  if (!equalBytes(reveal(opened.plaintext, 'canary.compare'), canaryText)) return { ok: false, reason: 'content' };
  // The brand of a proof is made here and nowhere else.
  return { ok: true, proof: { dataKeyId: dataKey.id, orgId } as CanaryProof };
}

function canaryContext(dataKeyId: string, orgId: string): SealContext {
  return { purpose: 'canary', orgId, table: 'data_key', column: 'canary', rowId: dataKeyId };
}
