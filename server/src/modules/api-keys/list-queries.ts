// SQL of the list of API keys: how it is sorted, searched and filtered.
import { type RawBuilder, sql } from 'kysely';
import type { OrgTx } from '#db/scope.ts';
import type { RowFilter } from '#kernel/authorize.ts';
import { defineList, type ListQuery } from '#kernel/list.ts';
import { listPage } from '#kernel/page.ts';
import type { KeyKind } from '#kernel/principal.ts';
import type { KeyState } from './model.ts';
import { shownApiKeys } from './queries.ts';

export const apiKeyList = defineList({
  sorts: {
    createdAt: { column: 'id', type: 'uuid' },
    name: { column: 'name', type: 'text' },
    expiresAt: { column: 'expires_at', type: 'timestamptz', whenNull: 'infinity' },
    lastUsedAt: { column: 'last_used_at', type: 'timestamptz', whenNull: '-infinity' },
  },
  first: '-createdAt',
  search: ['name'],
});

type ApiKeyQuery = ListQuery & { readonly state?: KeyState | undefined; readonly kind?: KeyKind | undefined };

export function listApiKeys(tx: OrgTx, rows: RowFilter<'api_key'>, asked: ApiKeyQuery) {
  let query = shownApiKeys(tx);
  if (asked.state !== undefined) query = query.where(inState(asked.state));
  if (asked.kind !== undefined) query = query.where('kind', '=', asked.kind);
  return listPage(rows, asked, query, apiKeyList);
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
