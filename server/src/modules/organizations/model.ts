// The organization (tenant) in words: its fields, permissions and errors.
import { z } from 'zod';
import { defineErrors } from '#kernel/errors.ts';
import { idOut, nameIn, timeOut } from '#kernel/fields.ts';
import { definePermissions, INSIDE_ROLES } from '#kernel/permissions.ts';

export const permissions = definePermissions('organization', {
  read: { describe: 'See the name and settings of the organization', all: INSIDE_ROLES },
  update: { describe: 'Change the name and settings of the organization', all: ['owner', 'admin'] },
});

/** The one right over everything that decides how people and programs get in. */
export const securityPermissions = definePermissions('security_configuration', {
  manage: {
    describe:
      'Manage what decides how people and programs get in: sign-in policy, network rules, SSO, SCIM, keys of the organization',
    all: ['owner'],
  },
});

/** Whether a permission is about the whole installation: in a personal organization nobody can use it. */
export function isOfInstallation(permission: string): boolean {
  return permission.startsWith('controls:');
}

export const errors = defineErrors({
  'organization.slug_taken': {
    status: 409,
    title: 'An organization with this slug exists',
    help: 'Choose another slug; slugs are unique on this installation.',
  },
});

export const Slug = z
  .string()
  .min(2)
  .max(40)
  .regex(/^[a-z0-9](-?[a-z0-9])+$/, 'has lower-case letters, digits and single hyphens')
  .describe('Short name for addresses, unique on this installation');

export const NewOrganization = z.strictObject({ name: nameIn('Name shown to people'), slug: Slug });
export type NewOrganization = z.output<typeof NewOrganization>;

export const OrganizationChange = z.strictObject({ name: nameIn('Name shown to people') });

export const Organization = z.object({
  id: idOut('org', 'Never changes'),
  name: z.string(),
  slug: z.string(),
  isPersonal: z.boolean().describe('Founded for somebody who belonged to no other'),
  version: z.int(),
  createdAt: timeOut,
});
