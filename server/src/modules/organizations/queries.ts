// SQL of organizations. No tenant predicate is written: row security adds it.
import type { Lookup } from '#db/lookup.ts';
import type { OrgTx } from '#db/scope.ts';

const columns = ['org_id', 'name', 'slug', 'personal_of', 'version', 'created_at'] as const;

/** The organization of the current scope. */
export function findOrganization(tx: OrgTx) {
  return tx.selectFrom('organization').select(columns).executeTakeFirst();
}

export function lockOrganization(tx: OrgTx) {
  return tx.selectFrom('organization').select(columns).forUpdate().executeTakeFirst();
}

/** Who is in the organization, and as what, is changed by one at a time: whoever does it begins here. What refers to it goes on. */
export async function lockMemberships(tx: OrgTx): Promise<void> {
  await tx.selectFrom('organization').select('org_id').forNoKeyUpdate().execute();
}

export function updateName(tx: OrgTx, name: string) {
  return tx
    .updateTable('organization')
    .set((eb) => ({ name, version: eb('version', '+', 1) }))
    .returning(columns)
    .executeTakeFirstOrThrow();
}

type NewRow = {
  readonly org_id: string;
  readonly name: string;
  readonly slug: string;
  /** Whose personal one it is. */
  readonly personal_of?: string;
  readonly created_at: Date;
};

/** Undefined when the slug is taken, or the person has a personal one. */
export function insertOrganization(tx: OrgTx, row: NewRow) {
  return tx
    .insertInto('organization')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returning(columns)
    .executeTakeFirst();
}

/** The id of the organization that a command on the host names; undefined for none. */
export async function findOrganizationBySlug(lookup: Lookup, slug: string): Promise<string | undefined> {
  const rows = await lookup<{ readonly org_id: string }>('find_organization', [slug]);
  return rows[0]?.org_id;
}

/** The slug of the organization of a credential; undefined when it is gone. */
export async function findSlug(lookup: Lookup, orgId: string): Promise<string | undefined> {
  return (await lookup<{ readonly slug: string }>('find_slug', [orgId]))[0]?.slug;
}

/** Whether somebody is in no organization, suspended or not, and has no personal one. */
export async function belongsNowhere(lookup: Lookup, userId: string): Promise<boolean> {
  return (await lookup<{ readonly nowhere: boolean }>('belongs_nowhere', [userId]))[0]?.nowhere === true;
}

/** Whether it was founded for somebody who belonged to no other: nothing that the operator set up for the installation is for it. */
export async function isPersonal(lookup: Lookup, orgId: string): Promise<boolean> {
  return (await lookup<{ readonly personal: boolean }>('is_personal', [orgId]))[0]?.personal === true;
}
