// SQL of custom roles and of who has them. No tenant predicate is written: row security adds it.
import { sql } from 'kysely';
import type { OrgTx } from '#db/scope.ts';
import type { RowFilter } from '#kernel/authorize.ts';
import { defineList, type ListQuery } from '#kernel/list.ts';
import { listPage } from '#kernel/page.ts';
import type { BuiltInRole } from '#kernel/permissions.ts';

const columns = ['id', 'name', 'description', 'permissions', 'version', 'created_at'] as const;

function shown(tx: OrgTx) {
  return tx
    .selectFrom('custom_role')
    .select(columns)
    .select([
      sql<string>`(select count(*) from member_role g where g.role_id = custom_role.id)`.as('members'),
      sql<string>`count_teams_with_role(custom_role.id)`.as('teams'),
    ]);
}

export const roleList = defineList({
  sorts: { createdAt: { column: 'id', type: 'uuid' }, name: { column: 'name', type: 'text' } },
  first: 'name',
  search: ['name', 'description'],
});

type RoleQuery = ListQuery & { readonly permission?: string | undefined };

export function listRoles(tx: OrgTx, rows: RowFilter<'role'>, asked: RoleQuery) {
  let query = shown(tx);
  if (asked.permission !== undefined) query = query.where(sql<boolean>`${asked.permission} = any (permissions)`);
  return listPage(rows, asked, query, roleList);
}

export function findRole(tx: OrgTx, id: string) {
  return shown(tx).where('id', '=', id).executeTakeFirst();
}

/**
 * Whoever gives the role meanwhile waits: what was compared is what is given. It is read by a statement of its own, for one that
 * waits counts who had the role before it waited. What refers to the role goes on.
 */
export async function lockRole(tx: OrgTx, id: string) {
  await tx.selectFrom('custom_role').select('id').where('id', '=', id).forNoKeyUpdate().execute();
  return findRole(tx, id);
}

export async function countRoles(tx: OrgTx): Promise<number> {
  const { count } = await tx
    .selectFrom('custom_role')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}

type NewRow = {
  readonly org_id: string;
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly permissions: string[];
  readonly created_at: Date;
};

export async function insertRole(tx: OrgTx, row: NewRow): Promise<void> {
  await tx.insertInto('custom_role').values(row).execute();
}

type Change = {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly permissions?: string[] | undefined;
};

export async function updateRole(tx: OrgTx, id: string, { name, description, permissions }: Change): Promise<void> {
  await tx
    .updateTable('custom_role')
    .set((eb) => ({
      ...(name === undefined ? {} : { name }),
      ...(description === undefined ? {} : { description }),
      ...(permissions === undefined ? {} : { permissions }),
      version: eb('version', '+', 1),
    }))
    .where('id', '=', id)
    .execute();
}

export async function deleteRole(tx: OrgTx, id: string): Promise<void> {
  await tx.deleteFrom('custom_role').where('id', '=', id).execute();
}

/** Whether it was not theirs before. */
export async function insertMemberRole(
  tx: OrgTx,
  row: { org_id: string; member_id: string; role_id: string; given_at: Date },
): Promise<boolean> {
  const given = await tx
    .insertInto('member_role')
    .values(row)
    .onConflict((conflict) => conflict.columns(['org_id', 'member_id', 'role_id']).doNothing())
    .executeTakeFirst();
  return (given.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** Whether it was theirs. */
export async function deleteMemberRole(tx: OrgTx, memberId: string, roleId: string): Promise<boolean> {
  const taken = await tx
    .deleteFrom('member_role')
    .where('member_id', '=', memberId)
    .where('role_id', '=', roleId)
    .executeTakeFirst();
  return taken.numDeletedRows > 0n;
}

/** Custom roles that end with a membership: given to the member, not those of their teams. */
export async function countRolesOf(tx: OrgTx, memberId: string): Promise<number> {
  const { count } = await tx
    .selectFrom('member_role')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('member_id', '=', memberId)
    .executeTakeFirstOrThrow();
  return Number(count);
}

export type HeldRole = {
  readonly id: string;
  readonly name: string;
  readonly permissions: readonly string[];
  readonly team_id: string | null;
  readonly team_name: string | null;
};

/** Custom roles that a member has, their own first, each team that brings one by itself. */
export async function listHeldRoles(tx: OrgTx, memberId: string): Promise<readonly HeldRole[]> {
  const { rows } = await sql<HeldRole>`select * from list_held_roles(${memberId})`.execute(tx);
  return rows;
}

export type Holding = {
  readonly member_id: string;
  readonly name: string;
  readonly email: string;
  readonly base_role: BuiltInRole;
  /** What they hold by other custom roles, of their own and of their teams. */
  readonly otherwise: readonly string[];
};

/** Everybody who has the role, by themselves or by a team, with what they hold by other roles; at most `limit`. */
export async function listHolders(tx: OrgTx, roleId: string, limit: number): Promise<readonly Holding[]> {
  const { rows } = await sql<Holding>`select * from list_role_holders(${roleId}) limit ${limit}`.execute(tx);
  return rows;
}
