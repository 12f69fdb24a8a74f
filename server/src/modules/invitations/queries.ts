// SQL of invitations. No tenant predicate is written: row security adds it.
import { sql } from 'kysely';
import type { Lookup } from '#db/lookup.ts';
import type { OrgTx, SystemTx } from '#db/scope.ts';
import type { RowFilter } from '#kernel/authorize.ts';
import { defineList, type ListQuery } from '#kernel/list.ts';
import { listPage } from '#kernel/page.ts';
import type { BuiltInRole } from '#kernel/permissions.ts';

export type State = 'open' | 'accepted' | 'expired' | 'canceled';

type Inviter = { readonly member_id: string; readonly name: string };

/** As they are now: one that is open and past its time has expired. */
const state = sql<State>`case when state = 'open' and expires_at <= now() then 'expired' else state end`;

function shown(tx: OrgTx) {
  const inviters = sql<Inviter>`(select * from list_inviters())`.as<'inviters'>('inviters');
  return tx
    .selectFrom('invitation')
    .leftJoin(inviters, (join) => join.onRef('inviters.member_id', '=', 'invitation.invited_by'))
    .select(['id', 'email', 'role', state.as('state'), 'invited_by', 'inviters.name as inviter_name'])
    .select(['created_at', 'sent_at', 'expires_at', 'ended_at', 'version'])
    .select(['object_kind', 'object_id', 'rank', 'grant_expires_at'])
    .select(sql<string | null>`object_name(object_kind, object_id)`.as('object_name'));
}

export type ShownInvitation = NonNullable<Awaited<ReturnType<typeof findShownInvitation>>>;

export function findShownInvitation(tx: OrgTx, id: string) {
  return shown(tx).where('id', '=', id).executeTakeFirst();
}

export const invitationList = defineList({
  sorts: {
    createdAt: { column: 'id', type: 'uuid' },
    sentAt: { column: 'sent_at', type: 'timestamptz' },
    expiresAt: { column: 'expires_at', type: 'timestamptz' },
    email: { column: 'email', type: 'text' },
    role: { column: 'role', type: 'text' },
  },
  first: '-createdAt',
  search: ['email'],
});

type InvitationQuery = ListQuery & { readonly state?: State | undefined; readonly role?: BuiltInRole | undefined };

export function listInvitations(tx: OrgTx, rows: RowFilter<'invitation'>, asked: InvitationQuery) {
  let query = shown(tx);
  if (asked.state !== undefined) query = query.where(state, '=', asked.state);
  if (asked.role !== undefined) query = query.where('role', '=', asked.role);
  return listPage(rows, asked, query, invitationList);
}

const columns = ['id', 'email', 'role', 'invited_by', 'token_hash', 'version'] as const;
const shareColumns = ['object_kind', 'object_id', 'rank', 'grant_expires_at'] as const;
/** Nothing has ended it yet; that its time is over may be all that does. */
const isHeld = sql<boolean>`state = 'open'`.as('is_held');

export type InvitationRow = NonNullable<Awaited<ReturnType<typeof lockInvitation>>>;

export function lockInvitation(tx: OrgTx, id: string) {
  return tx
    .selectFrom('invitation')
    .select([...columns, ...shareColumns, state.as('state'), isHeld])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

type NewRow = {
  readonly org_id: string;
  readonly id: string;
  readonly email: string;
  readonly role: BuiltInRole;
  readonly invited_by: string;
  readonly token_hash: Buffer;
  readonly created_at: Date;
  readonly sent_at: Date;
  readonly expires_at: Date;
} & SharedColumns;

/** What a guest is invited into; nothing for everybody else. */
export type SharedColumns = {
  readonly object_kind: string | null;
  readonly object_id: string | null;
  readonly rank: number | null;
  readonly grant_expires_at: Date | null;
};

/** False when the address has one that is open. One that has expired gives way. */
export async function insertInvitation(tx: OrgTx, row: NewRow): Promise<boolean> {
  await tx
    .updateTable('invitation')
    .set((eb) => ({ state: 'expired', ended_at: eb.ref('expires_at') }))
    .where(sql<boolean>`lower(email) = lower(${row.email})`)
    .where('state', '=', 'open')
    .where('expires_at', '<=', row.created_at)
    .execute();
  const inserted = await tx
    .insertInto('invitation')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

type Renewal = {
  readonly invited_by: string;
  readonly token_hash: Buffer;
  readonly sent_at: Date;
  readonly expires_at: Date;
};

/** With a new token; the one before is nothing any more. */
export async function renewInvitation(tx: OrgTx, id: string, renewal: Renewal): Promise<void> {
  await tx
    .updateTable('invitation')
    .set((eb) => ({ ...renewal, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .execute();
}

export async function endInvitation(tx: OrgTx, id: string, how: 'accepted' | 'canceled', now: Date): Promise<void> {
  await tx
    .updateTable('invitation')
    .set((eb) => ({ state: how, ended_at: now, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .execute();
}

/** Open ones that rest on the rights of a member. */
export function listOpenOf(tx: OrgTx, memberId: string) {
  return tx
    .selectFrom('invitation')
    .select(['id', 'role'])
    .where('invited_by', '=', memberId)
    .where(state, '=', 'open')
    .orderBy('id')
    .forUpdate()
    .execute();
}

export type FoundInvitation = {
  readonly org_id: string;
  readonly id: string;
  readonly email: string;
  readonly role: BuiltInRole;
  readonly state: State;
  readonly expires_at: Date;
  /** The organization's name. */
  readonly organization: string;
  /** The account of the address, whatever its status; null where there is none. */
  readonly user_id: string | null;
  readonly user_status: 'active' | 'suspended' | null;
  readonly idle_minutes: number | null;
  readonly absolute_minutes: number | null;
  readonly password_length_min: number | null;
  readonly console_networks: readonly string[] | null;
  readonly object_kind: string | null;
  readonly rank: number | null;
};

/** What a token is for, whatever has become of it. */
export async function findInvitation(lookup: Lookup, hash: Buffer): Promise<FoundInvitation | undefined> {
  const rows = await lookup<FoundInvitation>('find_invitation', [hash]);
  return rows[0];
}

const ROWS_MAX = 10_000;

/** As the maintenance role. */
export async function deleteOldInvitations(tx: SystemTx, days: number): Promise<void> {
  await sql`
    delete from invitation where (org_id, id) in (
      select org_id, id from invitation where expires_at < now() - make_interval(days => ${days}) limit ${ROWS_MAX})`.execute(
    tx,
  );
}

export async function findOrganizationName(lookup: Lookup, orgId: string): Promise<string | undefined> {
  const rows = await lookup<{ readonly name: string }>('find_organization_name', [orgId]);
  return rows[0]?.name;
}

export type Invited = {
  readonly email: string;
  readonly role: BuiltInRole;
  readonly object_kind: string | null;
  readonly rank: number | null;
};

/** Whom an invitation of the organization is for, asked before its mail is written anew. */
export async function findInvited(lookup: Lookup, orgId: string, id: string): Promise<Invited | undefined> {
  const rows = await lookup<Invited>('find_invited', [orgId, id]);
  return rows[0];
}
