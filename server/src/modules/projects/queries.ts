// SQL of projects and who is in them. No tenant predicate is written, nor one for the project: row security adds both.
import { sql } from 'kysely';
import type { OrgTx, ProjectTx } from '#db/scope.ts';
import type { RowFilter } from '#kernel/authorize.ts';
import type { Shared } from '#kernel/grants.ts';
import { defineList, type ListQuery } from '#kernel/list.ts';
import { listPage } from '#kernel/page.ts';

type Mine = { readonly project_id: string; readonly user_id: string; readonly is_lead: boolean };
type Size = { readonly project_id: string; readonly members: string };

/** With the caller's own place in it, which decides what they see and may do; who else is in it stays behind its wall. */
function shown(tx: OrgTx) {
  const mine = sql<Mine>`(select project_id, current_person() as user_id, is_lead from list_projects_of(current_person()))`;
  const sizes = sql<Size>`(select project_id, members from count_project_members())`;
  return tx
    .selectFrom('project')
    .leftJoin(mine.as<'mine'>('mine'), (join) => join.onRef('mine.project_id', '=', 'project.id'))
    .leftJoin(sizes.as<'sizes'>('sizes'), (join) => join.onRef('sizes.project_id', '=', 'project.id'))
    .select(['project.id as id', 'project.name as name', 'project.description as description'])
    .select(['project.version as version', 'project.created_at as created_at', 'project.created_by as created_by'])
    .select(['project.archived_at as archived_at', 'mine.is_lead as leads'])
    .select(sql<string>`coalesce(sizes.members, 0)`.as('members'));
}

export const projectList = defineList({
  sorts: {
    createdAt: { column: 'project.id', type: 'uuid' },
    name: { column: 'project.name', type: 'text' },
  },
  first: 'name',
  search: ['project.name', 'project.description'],
  unique: { column: 'project.id', type: 'uuid' },
});

type ProjectQuery = ListQuery & { readonly status?: 'active' | 'archived' | undefined };

export function listProjects(tx: OrgTx, rows: RowFilter<'project'>, asked: ProjectQuery) {
  let query = shown(tx);
  if (asked.status === 'active') query = query.where('project.archived_at', 'is', null);
  if (asked.status === 'archived') query = query.where('project.archived_at', 'is not', null);
  return listPage(rows, asked, query, projectList);
}

export function findProject(tx: OrgTx, id: string) {
  return shown(tx).where('project.id', '=', id).executeTakeFirst();
}

/** The same, which nobody changes until the transaction ends. */
export function lockProject(tx: OrgTx, id: string) {
  return shown(tx).where('project.id', '=', id).forUpdate('project').executeTakeFirst();
}

type NewRow = {
  readonly org_id: string;
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly created_at: Date;
  readonly created_by: string | null;
};

export async function insertProject(tx: OrgTx, row: NewRow): Promise<void> {
  await tx.insertInto('project').values(row).execute();
}

type Change = { readonly name?: string; readonly description?: string; readonly archived_at?: Date | null };

export async function updateProject(tx: OrgTx, id: string, change: Change): Promise<void> {
  await tx
    .updateTable('project')
    .set((eb) => ({ ...change, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .execute();
}

/** Its foreign keys take everything along that is in it. */
export async function deleteProject(tx: OrgTx, id: string): Promise<void> {
  await tx.deleteFrom('project').where('id', '=', id).execute();
}

export const projectMemberList = defineList({
  sorts: {
    addedAt: { column: 'project_member.added_at', type: 'timestamptz' },
    name: { column: 'people.name', type: 'text' },
    email: { column: 'people.email', type: 'text' },
  },
  first: 'name',
  search: ['people.name', 'people.email'],
  unique: { column: 'people.member_id', type: 'uuid' },
});

type Person = { readonly user_id: string; readonly member_id: string; readonly email: string; readonly name: string };
type MemberQuery = ListQuery & { readonly place?: 'lead' | 'member' | undefined };

/** Everybody in the project that the scope is in. */
export function listProjectMembers(tx: ProjectTx, rows: RowFilter<'project_member'>, asked: MemberQuery) {
  const people = sql<Person>`(select user_id, member_id, name, email from list_members_by_person())`;
  // Who is in it sees everybody in it.
  const viewer = sql<Pick<Mine, 'user_id'>>`(
    select current_person() as user_id from list_projects_of(current_person()) where project_id = current_project())`;
  let query = tx
    .selectFrom('project_member')
    .leftJoin(viewer.as<'viewer'>('viewer'), (join) => join.onTrue())
    .innerJoin(people.as<'people'>('people'), (join) => join.onRef('people.user_id', '=', 'project_member.user_id'))
    .select(['project_member.is_lead as is_lead', 'project_member.added_at as added_at'])
    .select(['people.member_id as member_id', 'people.email as email', 'people.name as name']);
  if (asked.place !== undefined) query = query.where('project_member.is_lead', '=', asked.place === 'lead');
  return listPage(rows, asked, query, projectMemberList);
}

/** Somebody's place in the project that the scope is in. */
export function findPlace(tx: ProjectTx, userId: string) {
  return tx.selectFrom('project_member').select('is_lead').where('user_id', '=', userId).executeTakeFirst();
}

type Place = { org_id: string; project_id: string; user_id: string; is_lead: boolean; added_at: Date };

export async function putPlace(tx: ProjectTx, row: Place): Promise<void> {
  await tx
    .insertInto('project_member')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['org_id', 'project_id', 'user_id']).doUpdateSet({ is_lead: row.is_lead }),
    )
    .execute();
}

export async function deletePlace(tx: ProjectTx, userId: string): Promise<void> {
  await tx.deleteFrom('project_member').where('user_id', '=', userId).execute();
}

/** What everybody in a project was granted by it. */
export async function listSharedWith(tx: OrgTx, projectId: string): Promise<readonly Shared[]> {
  const { rows } = await sql<Shared>`
    select object_kind, object_id, rank from list_shared_with_project(${projectId})`.execute(tx);
  return rows;
}

export type PlaceOf = {
  readonly id: string;
  readonly name: string;
  readonly archived_at: Date | null;
  readonly is_lead: boolean;
  readonly added_at: Date;
};

/** The projects of the organization that a person (UUID) is in, archived ones too, by name. */
export async function listPlacesOf(tx: OrgTx, userId: string): Promise<readonly PlaceOf[]> {
  const { rows } = await sql<PlaceOf>`
    select p.id, p.name, p.archived_at, own.is_lead, own.added_at
      from list_projects_of(${userId}) own join project p on p.id = own.project_id order by lower(p.name), p.id`.execute(
    tx,
  );
  return rows;
}
