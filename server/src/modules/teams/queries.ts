// SQL of teams, who is in them, and which roles they have. No tenant predicate is written: row security adds it.
import { sql } from 'kysely';
import type { OrgTx } from '#db/scope.ts';
import type { RowFilter } from '#kernel/authorize.ts';
import type { Shared } from '#kernel/grants.ts';
import { defineList, type ListQuery } from '#kernel/list.ts';
import { listPage } from '#kernel/page.ts';

type TeamRole = { readonly id: string; readonly name: string };

/** With what the caller is in it: their place decides what they may do with it. */
function shown(tx: OrgTx, memberId: string | null) {
  return tx
    .selectFrom('team')
    .select(['id', 'name', 'description', 'version', 'created_at'])
    .select([
      sql<string>`(select count(*) from team_member p where p.team_id = team.id)`.as('members'),
      sql<readonly TeamRole[]>`(
        select coalesce(json_agg(json_build_object('id', r.id, 'name', r.name) order by r.name), '[]')
          from list_team_roles(team.id) r)`.as('roles'),
      sql<boolean | null>`(
        select p.is_lead from team_member p where p.team_id = team.id and p.member_id = ${memberId})`.as('leads'),
    ]);
}

export const teamList = defineList({
  sorts: { createdAt: { column: 'id', type: 'uuid' }, name: { column: 'name', type: 'text' } },
  first: 'name',
  search: ['name', 'description'],
});

export function listTeams(tx: OrgTx, rows: RowFilter<'team'>, asked: ListQuery, memberId: string | null) {
  return listPage(rows, asked, shown(tx, memberId), teamList);
}

export function findTeam(tx: OrgTx, id: string, memberId: string | null) {
  return shown(tx, memberId).where('id', '=', id).executeTakeFirst();
}

/**
 * Changes of who is in a team and of what it has wait for each other: what is compared is what is given. It is read by a statement
 * of its own, for one that waits sees who was in the team before it waited. What refers to the team goes on.
 */
export async function lockTeam(tx: OrgTx, id: string, memberId: string | null) {
  await tx.selectFrom('team').select('id').where('id', '=', id).forNoKeyUpdate().execute();
  return findTeam(tx, id, memberId);
}

type NewRow = {
  readonly org_id: string;
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly created_at: Date;
};

export async function insertTeam(tx: OrgTx, row: NewRow): Promise<void> {
  await tx.insertInto('team').values(row).execute();
}

export async function updateTeam(
  tx: OrgTx,
  id: string,
  change: { readonly name: string; readonly description: string },
): Promise<void> {
  await tx
    .updateTable('team')
    .set((eb) => ({ ...change, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .execute();
}

export async function deleteTeam(tx: OrgTx, id: string): Promise<void> {
  await tx.deleteFrom('team').where('id', '=', id).execute();
}

export const teamMemberList = defineList({
  sorts: {
    joinedAt: { column: 'team_member.joined_at', type: 'timestamptz' },
    name: { column: 'people.name', type: 'text' },
    email: { column: 'people.email', type: 'text' },
  },
  first: 'name',
  search: ['people.name', 'people.email'],
  unique: { column: 'team_member.member_id', type: 'uuid' },
});

type Person = { readonly member_id: string; readonly email: string; readonly name: string };

type MemberQuery = ListQuery & { readonly place?: 'lead' | 'member' | undefined };

export function listTeamMembers(tx: OrgTx, rows: RowFilter<'team_member'>, asked: MemberQuery, teamId: string) {
  const people = sql<Person>`(select * from list_member_people())`.as<'people'>('people');
  let query = tx
    .selectFrom('team_member')
    .innerJoin(people, (join) => join.onRef('people.member_id', '=', 'team_member.member_id'))
    .select([
      'team_member.member_id as member_id',
      'team_member.is_lead as is_lead',
      'team_member.joined_at as joined_at',
    ])
    .select(['people.email as email', 'people.name as name'])
    .where('team_member.team_id', '=', teamId);
  if (asked.place !== undefined) query = query.where('team_member.is_lead', '=', asked.place === 'lead');
  return listPage(rows, asked, query, teamMemberList);
}

export function findPlace(tx: OrgTx, teamId: string, memberId: string) {
  return tx
    .selectFrom('team_member')
    .select(['is_lead'])
    .where('team_id', '=', teamId)
    .where('member_id', '=', memberId)
    .executeTakeFirst();
}

export async function putPlace(
  tx: OrgTx,
  row: { org_id: string; team_id: string; member_id: string; is_lead: boolean; joined_at: Date },
): Promise<void> {
  await tx
    .insertInto('team_member')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['org_id', 'team_id', 'member_id']).doUpdateSet({ is_lead: row.is_lead }),
    )
    .execute();
}

export async function deletePlace(tx: OrgTx, teamId: string, memberId: string): Promise<void> {
  await tx.deleteFrom('team_member').where('team_id', '=', teamId).where('member_id', '=', memberId).execute();
}

/** What ends with a membership. */
export async function countPlacesOf(tx: OrgTx, memberId: string): Promise<number> {
  const { count } = await tx
    .selectFrom('team_member')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('member_id', '=', memberId)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Everything that being in the team gives. */
export async function listTeamPermissions(tx: OrgTx, teamId: string): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`
    select distinct unnest(permissions) as name from list_team_roles(${teamId}) order by 1`.execute(tx);
  return rows.map(({ name }) => name);
}

/** Whether it was not the team's before. */
export async function insertTeamRole(
  tx: OrgTx,
  row: { org_id: string; team_id: string; role_id: string; given_at: Date },
): Promise<boolean> {
  const given = await tx
    .insertInto('team_role')
    .values(row)
    .onConflict((conflict) => conflict.columns(['org_id', 'team_id', 'role_id']).doNothing())
    .executeTakeFirst();
  return (given.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

export async function deleteTeamRole(tx: OrgTx, teamId: string, roleId: string): Promise<boolean> {
  const taken = await tx
    .deleteFrom('team_role')
    .where('team_id', '=', teamId)
    .where('role_id', '=', roleId)
    .executeTakeFirst();
  return taken.numDeletedRows > 0n;
}

/** What everybody in a team was granted by it. */
export async function listSharedWithTeam(tx: OrgTx, teamId: string): Promise<readonly Shared[]> {
  const { rows } = await sql<Shared>`
    select object_kind, object_id, rank from list_shared_with_team(${teamId})`.execute(tx);
  return rows;
}
