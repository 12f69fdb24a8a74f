// SQL of sessions: rows of a person that name the organization the session is in.
import { sql } from 'kysely';
import type { Lookup } from '#db/lookup.ts';
import type { OrgTx, PersonTx } from '#db/scope.ts';
import type { RowFilter } from '#kernel/authorize.ts';
import { defineList, type ListQuery } from '#kernel/list.ts';
import { listPage } from '#kernel/page.ts';
import type { BuiltInRole } from '#kernel/permissions.ts';
import type { FactorKind, Proof } from '#kernel/principal.ts';

export const SESSIONS_MAX = 10;

type NewSession = {
  readonly user_id: string;
  readonly id: string;
  readonly org_id: string;
  readonly token_hash: Buffer;
  readonly created_at: Date;
  readonly last_seen_at: Date;
  readonly proven_at: Date;
  readonly proven_by: string;
  readonly signed_in_at: Date;
  readonly idle_minutes: number;
  readonly expires_at: Date;
  readonly address: string;
  readonly device: string;
};

export async function insertSession(tx: PersonTx, row: NewSession): Promise<void> {
  await tx.insertInto('session').values(row).execute();
}

/** Ends the oldest sessions beyond the ten a person may have; returns how many. The person's row is locked by now. */
export async function deleteOldestSessions(tx: PersonTx): Promise<number> {
  const kept = tx
    .selectFrom('session')
    .select('id')
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(SESSIONS_MAX);
  const ended = await tx.deleteFrom('session').where('id', 'not in', kept).executeTakeFirst();
  return Number(ended.numDeletedRows);
}

export function findSession(tx: PersonTx, id: string) {
  return tx
    .selectFrom('session')
    .select(['id', 'user_id as owner_user_id', 'org_id', 'proven_at', 'proven_by', 'signed_in_at', 'expires_at'])
    .where('id', '=', id)
    .executeTakeFirst();
}

/** Whether it was there: of any number at once, one ends it. */
export async function deleteSession(tx: PersonTx, id: string): Promise<boolean> {
  const ended = await tx.deleteFrom('session').where('id', '=', id).executeTakeFirst();
  return ended.numDeletedRows > 0n;
}

/** The person's sessions that are alive, newest first. */
export const sessionList = defineList({
  sorts: {
    createdAt: { column: 'id', type: 'uuid' },
    lastSeenAt: { column: 'last_seen_at', type: 'timestamptz' },
    expiresAt: { column: 'expires_at', type: 'timestamptz' },
  },
  first: '-createdAt',
  search: ['device', 'address'],
});

export function listSessions(tx: PersonTx, rows: RowFilter<'session'>, asked: ListQuery) {
  return listPage(
    rows,
    asked,
    tx
      .selectFrom('session')
      .select(['id', 'org_id', 'created_at', 'last_seen_at', 'proven_at', 'expires_at', 'address', 'device'])
      .where('expires_at', '>', sql<Date>`now()`)
      .where('last_seen_at', '>', sql<Date>`now() - make_interval(mins => idle_minutes)`),
    sessionList,
  );
}

type OwnOrganization = {
  readonly org_id: string;
  readonly user_id: string;
  readonly name: string;
  readonly slug: string;
  readonly role: BuiltInRole;
};

export const organizationList = defineList({
  sorts: { name: { column: 'mine.name', type: 'text' } },
  first: 'name',
  search: ['mine.name', 'mine.slug'],
  unique: { column: 'mine.org_id', type: 'uuid' },
});

/** Organizations in which the person is an active member. */
export function listOwnOrganizations(tx: PersonTx, rows: RowFilter<'own_organization'>, asked: ListQuery) {
  const query = tx
    .selectFrom(sql<OwnOrganization>`(select * from list_own_organizations())`.as<'mine'>('mine'))
    .select(['mine.org_id', 'mine.name', 'mine.slug', 'mine.role']);
  return listPage(rows, asked, query, organizationList);
}

export type SeenSession = {
  readonly id: string;
  readonly created_at: Date;
  readonly last_seen_at: Date;
  readonly proven_at: Date;
  readonly expires_at: Date;
  readonly address: string;
  readonly device: string;
};

/** Sessions that a member has in the current organization, at most ten. */
export async function listMemberSessions(tx: OrgTx, memberId: string): Promise<readonly SeenSession[]> {
  const { rows } = await sql<SeenSession>`select * from list_member_sessions(${memberId})`.execute(tx);
  return rows;
}

/** Ends one session of a member in the current organization, or all; returns how many. */
export async function endMemberSessions(tx: OrgTx, memberId: string, sessionId: string | null): Promise<number> {
  const { rows } = await sql<{ ended: string }>`
    select end_member_sessions(${memberId}, ${sessionId}) as ended`.execute(tx);
  return Number(rows[0]?.ended ?? 0);
}

export type IdentifiedSession = {
  readonly user_id: string;
  readonly session_id: string;
  readonly org_id: string;
  readonly member_id: string;
  readonly role: BuiltInRole;
  /** Names of permissions by custom roles. */
  readonly granted: readonly string[];
  readonly epoch: string;
  readonly proven_at: Date;
  readonly proven_by: Proof;
  readonly factor_kinds: readonly FactorKind[];
  readonly required: 'none' | 'admins' | 'all' | null;
  readonly allowed_kinds: readonly FactorKind[] | null;
  /** The organization has given the person time to enroll, and it is not over. */
  readonly in_grace: boolean;
  readonly is_probe: boolean;
  readonly console_networks: readonly string[] | null;
};

/** Who holds the token with this hash, if the session and the membership are alive. */
export async function identifySession(lookup: Lookup, hash: Buffer): Promise<IdentifiedSession | undefined> {
  const rows = await lookup<IdentifiedSession>('identify_session', [hash]);
  return rows[0];
}
