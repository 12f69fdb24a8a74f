// SQL of API keys. No tenant predicate is written: row security adds it.
import { type Insertable, sql, type Updateable } from 'kysely';
import type { Lookup } from '#db/lookup.ts';
import type { OrgTx } from '#db/scope.ts';
import type { ApiKeyTable } from '#db/types.ts';
import type { RowFilter } from '#kernel/authorize.ts';
import type { BuiltInRole } from '#kernel/permissions.ts';
import type { KeyKind } from '#kernel/principal.ts';

const columns = [
  'id',
  'kind',
  'owner_user_id',
  'responsible_user_id',
  'acts_for_people',
  'origins',
  'per_minute',
  'name',
  'scopes',
  'rotated_at',
  'previous_until',
  'expires_at',
  'revoked_at',
  'exposed_at',
  'last_used_at',
  'version',
  'created_at',
] as const;

/** Everything but hashes, with the members it acts for and how many kinds of client used it within 30 days. */
export function shownApiKeys(tx: OrgTx) {
  return tx
    .selectFrom('api_key')
    .select(columns)
    .select([
      sql<readonly string[]>`array(select l.user_id::text from api_key_person l
        where l.org_id = api_key.org_id and l.key_id = api_key.id order by 1)`.as('people'),
      sql<number>`(select count(distinct u.client)::integer from api_key_use u
        where u.org_id = api_key.org_id and u.key_id = api_key.id and u.day > to_char(now() at time zone 'UTC' - interval '30 days', 'YYYY-MM-DD'))`.as(
        'clients',
      ),
    ]);
}

export type ApiKeyRow = NonNullable<Awaited<ReturnType<typeof findApiKey>>>;

export function findApiKey(tx: OrgTx, id: string) {
  return shownApiKeys(tx).where('id', '=', id).executeTakeFirst();
}

export function lockApiKey(tx: OrgTx, id: string) {
  return shownApiKeys(tx).where('id', '=', id).forUpdate().executeTakeFirst();
}

/** What keys are called, revoked ones too. */
export function nameApiKeys(tx: OrgTx, rows: RowFilter<'api_key'>, ids: readonly string[]) {
  return tx.selectFrom('api_key').select(['id', 'name']).where('id', 'in', ids).where(rows.condition).execute();
}

export async function insertApiKey(
  tx: OrgTx,
  row: Insertable<ApiKeyTable> & { readonly id: string },
): Promise<ApiKeyRow> {
  await tx.insertInto('api_key').values(row).execute();
  return getApiKey(tx, row.id);
}

export async function updateApiKey(tx: OrgTx, id: string, change: Updateable<ApiKeyTable>): Promise<ApiKeyRow> {
  await tx
    .updateTable('api_key')
    .set(change)
    .set((eb) => ({ version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .execute();
  return getApiKey(tx, id);
}

function getApiKey(tx: OrgTx, id: string): Promise<ApiKeyRow> {
  return shownApiKeys(tx).where('id', '=', id).executeTakeFirstOrThrow();
}

/** The secret becomes the one before, until `previousUntil`; null forgets it at once. */
export async function replaceSecret(
  tx: OrgTx,
  id: string,
  change: {
    readonly secretHash: Buffer;
    readonly previousUntil: Date | null;
    readonly expiresAt: Date | null;
    readonly now: Date;
  },
): Promise<ApiKeyRow> {
  const { secretHash, previousUntil, expiresAt, now } = change;
  await tx
    .updateTable('api_key')
    .set((eb) => ({
      previous_hash: previousUntil === null ? null : eb.ref('secret_hash'),
      previous_until: previousUntil,
      secret_hash: secretHash,
      rotated_at: now,
      expires_at: expiresAt,
      version: eb('version', '+', 1),
    }))
    .where('id', '=', id)
    .execute();
  return getApiKey(tx, id);
}

/** Exactly these members are in the key's list afterwards. */
export async function putPeople(tx: OrgTx, orgId: string, keyId: string, users: readonly string[]): Promise<void> {
  await tx.deleteFrom('api_key_person').where('key_id', '=', keyId).execute();
  if (users.length === 0) return;
  await tx
    .insertInto('api_key_person')
    .values([...new Set(users)].map((user_id) => ({ org_id: orgId, key_id: keyId, user_id })))
    .execute();
}

export type ActiveRole = { readonly role: BuiltInRole; readonly granted: readonly string[] };

/** Roles of those among these people who are active members, and what custom roles give them. */
export async function findActiveRoles(tx: OrgTx, users: readonly string[]): Promise<ReadonlyMap<string, ActiveRole>> {
  const { rows } = await sql<ActiveRole & { readonly user_id: string }>`
    select user_id, role, granted from find_active_roles(${[...users]}::uuid[])`.execute(tx);
  return new Map(rows.map(({ user_id, role, granted }) => [user_id, { role, granted }]));
}

/** Revoking twice keeps the first time. */
export async function markRevoked(tx: OrgTx, ids: readonly string[], now: Date): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .updateTable('api_key')
    .set((eb) => ({ revoked_at: now, version: eb('version', '+', 1) }))
    .where('id', 'in', [...ids])
    .where('revoked_at', 'is', null)
    .execute();
}

/** Ends the key, and says why. */
export async function markExposed(tx: OrgTx, id: string, now: Date): Promise<void> {
  await tx
    .updateTable('api_key')
    .set((eb) => ({
      revoked_at: eb.fn.coalesce('revoked_at', eb.val(now)),
      exposed_at: now,
      version: eb('version', '+', 1),
    }))
    .where('id', '=', id)
    .execute();
}

/** Live keys of the organization that this member answers for, and those that act for them; locked, in the order of their ids. */
export async function lockOrganizationKeysOf(tx: OrgTx, userId: string) {
  return tx
    .selectFrom('api_key')
    .select(['id', 'name', 'responsible_user_id'])
    .where('kind', '<>', 'personal')
    .where('revoked_at', 'is', null)
    .where((eb) =>
      eb.or([
        eb('responsible_user_id', '=', userId),
        eb.exists(
          eb
            .selectFrom('api_key_person')
            .select('api_key_person.key_id')
            .whereRef('api_key_person.key_id', '=', 'api_key.id')
            .where('api_key_person.user_id', '=', userId),
        ),
      ]),
    )
    .orderBy('id')
    .forUpdate()
    .execute();
}

export async function changeResponsible(tx: OrgTx, ids: readonly string[], userId: string): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .updateTable('api_key')
    .set((eb) => ({ responsible_user_id: userId, version: eb('version', '+', 1) }))
    .where('id', 'in', [...ids])
    .execute();
}

export async function removePerson(tx: OrgTx, userId: string): Promise<void> {
  await tx.deleteFrom('api_key_person').where('user_id', '=', userId).execute();
}

/** A key, and the person it is asked to act for. */
export type KeyCaller = { readonly id: string; readonly person: string | null };

export type IdentifiedKey = KeyCaller & {
  readonly kind: KeyKind;
  readonly org_id: string;
  readonly secret_hash: Buffer;
  readonly previous_hash: Buffer | null;
  /** Whom it acts for; null for nobody. */
  readonly user_id: string | null;
  readonly member_id: string | null;
  readonly role: BuiltInRole | null;
  /** Names of permissions by custom roles of that person. */
  readonly granted: readonly string[];
  readonly scopes: readonly string[];
  /** From where it may be used: what its organization says, and what was said of it alone. */
  readonly api_networks: readonly string[] | null;
  readonly model_networks: readonly string[] | null;
  readonly key_networks: readonly string[] | null;
  readonly acts_for_people: boolean;
  readonly origins: readonly string[];
  readonly per_minute: number | null;
  readonly epoch: string;
  readonly standing: string;
};

/** Live keys among these, in one trip. */
export function identifyApiKeys(lookup: Lookup, callers: readonly KeyCaller[]): Promise<readonly IdentifiedKey[]> {
  return lookup<IdentifiedKey>('identify_api_keys', [callers.map(({ id }) => id), callers.map(({ person }) => person)]);
}

/** A key that is not revoked, with the address of whoever answers for it; never one that everybody may read. */
export async function findLeakedKey(lookup: Lookup, keyId: string) {
  const [row] = await lookup<{
    readonly org_id: string;
    readonly id: string;
    readonly name: string;
    readonly secret_hash: Buffer;
    readonly previous_hash: Buffer | null;
    readonly email: string | null;
  }>('find_leaked_api_key', [keyId]);
  return row;
}
