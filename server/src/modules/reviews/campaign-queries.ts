// SQL of campaigns and of who reviews. No tenant predicate is written: row security adds it.
import { sql } from 'kysely';
import type { Lookup } from '#db/lookup.ts';
import type { OrgTx } from '#db/scope.ts';
import type { RowFilter } from '#kernel/authorize.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { defineList, type ListQuery } from '#kernel/list.ts';
import { listPage } from '#kernel/page.ts';

const columns = [
  'review_campaign.id as id',
  'name',
  'kinds',
  'teams',
  'roles',
  'is_full',
  'reviewers',
  'on_unreviewed',
  'recurrence',
  'days',
  'started_at',
  'started_by',
  'due_at',
  'state',
  'ended_at',
  'evidence_sha256',
  'version',
] as const;

/** With how far it is, and the caller where they review it: to them it is their own. */
function shown(tx: OrgTx, userId: string | null) {
  return tx
    .selectFrom('review_campaign')
    .leftJoin('review_reviewer as mine', (join) =>
      join.onRef('mine.review_id', '=', 'review_campaign.id').on('mine.user_id', '=', userId),
    )
    .select(columns)
    .select('mine.user_id as owner_user_id')
    .select([
      sql<string>`(select count(*) from review_item i where i.review_id = review_campaign.id)`.as('items'),
      sql<string>`(select count(i.outcome) from review_item i where i.review_id = review_campaign.id)`.as('done'),
      sql<string>`(select count(*) from review_item i where i.review_id = review_campaign.id and i.outcome = 'revoked')`.as(
        'revoked',
      ),
    ]);
}

export type CampaignRow = NonNullable<Awaited<ReturnType<typeof findCampaign>>>;

export function findCampaign(tx: OrgTx, id: string, userId: string | null) {
  return shown(tx, userId).where('review_campaign.id', '=', id).executeTakeFirst();
}

/** As long as others decide, nobody closes it; who closes it decides alone. */
export async function lockCampaign(tx: OrgTx, id: string, how: 'share' | 'alone', userId: string | null = null) {
  const locked = tx.selectFrom('review_campaign').select('id').where('id', '=', id);
  await (how === 'share' ? locked.forShare() : locked.forUpdate()).execute();
  return findCampaign(tx, id, userId);
}

export const campaignList = defineList({
  sorts: {
    startedAt: { column: 'review_campaign.id', type: 'uuid' },
    dueAt: { column: 'due_at', type: 'timestamptz' },
    name: { column: 'name', type: 'text' },
  },
  first: '-startedAt',
  search: ['name'],
  unique: { column: 'review_campaign.id', type: 'uuid' },
});

type CampaignQuery = ListQuery & { readonly state?: string | undefined };

export function listCampaigns(
  tx: OrgTx,
  rows: RowFilter<'access_review'>,
  asked: CampaignQuery,
  userId: string | null,
) {
  let query = shown(tx, userId);
  if (asked.state !== undefined) query = query.where('state', '=', asked.state);
  return listPage(rows, asked, query, campaignList);
}

export type NewCampaign = {
  readonly org_id: string;
  readonly id: string;
  readonly name: string;
  readonly kinds: string[];
  readonly teams: string[];
  readonly roles: string[];
  readonly is_full: boolean;
  readonly reviewers: string[];
  readonly on_unreviewed: string;
  readonly recurrence: string;
  readonly days: number;
  readonly started_at: Date;
  readonly started_by: string;
  readonly due_at: Date;
  readonly previous: string | null;
};

/** False when one follows the same before it: a job that runs twice starts one. */
export async function insertCampaign(tx: OrgTx, row: NewCampaign): Promise<boolean> {
  const inserted = await tx
    .insertInto('review_campaign')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (inserted === undefined) return false;
  await tx
    .insertInto('review_reviewer')
    .values(row.reviewers.map((user_id) => ({ org_id: row.org_id, review_id: row.id, user_id })))
    .execute();
  return true;
}

/** The campaign is locked and open. */
export async function endCampaign(
  tx: OrgTx,
  id: string,
  end: { readonly state: 'closed' | 'canceled'; readonly at: Date; readonly sha256: string | null },
): Promise<void> {
  await tx
    .updateTable('review_campaign')
    .set((eb) => ({ state: end.state, ended_at: end.at, evidence_sha256: end.sha256, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .execute();
}

/** Of a campaign, those who are members still. */
export async function listReviewers(tx: OrgTx, id: string): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom('review_reviewer')
    .select('user_id')
    .where('review_id', '=', id)
    .orderBy('user_id')
    .execute();
  return rows.map(({ user_id: person }) => person);
}

export type Dated = {
  readonly recurrence: string | null;
  readonly version: number;
  readonly closed: Date | null;
  readonly since: Date;
};

/** How often everything is to be reviewed, when it was last, and since when that counts where it never was. */
export async function findSchedule(tx: OrgTx): Promise<Dated> {
  const { rows } = await sql<Dated>`select recurrence, version, since, closed from find_review_schedule()`.execute(tx);
  const [row] = rows;
  if (row === undefined) throw kernelErrors['resource.not_found']();
  return row;
}

/** The organization is locked by now, so that of two at once one is first. */
export async function putSchedule(tx: OrgTx, orgId: string, recurrence: string, now: Date): Promise<void> {
  await tx
    .insertInto('review_schedule')
    .values({ org_id: orgId, recurrence, updated_at: now })
    .onConflict((conflict) =>
      conflict
        .column('org_id')
        .doUpdateSet({ recurrence, updated_at: now, version: sql<number>`review_schedule.version + 1` }),
    )
    .execute();
}

type Address = { readonly email: string };

/** Whom to tell of a campaign: reviewers who can act, or owners where none can. */
export async function listReviewAddresses(lookup: Lookup, orgId: string, id: string): Promise<readonly string[]> {
  return (await lookup<Address>('list_review_addresses', [orgId, id])).map(({ email }) => email);
}

export async function listMemberAddresses(
  lookup: Lookup,
  orgId: string,
  ids: readonly string[],
): Promise<readonly string[]> {
  return (await lookup<Address>('list_member_addresses', [orgId, [...ids]])).map(({ email }) => email);
}

export async function findReviewName(lookup: Lookup, orgId: string, id: string) {
  return (
    await lookup<{ readonly name: string; readonly due_at: Date; readonly days: number }>('find_review_name', [
      orgId,
      id,
    ])
  )[0];
}
