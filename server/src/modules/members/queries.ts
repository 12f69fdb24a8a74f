// SQL of membership. Names and addresses come through list_people(), which shows members of this organization only.
import { sql } from 'kysely';
import type { Lookup } from '#db/lookup.ts';
import type { OrgTx } from '#db/scope.ts';
import type { RowFilter } from '#kernel/authorize.ts';
import { defineList, type ListQuery } from '#kernel/list.ts';
import { listPage } from '#kernel/page.ts';
import type { BuiltInRole } from '#kernel/permissions.ts';

type Person = { readonly user_id: string; readonly email: string; readonly name: string };

export const memberList = defineList({
  sorts: {
    createdAt: { column: 'member.id', type: 'uuid' },
    name: { column: 'people.name', type: 'text' },
    email: { column: 'people.email', type: 'text' },
    role: { column: 'member.role', type: 'text' },
    status: { column: 'member.status', type: 'text' },
  },
  first: '-createdAt',
  search: ['people.name', 'people.email'],
  unique: { column: 'member.id', type: 'uuid' },
});

type MemberQuery = ListQuery & { readonly role?: BuiltInRole | undefined; readonly status?: string | undefined };

export function listMembers(tx: OrgTx, rows: RowFilter<'member'>, asked: MemberQuery) {
  const people = sql<Person>`(select * from list_people())`.as<'people'>('people');
  let query = tx
    .selectFrom('member')
    .innerJoin(people, (join) => join.onRef('people.user_id', '=', 'member.user_id'))
    .select(['member.id as id', 'member.user_id as user_id', 'member.role as role', 'member.status as status'])
    .select(['member.created_at as created_at', 'people.email as email', 'people.name as name']);
  if (asked.role !== undefined) query = query.where('member.role', '=', asked.role);
  if (asked.status !== undefined) query = query.where('member.status', '=', asked.status);
  return listPage(rows, asked, query, memberList);
}

/** What members are called, by the ids of their persons. */
export async function nameMembers(tx: OrgTx, rows: RowFilter<'member'>, userIds: readonly string[]) {
  const people = sql<Person>`(select * from list_people())`.as<'people'>('people');
  return tx
    .selectFrom('member')
    .innerJoin(people, (join) => join.onRef('people.user_id', '=', 'member.user_id'))
    .select(['member.user_id as id', 'people.name as name'])
    .where('member.user_id', 'in', userIds)
    .where(rows.condition)
    .execute();
}

export async function insertMember(
  tx: OrgTx,
  row: { org_id: string; id: string; user_id: string; role: BuiltInRole; created_at: Date },
): Promise<void> {
  await tx.insertInto('member').values(row).execute();
}

export function findMember(tx: OrgTx, id: string) {
  return tx.selectFrom('member').select(['id', 'user_id', 'role', 'status']).where('id', '=', id).executeTakeFirst();
}

/** The person behind a membership of the organization, asked before a scope of that person is entered. */
export async function findMemberPerson(lookup: Lookup, orgId: string, memberId: string): Promise<string | undefined> {
  const rows = await lookup<{ readonly user_id: string }>('find_member_person', [orgId, memberId]);
  return rows[0]?.user_id;
}

export type Owner = { readonly user_id: string; readonly email: string };

/** Who owns an organization, longest first: whom to tell of what is done to it. */
export function listOwners(lookup: Lookup, orgId: string): Promise<readonly Owner[]> {
  return lookup<Owner>('list_owners', [orgId]);
}
