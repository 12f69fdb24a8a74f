// SQL of what there is to review. Each kind is a function of the database with the same columns, inside the wall.
import { sql } from 'kysely';
import type { OrgTx } from '#db/scope.ts';

export type FoundAccess = {
  /** The access: what it is, and of whom where it takes two ids to say so. */
  readonly first: string;
  readonly second: string | null;
  readonly member_id: string | null;
  readonly user_id: string | null;
  readonly name: string;
  readonly email: string | null;
  readonly title: string;
  readonly gives: readonly string[];
  readonly granted_at: Date;
  readonly granted_by: string | null;
  readonly last_used_at: Date | null;
  readonly expires_at: Date | null;
  readonly marks: readonly string[];
};

export type AccessFunction =
  | 'list_access_by_membership'
  | 'list_access_by_role'
  | 'list_access_by_team_place'
  | 'list_access_by_team_role'
  | 'list_access_by_project_place'
  | 'list_access_by_custom_role'
  | 'list_access_by_invitation'
  | 'list_access_by_key'
  | 'list_access_by_grant';

export async function listAccess(tx: OrgTx, by: AccessFunction): Promise<readonly FoundAccess[]> {
  const { rows } = await sql<FoundAccess>`select * from ${sql.ref(by)}()`.execute(tx);
  return rows;
}

/** Whether somebody has an object by this very grant: by themselves, by a team or by a project. */
export async function hasByGrant(tx: OrgTx, grantId: string, userId: string): Promise<boolean> {
  const { rows } = await sql<{ readonly has: boolean }>`select has_by_grant(${grantId}, ${userId}) as has`.execute(tx);
  return rows[0]?.has === true;
}
