// A home for whoever belongs to no organization: a personal one, founded by the sign-in that finds them without.
import type { StoredDataKey } from '#crypto/data-keys.ts';
import type { OrgTx } from '#db/scope.ts';
import type { Context } from '#kernel/context.ts';
import { encodeId } from '#kernel/fields.ts';
import type { Tools } from '#kernel/tools.ts';
import { findOwnAccount } from '#modules/identity.ts';
import { insertDataKey } from '#modules/keyring.ts';
import { insertMember } from '#modules/members.ts';
import { belongsNowhere, insertOrganization } from '#modules/organizations.ts';
import { errors } from './model.ts';

/** What the sign-in founds in its own transaction; the organization has no rules of its own yet. */
export type PreparedHome = {
  readonly memberId: string;
  readonly name: string;
  readonly slug: string;
  readonly dataKey: StoredDataKey;
};

/** A random end of a public id keeps slugs apart and says nothing of the person. */
const SLUG_LETTERS = 12;

/** Undefined for who belongs somewhere, be it suspended, and where the operator gives nobody a home. */
export async function prepareHome(tools: Tools, userId: string) {
  if (!tools.hasPersonalOrganizations || !(await belongsNowhere(tools.lookup, userId))) return undefined;
  const account = await findOwnAccount(tools.lookup, userId);
  if (account === undefined) return undefined;
  const orgId = tools.newId();
  const home: PreparedHome = {
    memberId: tools.newId(),
    name: account.name,
    slug: `own-${encodeId('org', orgId).slice(-SLUG_LETTERS)}`,
    dataKey: await tools.keyring.newDataKey(orgId),
  };
  return { org_id: orgId, idle_minutes: null, absolute_minutes: null, home };
}

type Founding = Pick<Context<OrgTx>, 'tx' | 'now' | 'note'>;
type Opened = { readonly userId: string; readonly orgId: string; readonly home?: PreparedHome | undefined };

/** Of any number of sign-ins at once one founds it: throws `session.founded_meanwhile` for the others, which sign in again. */
export async function foundHome({ tx, now, note }: Founding, { userId, orgId, home }: Opened): Promise<void> {
  if (home === undefined) return;
  const { name, slug, memberId, dataKey } = home;
  const founded = await insertOrganization(tx, { org_id: orgId, name, slug, personal_of: userId, created_at: now });
  if (founded === undefined) throw errors['session.founded_meanwhile']();
  await insertMember(tx, { org_id: orgId, id: memberId, user_id: userId, role: 'owner', created_at: now });
  await insertDataKey(tx, dataKey, now);
  note({ founded: orgId, slug, dataKey: dataKey.id, kek: dataKey.kekId });
}
