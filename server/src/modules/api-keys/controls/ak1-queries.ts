// The stored row of a key of the probe, whole, through the wall of its organization.
import type { TenantVault } from '#verification/instance.ts';

export type StoredKey = {
  /** Every column, as JSON; bytes in hexadecimal. */
  readonly text: string;
  readonly hashBytes: number;
  readonly hashHex: string;
};

const STATEMENT = `select to_jsonb(k)::text as "text", octet_length(k.secret_hash) as "hashBytes",
  encode(k.secret_hash, 'hex') as "hashHex"
  from holdfast.api_key k where k.id = $1`;

/** Undefined when no such row is there. Throws what the database says. */
export async function readStoredKey(
  { rows }: Pick<TenantVault, 'rows'>,
  organizationId: string,
  keyId: string,
): Promise<StoredKey | undefined> {
  const [row] = await rows(organizationId, STATEMENT, [keyId]);
  // The statement above names and types every column.
  return row as StoredKey | undefined;
}
