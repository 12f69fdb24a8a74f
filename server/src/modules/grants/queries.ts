// SQL of grants. No tenant predicate is written: row security adds it.
import { sql } from 'kysely';
import type { OrgTx } from '#db/scope.ts';
import type { ObjectRef, RowFilter } from '#kernel/authorize.ts';
import { defineList, type ListQuery } from '#kernel/list.ts';
import { listPage } from '#kernel/page.ts';

type Named = {
  readonly id: string;
  readonly object_name: string | null;
  readonly to_name: string;
  readonly giver: string | null;
};

/** With what they are on, to whom and by whom, in names. */
function shown(tx: OrgTx) {
  const names = sql<Named>`(select * from list_grant_names())`.as<'names'>('names');
  return tx
    .selectFrom('object_grant')
    .innerJoin(names, (join) => join.onRef('names.id', '=', 'object_grant.id'))
    .select(['object_grant.id as id', 'object_grant.object_kind as object_kind', 'object_grant.object_id as object_id'])
    .select(['rank', 'member_id', 'team_id', 'project_id', 'to_everybody', 'expires_at', 'version', 'created_at'])
    .select(['names.object_name as object_name', 'names.to_name as to_name', 'names.giver as giver'])
    .select(sql<boolean>`coalesce(expires_at <= now(), false)`.as('is_over'));
}

export type ShownGrant = NonNullable<Awaited<ReturnType<typeof findShownGrant>>>;

export function findShownGrant(tx: OrgTx, id: string) {
  return shown(tx).where('object_grant.id', '=', id).executeTakeFirst();
}

export const grantList = defineList({
  sorts: {
    createdAt: { column: 'object_grant.id', type: 'uuid' },
    expiresAt: { column: 'expires_at', type: 'timestamptz', whenNull: 'infinity' },
    to: { column: 'names.to_name', type: 'text' },
  },
  first: '-createdAt',
  search: ['names.object_name', 'names.to_name'],
  unique: { column: 'object_grant.id', type: 'uuid' },
});

type GrantQuery = ListQuery & {
  readonly object?: ObjectRef | undefined;
  readonly memberId?: string | undefined;
  readonly teamId?: string | undefined;
  readonly projectId?: string | undefined;
  readonly rank?: number | undefined;
};

export function listGrants(tx: OrgTx, rows: RowFilter<'grant'>, asked: GrantQuery) {
  let query = shown(tx);
  if (asked.object !== undefined) {
    query = query.where('object_kind', '=', asked.object.kind).where('object_id', '=', asked.object.id);
  }
  if (asked.memberId !== undefined) query = query.where('member_id', '=', asked.memberId);
  if (asked.teamId !== undefined) query = query.where('team_id', '=', asked.teamId);
  if (asked.projectId !== undefined) query = query.where('project_id', '=', asked.projectId);
  if (asked.rank !== undefined) query = query.where('rank', '=', asked.rank);
  return listPage(rows, asked, query, grantList);
}

const columns = ['id', 'object_kind', 'object_id', 'rank', 'member_id', 'expires_at', 'version'] as const;

export type GrantRow = NonNullable<Awaited<ReturnType<typeof lockGrant>>>;

export function lockGrant(tx: OrgTx, id: string) {
  return tx.selectFrom('object_grant').select(columns).where('id', '=', id).forUpdate().executeTakeFirst();
}

/** Of one object, whether they hold still or not. */
export async function countGrantsOn(tx: OrgTx, { kind, id }: ObjectRef): Promise<number> {
  const { count } = await tx
    .selectFrom('object_grant')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('object_kind', '=', kind)
    .where('object_id', '=', id)
    .executeTakeFirstOrThrow();
  return Number(count);
}

export type Grantee = {
  readonly member_id: string | null;
  readonly team_id: string | null;
  readonly project_id: string | null;
  readonly to_everybody: boolean;
};

/** The grant on an object to exactly that one. */
export function findGrantTo(tx: OrgTx, object: ObjectRef, to: Grantee) {
  return tx
    .selectFrom('object_grant')
    .select(columns)
    .where('object_kind', '=', object.kind)
    .where('object_id', '=', object.id)
    .where(sql<boolean>`member_id is not distinct from ${to.member_id}`)
    .where(sql<boolean>`team_id is not distinct from ${to.team_id}`)
    .where(sql<boolean>`project_id is not distinct from ${to.project_id}`)
    .forUpdate()
    .executeTakeFirst();
}

type NewRow = Grantee & {
  readonly org_id: string;
  readonly id: string;
  readonly object_kind: string;
  readonly object_id: string;
  readonly rank: number;
  readonly given_by: string | null;
  readonly expires_at: Date | null;
  readonly created_at: Date;
};

export async function insertGrant(tx: OrgTx, row: NewRow): Promise<void> {
  await tx.insertInto('object_grant').values(row).execute();
}

type Change = { readonly rank: number; readonly expires_at: Date | null; readonly given_by: string | null };

export async function updateGrant(tx: OrgTx, id: string, change: Change): Promise<void> {
  await tx
    .updateTable('object_grant')
    .set((eb) => ({ ...change, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .execute();
}

export async function deleteGrant(tx: OrgTx, id: string): Promise<void> {
  await tx.deleteFrom('object_grant').where('id', '=', id).execute();
}

/** What ends with a membership. */
export async function countGrantsOf(tx: OrgTx, memberId: string): Promise<number> {
  const { count } = await tx
    .selectFrom('object_grant')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('member_id', '=', memberId)
    .executeTakeFirstOrThrow();
  return Number(count);
}

export const grantedObjectList = defineList({
  sorts: {
    name: { column: 'granted.name', type: 'text', whenNull: '' },
    expiresAt: { column: 'granted.expires_at', type: 'timestamptz', whenNull: 'infinity' },
  },
  first: 'name',
  search: ['granted.name'],
  unique: { column: 'granted.grant_id', type: 'uuid' },
});

type Granted = {
  readonly grant_id: string;
  readonly user_id: string;
  readonly kind: string;
  readonly object_id: string;
  readonly name: string | null;
  readonly rank: number;
  readonly by: string;
  readonly expires_at: Date | null;
};

/** What holds now for a person of the organization, each way by itself. */
export function listGrantedObjects(
  tx: OrgTx,
  rows: RowFilter<'granted_object'>,
  asked: ListQuery & { readonly person: string; readonly kind?: string | undefined },
) {
  const granted = sql<Granted>`(select * from list_granted_objects(${asked.person}))`.as<'granted'>('granted');
  let query = tx
    .selectFrom('object_grant')
    .innerJoin(granted, (join) => join.onRef('granted.grant_id', '=', 'object_grant.id'))
    .select(['granted.kind as kind', 'granted.object_id as object_id', 'granted.name as name'])
    .select(['granted.rank as rank', 'granted.by as by', 'granted.expires_at as expires_at']);
  if (asked.kind !== undefined) query = query.where('granted.kind', '=', asked.kind);
  return listPage(rows, asked, query, grantedObjectList);
}

export type Reaching = {
  readonly object_kind: string;
  readonly object_id: string;
  readonly object_name: string | null;
  readonly rank: number;
  readonly to_kind: 'member' | 'team' | 'project' | 'everybody';
  readonly to_id: string | null;
  readonly to_name: string;
  readonly expires_at: Date | null;
};

/** What holds now for a person of the organization, each way by itself, by the name of what it is on. */
export async function listReaching(tx: OrgTx, person: string, limit: number): Promise<readonly Reaching[]> {
  const { rows } = await sql<Reaching>`
    select object_kind, object_id, object_name, rank, to_kind, to_id, to_name, expires_at
      from list_grants_reaching(${person}) order by lower(object_name), object_id, grant_id limit ${limit}`.execute(tx);
  return rows;
}
