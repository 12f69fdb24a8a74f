// SQL of membership. Names and addresses come through list_people(), which shows members of this organization only.
import { sql } from 'kysely';
import type { Lookup } from '#db/lookup.ts';
import type { OrgTx } from '#db/scope.ts';
import type { RowFilter } from '#kernel/authorize.ts';
import { defineList, type ListQuery } from '#kernel/list.ts';
import { listPage } from '#kernel/page.ts';
import type { BuiltInRole } from '#kernel/permissions.ts';

type Person = { readonly user_id: string; readonly email: string; readonly name: string };

/** Members with their names and addresses. */
function shown(tx: OrgTx) {
  const people = sql<Person>`(select * from list_people())`.as<'people'>('people');
  return tx
    .selectFrom('member')
    .innerJoin(people, (join) => join.onRef('people.user_id', '=', 'member.user_id'))
    .select(['member.id as id', 'member.user_id as user_id', 'member.role as role', 'member.status as status'])
    .select(['member.version as version', 'member.created_at as created_at'])
    .select(['people.email as email', 'people.name as name']);
}

export type ShownMember = NonNullable<Awaited<ReturnType<typeof findShownMember>>>;

export function findShownMember(tx: OrgTx, id: string) {
  return shown(tx).where('member.id', '=', id).executeTakeFirst();
}

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
  let query = shown(tx);
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

const columns = ['id', 'user_id', 'role', 'status', 'version'] as const;

export type MemberRow = NonNullable<Awaited<ReturnType<typeof findMember>>>;

export function findMember(tx: OrgTx, id: string) {
  return tx.selectFrom('member').select(columns).where('id', '=', id).executeTakeFirst();
}

/** The membership of a person in the organization. */
export function findMemberOf(tx: OrgTx, userId: string) {
  return tx.selectFrom('member').select(columns).where('user_id', '=', userId).executeTakeFirst();
}

/** The same as `findMember`, which nobody changes until the transaction ends. */
export function lockMember(tx: OrgTx, id: string) {
  return tx.selectFrom('member').select(columns).where('id', '=', id).forUpdate().executeTakeFirst();
}

/** Triggers end the sessions of the person here, and raise the epoch. */
export async function updateMember(
  tx: OrgTx,
  id: string,
  change: { readonly role: BuiltInRole } | { readonly status: 'active' | 'suspended' },
): Promise<void> {
  await tx
    .updateTable('member')
    .set((eb) => ({ ...change, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .execute();
}

/** Foreign keys and triggers end everything that rests on it. */
export async function deleteMember(tx: OrgTx, id: string): Promise<void> {
  await tx.deleteFrom('member').where('id', '=', id).execute();
}

/** Memberships of owners who can act: neither they nor their person is suspended. */
export async function listActiveOwners(tx: OrgTx): Promise<readonly string[]> {
  const { rows } = await sql<{ readonly member_id: string }>`select member_id from list_active_owners()`.execute(tx);
  return rows.map(({ member_id: id }) => id);
}

export type HeldStanding = {
  readonly role: BuiltInRole;
  /** Names of permissions by custom roles, their own and of their teams. */
  readonly granted: readonly string[];
  /** Neither they nor their person is suspended. */
  readonly is_active: boolean;
};

/** What a member holds; undefined for one who is gone. */
export async function findHeldStanding(tx: OrgTx, id: string): Promise<HeldStanding | undefined> {
  const { rows } = await sql<HeldStanding>`select role, granted, is_active from find_standing(${id})`.execute(tx);
  return rows[0];
}

/** The same of those among these people (UUIDs) who are members, by their person. */
export async function findHeldStandings(
  tx: OrgTx,
  users: readonly string[],
): Promise<readonly (HeldStanding & { readonly user_id: string })[]> {
  const { rows } = await sql<HeldStanding & { readonly user_id: string }>`
    select m.user_id, s.role, s.granted, s.is_active
      from member m cross join lateral find_standing(m.id) s where m.user_id = any (${[...users]}::uuid[])`.execute(tx);
  return rows;
}

/** Who of the organization has an address. */
export async function findPersonByEmail(tx: OrgTx, email: string): Promise<string | undefined> {
  const { rows } = await sql<Person>`
    select user_id, email, name from list_people() where lower(email) = lower(${email})`.execute(tx);
  return rows[0]?.user_id;
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
