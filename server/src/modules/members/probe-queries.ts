// SQL of the membership of a person that exists to be probed: put back as founded, changed for a moment.
import { sql } from 'kysely';
import type { OrgTx } from '#db/scope.ts';

/** A member of the organization again, with every right there. */
export async function restoreMember(tx: OrgTx, row: { org_id: string; id: string; user_id: string }): Promise<void> {
  await sql`
    insert into member (org_id, id, user_id, role, created_at) values (${row.org_id}, ${row.id}, ${row.user_id}, 'owner', now())
      on conflict (org_id, user_id) do update set role = 'owner', status = 'active'
      where member.role <> 'owner' or member.status <> 'active'`.execute(tx);
}

export async function putRole(tx: OrgTx, userId: string, role: 'viewer' | 'member' | 'admin' | 'owner'): Promise<void> {
  await tx.updateTable('member').set({ role }).where('user_id', '=', userId).execute();
}

export async function putMemberStatus(tx: OrgTx, userId: string, status: 'active' | 'suspended'): Promise<void> {
  await tx.updateTable('member').set({ status }).where('user_id', '=', userId).execute();
}
