// SQL of network rules: one row of an organization, and one of each key that has a list. Triggers raise the epoch of whoever changes.
import { sql } from 'kysely';
import type { OrgTx } from '#db/scope.ts';

const columns = ['console', 'api', 'models', 'version', 'updated_at'] as const;

export type RulesRow = NonNullable<Awaited<ReturnType<typeof findRules>>>;

export function findRules(tx: OrgTx) {
  return tx.selectFrom('network_rules').select(columns).executeTakeFirst();
}

type NewRules = {
  readonly org_id: string;
  readonly console: string[];
  readonly api: string[];
  readonly models: string[];
  readonly updated_at: Date;
};

export function putRules(tx: OrgTx, row: NewRules) {
  const { org_id: _, ...change } = row;
  return tx
    .insertInto('network_rules')
    .values(row)
    .onConflict((conflict) =>
      conflict.column('org_id').doUpdateSet({ ...change, version: sql`network_rules.version + 1` }),
    )
    .returning(columns)
    .executeTakeFirstOrThrow();
}

/** Empties every list of the organization and of its keys; returns how many blocks they had. */
export async function clearRules(tx: OrgTx, now: Date): Promise<number> {
  const before = await findRules(tx);
  const ofKeys = await tx.deleteFrom('api_key_networks').returning('blocks').execute();
  if (before !== undefined)
    await tx
      .updateTable('network_rules')
      .set({ console: [], api: [], models: [], updated_at: now, version: before.version + 1 })
      .execute();
  const lists = [before?.console ?? [], before?.api ?? [], before?.models ?? [], ...ofKeys.map((one) => one.blocks)];
  return lists.flat().length;
}

/** The list of one key; empty where it has none. */
export async function findKeyBlocks(tx: OrgTx, keyId: string): Promise<readonly string[]> {
  const row = await tx.selectFrom('api_key_networks').select('blocks').where('key_id', '=', keyId).executeTakeFirst();
  return row?.blocks ?? [];
}

/** An empty list is no rule, and no row. */
export async function putKeyBlocks(tx: OrgTx, orgId: string, keyId: string, blocks: readonly string[]): Promise<void> {
  if (blocks.length === 0) {
    await tx.deleteFrom('api_key_networks').where('key_id', '=', keyId).execute();
    return;
  }
  await tx
    .insertInto('api_key_networks')
    .values({ org_id: orgId, key_id: keyId, blocks: [...blocks] })
    .onConflict((conflict) => conflict.columns(['org_id', 'key_id']).doUpdateSet({ blocks: [...blocks] }))
    .execute();
}
