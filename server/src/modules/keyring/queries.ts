// SQL of data keys and of the installation's root key.
import type { StoredDataKey } from '#crypto/data-keys.ts';
import type { DataKeyState } from '#crypto/data-key-states.ts';
import type { Lookup } from '#db/lookup.ts';
import type { OrgTx } from '#db/scope.ts';

type KeyRow = {
  readonly id: string;
  readonly version: number;
  readonly state: DataKeyState;
  readonly wrapped: Buffer;
  readonly kek_id: string;
  readonly canary: Buffer;
};

/** Every version of an organization's key that is not destroyed. */
export async function findDataKeys(lookup: Lookup, orgId: string): Promise<readonly StoredDataKey[]> {
  const rows = await lookup<KeyRow>('find_data_keys', [orgId], 'health');
  return rows.map((row) => ({
    orgId,
    id: row.id,
    version: row.version,
    state: row.state,
    wrapped: row.wrapped,
    kekId: row.kek_id,
    canary: row.canary,
  }));
}

export async function insertDataKey(tx: OrgTx, key: StoredDataKey, now: Date): Promise<void> {
  await tx
    .insertInto('data_key')
    .values({
      org_id: key.orgId,
      id: key.id,
      version: key.version,
      state: key.state,
      wrapped: Buffer.from(key.wrapped),
      kek_id: key.kekId,
      canary: Buffer.from(key.canary),
      created_at: now,
    })
    .execute();
}

/** How many data keys exist and which master keys wrap them. */
export async function countDataKeys(
  lookup: Lookup,
): Promise<{ readonly total: number; readonly kekIds: readonly string[] }> {
  const rows = await lookup<{ readonly total: string; readonly kek_ids: readonly string[] | null }>(
    'count_data_keys',
    [],
  );
  return { total: Number(rows[0]?.total ?? 0), kekIds: rows[0]?.kek_ids ?? [] };
}
