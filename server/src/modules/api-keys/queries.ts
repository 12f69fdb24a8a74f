// SQL of API keys. No tenant predicate is written: row security adds it.
import { type RawBuilder, sql } from 'kysely';
import type { Lookup } from '#db/lookup.ts';
import type { OrgTx } from '#db/scope.ts';
import type { RowFilter } from '#kernel/authorize.ts';
import { defineList, type ListQuery } from '#kernel/list.ts';
import { listPage } from '#kernel/page.ts';
import type { BuiltInRole } from '#kernel/permissions.ts';
import type { KeyState } from './model.ts';

const columns = ['id', 'owner_user_id', 'name', 'scopes', 'expires_at', 'revoked_at', 'version', 'created_at'] as const;

export function findApiKey(tx: OrgTx, id: string) {
  return tx.selectFrom('api_key').select(columns).where('id', '=', id).executeTakeFirst();
}

export function lockApiKey(tx: OrgTx, id: string) {
  return tx.selectFrom('api_key').select(columns).where('id', '=', id).forUpdate().executeTakeFirst();
}

export const apiKeyList = defineList({
  sorts: {
    createdAt: { column: 'id', type: 'uuid' },
    name: { column: 'name', type: 'text' },
    expiresAt: { column: 'expires_at', type: 'timestamptz', whenNull: 'infinity' },
  },
  first: '-createdAt',
  search: ['name'],
});

type ApiKeyQuery = ListQuery & { readonly state?: KeyState | undefined };

export function listApiKeys(tx: OrgTx, rows: RowFilter<'api_key'>, asked: ApiKeyQuery) {
  const query = tx.selectFrom('api_key').select(columns);
  return listPage(rows, asked, asked.state === undefined ? query : query.where(inState(asked.state)), apiKeyList);
}

function inState(state: KeyState): RawBuilder<boolean> {
  const isExpired = sql`coalesce(expires_at, 'infinity') <= now()`;
  switch (state) {
    case 'revoked':
      return sql`revoked_at is not null`;
    case 'expired':
      return sql`revoked_at is null and ${isExpired}`;
    case 'works':
      return sql`revoked_at is null and not ${isExpired}`;
  }
}

/** What keys are called, revoked ones too. */
export function nameApiKeys(tx: OrgTx, rows: RowFilter<'api_key'>, ids: readonly string[]) {
  return tx.selectFrom('api_key').select(['id', 'name']).where('id', 'in', ids).where(rows.condition).execute();
}

type NewRow = {
  readonly org_id: string;
  readonly id: string;
  readonly owner_user_id: string;
  readonly name: string;
  readonly scopes: string[];
  readonly secret_hash: Buffer;
  readonly expires_at: Date;
  readonly created_at: Date;
};

export function insertApiKey(tx: OrgTx, row: NewRow) {
  return tx.insertInto('api_key').values(row).returning(columns).executeTakeFirstOrThrow();
}

/** Revoking twice keeps the first time. */
export async function markRevoked(tx: OrgTx, id: string, now: Date): Promise<void> {
  await tx
    .updateTable('api_key')
    .set((eb) => ({ revoked_at: now, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .execute();
}

export type IdentifiedKey = {
  readonly id: string;
  readonly org_id: string;
  readonly secret_hash: Buffer;
  readonly user_id: string;
  readonly member_id: string;
  readonly role: BuiltInRole;
  readonly epoch: string;
  readonly scopes: readonly string[];
  /** From where it may be used: what its organization says, and what was said of it alone. */
  readonly api_networks: readonly string[] | null;
  readonly model_networks: readonly string[] | null;
  readonly key_networks: readonly string[] | null;
};

/** Live keys of active members among these ids, in one trip. */
export function identifyApiKeys(lookup: Lookup, ids: readonly string[]): Promise<readonly IdentifiedKey[]> {
  return lookup<IdentifiedKey>('identify_api_keys', [ids]);
}
