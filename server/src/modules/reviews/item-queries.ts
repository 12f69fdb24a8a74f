// SQL of what is reviewed in a campaign, and of what was decided about it.
import { sql } from 'kysely';
import type { OrgTx } from '#db/scope.ts';
import type { RowFilter } from '#kernel/authorize.ts';
import { defineList, type ListQuery } from '#kernel/list.ts';
import { listPage } from '#kernel/page.ts';
import type { Outcome } from './campaign-model.ts';

const columns = [
  'id',
  'kind',
  'first',
  'second',
  'review_item.user_id as user_id',
  'holder',
  'email',
  'title',
  'gives',
  'flags',
  'granted_at',
  'last_used_at',
  'expires_at',
  'decision',
  'reason',
  'decided_by',
  'decided_at',
  'is_own',
  'outcome',
  'note',
] as const;

export type ItemRow = Awaited<ReturnType<typeof listAllItems>>[number];

export const itemList = defineList({
  sorts: {
    id: { column: 'id', type: 'uuid' },
    holder: { column: 'holder', type: 'text' },
    title: { column: 'title', type: 'text' },
    kind: { column: 'kind', type: 'text' },
    lastUsedAt: { column: 'last_used_at', type: 'timestamptz', whenNull: '-infinity' },
    grantedAt: { column: 'granted_at', type: 'timestamptz' },
  },
  first: 'id',
  search: ['holder', 'email', 'title'],
});

type ItemQuery = ListQuery & Partial<Record<'kind' | 'flag' | 'state', string | undefined>>;

type Asking = { readonly reviewId: string; readonly userId: string | null };

/** To a caller who reviews them they are their own. */
export function listItems(tx: OrgTx, rows: RowFilter<'review_item'>, { reviewId, userId }: Asking, asked: ItemQuery) {
  let query = tx
    .selectFrom('review_item')
    .leftJoin('review_reviewer as mine', (join) =>
      join.onRef('mine.review_id', '=', 'review_item.review_id').on('mine.user_id', '=', userId),
    )
    .select(columns)
    .where('review_item.review_id', '=', reviewId);
  if (asked.kind !== undefined) query = query.where('kind', '=', asked.kind);
  if (asked.flag !== undefined) query = query.where(sql<boolean>`${asked.flag} = any (flags)`);
  if (asked.state !== undefined) query = query.where('outcome', asked.state === 'open' ? 'is' : 'is not', null);
  return listPage(rows, asked, query, itemList);
}

/** In the order of the evidence. */
export function listAllItems(tx: OrgTx, reviewId: string) {
  return tx.selectFrom('review_item').select(columns).where('review_id', '=', reviewId).orderBy('id').execute();
}

/** In one order everywhere, so that nobody waits for somebody who waits for them. */
export function lockItems(tx: OrgTx, reviewId: string, ids: readonly string[]) {
  return tx
    .selectFrom('review_item')
    .select(columns)
    .where('review_id', '=', reviewId)
    .where('id', 'in', ids)
    .orderBy('id')
    .forUpdate()
    .execute();
}

/** What nobody has decided about; the campaign is locked. */
export function listOpenItems(tx: OrgTx, reviewId: string, limit: number) {
  return tx
    .selectFrom('review_item')
    .select(columns)
    .where('review_id', '=', reviewId)
    .where('outcome', 'is', null)
    .orderBy('id')
    .limit(limit)
    .execute();
}

export async function hasOpenItems(tx: OrgTx, reviewId: string): Promise<boolean> {
  return (await listOpenItems(tx, reviewId, 1)).length > 0;
}

type NewItem = {
  readonly org_id: string;
  readonly review_id: string;
  readonly id: string;
  readonly kind: string;
  readonly first: string;
  readonly second: string | null;
  readonly user_id: string | null;
  readonly holder: string;
  readonly email: string | null;
  readonly title: string;
  readonly gives: string[];
  readonly flags: string[];
  readonly granted_at: Date;
  readonly last_used_at: Date | null;
  readonly expires_at: Date | null;
};

/** PostgreSQL takes 65535 parameters in a statement. */
const CHUNK = 1_000;

export async function insertItems(tx: OrgTx, rows: readonly NewItem[]): Promise<void> {
  for (let from = 0; from < rows.length; from += CHUNK)
    await tx
      .insertInto('review_item')
      .values(rows.slice(from, from + CHUNK))
      .execute();
}

export type Verdict = {
  readonly outcome: Outcome;
  readonly note?: string;
  readonly decision?: {
    readonly decision: 'keep' | 'revoke';
    readonly reason: string;
    readonly decided_by: string;
    readonly decided_at: Date;
    readonly is_own: boolean;
  };
};

export async function settleItem(tx: OrgTx, reviewId: string, id: string, verdict: Verdict): Promise<void> {
  await tx
    .updateTable('review_item')
    .set({ ...verdict.decision, outcome: verdict.outcome, note: verdict.note ?? null })
    .where('review_id', '=', reviewId)
    .where('id', '=', id)
    .execute();
}

/** Everything that is left; the campaign is locked. */
export async function leaveUnreviewed(tx: OrgTx, reviewId: string): Promise<void> {
  await tx
    .updateTable('review_item')
    .set({ outcome: 'unreviewed' })
    .where('review_id', '=', reviewId)
    .where('outcome', 'is', null)
    .execute();
}
