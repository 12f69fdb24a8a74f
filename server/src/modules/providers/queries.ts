// SQL of model providers. No tenant predicate is written: row security adds it.
import { type Updateable } from 'kysely';
import type { Lookup } from '#db/lookup.ts';
import type { OrgTx } from '#db/scope.ts';
import type { ProviderTable } from '#db/types.ts';
import type { RowFilter } from '#kernel/authorize.ts';
import { defineList, type ListQuery } from '#kernel/list.ts';
import { listPage } from '#kernel/page.ts';
import type { Kind } from './model.ts';

const columns = [
  'id',
  'name',
  'kind',
  'base_url',
  'models',
  'local',
  'currency',
  'prices',
  'secret_reference',
  'exposed_at',
  'is_blocked',
  'version',
  'created_at',
] as const;

/** Everything but the secret; whether there is one is told. */
function shown(tx: OrgTx) {
  return tx
    .selectFrom('provider')
    .select(columns)
    .select((eb) => eb('secret', 'is not', null).as('has_secret'));
}

export function findProvider(tx: OrgTx, id: string) {
  return shown(tx).where('id', '=', id).executeTakeFirst();
}

export function lockProvider(tx: OrgTx, id: string) {
  return shown(tx).where('id', '=', id).forUpdate().executeTakeFirst();
}

export const providerList = defineList({
  sorts: {
    createdAt: { column: 'id', type: 'uuid' },
    name: { column: 'name', type: 'text' },
    kind: { column: 'kind', type: 'text' },
  },
  first: '-createdAt',
  search: ['name', 'kind', 'base_url'],
});

type ProviderQuery = ListQuery & { readonly kind?: Kind | undefined };

export function listProviders(tx: OrgTx, rows: RowFilter<'provider'>, asked: ProviderQuery) {
  const query = shown(tx);
  return listPage(rows, asked, asked.kind === undefined ? query : query.where('kind', '=', asked.kind), providerList);
}

/** What each provider takes, for the cost of calls. */
export function listProviderPrices(tx: OrgTx) {
  return tx.selectFrom('provider').select(['id', 'currency', 'prices']).execute();
}

/** What providers are called that are connected still. */
export function nameProviders(tx: OrgTx, rows: RowFilter<'provider'>, ids: readonly string[]) {
  return tx.selectFrom('provider').select(['id', 'name']).where('id', 'in', ids).where(rows.condition).execute();
}

type NewRow = {
  readonly org_id: string;
  readonly id: string;
  readonly name: string;
  readonly kind: Kind;
  readonly base_url: string;
  readonly models: string[] | null;
  readonly local: boolean;
  readonly currency: string;
  /** JSON: the driver would take an array for one of PostgreSQL. */
  readonly prices: string;
  readonly secret: Buffer | null;
  readonly secret_reference: string | null;
  readonly created_at: Date;
};

/** Undefined when the name is taken. */
export function insertProvider(tx: OrgTx, row: NewRow) {
  return tx
    .insertInto('provider')
    .values(row)
    .onConflict((conflict) => conflict.columns(['org_id', 'name']).doNothing())
    .returning(columns)
    .returning((eb) => eb('secret', 'is not', null).as('has_secret'))
    .executeTakeFirst();
}

export function updateProvider(tx: OrgTx, id: string, change: Updateable<ProviderTable>) {
  return tx
    .updateTable('provider')
    .set(change)
    .set((eb) => ({ version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .returning(columns)
    .returning((eb) => eb('secret', 'is not', null).as('has_secret'))
    .executeTakeFirstOrThrow();
}

export async function deleteProvider(tx: OrgTx, id: string): Promise<void> {
  await tx.deleteFrom('provider').where('id', '=', id).execute();
}

export type ProviderSecretRow = {
  readonly id: string;
  readonly name: string;
  readonly kind: Kind;
  readonly base_url: string;
  readonly models: readonly string[] | null;
  readonly local: boolean;
  readonly secret: Buffer | null;
  readonly secret_reference: string | null;
  /** Others have seen its secret, so that no call is made with it. */
  readonly is_blocked: boolean;
};

/** An organization's providers with their sealed secrets, oldest first. */
export function findProviders(lookup: Lookup, orgId: string): Promise<readonly ProviderSecretRow[]> {
  return lookup<ProviderSecretRow>('find_providers', [orgId], 'health');
}
