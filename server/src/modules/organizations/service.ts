// The rules of organizations.
import type { z } from 'zod';
import type { OrgTx } from '#db/scope.ts';
import type { Context } from '#kernel/context.ts';
import { encodeId } from '#kernel/fields.ts';
import { errors, type NewOrganization, type Organization } from './model.ts';
import { type findOrganization, insertOrganization, updateName } from './queries.ts';

export type OrganizationRow = NonNullable<Awaited<ReturnType<typeof findOrganization>>>;

export function toOrganization(row: OrganizationRow): z.input<typeof Organization> {
  return {
    id: encodeId('org', row.org_id),
    name: row.name,
    slug: row.slug,
    isPersonal: row.personal_of !== null,
    version: row.version,
    createdAt: row.created_at.toISOString(),
  };
}

export async function renameOrganization(ctx: Context<OrgTx>, row: OrganizationRow, name: string) {
  ctx.note({ nameBefore: row.name, nameAfter: name });
  return toOrganization(await updateName(ctx.tx, name));
}

/** Founds an organization in its own, still empty scope. */
export async function foundOrganization(
  tx: OrgTx,
  orgId: string,
  wanted: NewOrganization,
  now: Date,
): Promise<OrganizationRow> {
  const row = await insertOrganization(tx, { org_id: orgId, name: wanted.name, slug: wanted.slug, created_at: now });
  if (row === undefined) throw errors['organization.slug_taken']();
  return row;
}
