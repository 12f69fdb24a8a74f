// Membership in words: who is in the organization, with which role.
import { z } from 'zod';
import { defineErrors } from '#kernel/errors.ts';
import { idOut, timeOut } from '#kernel/fields.ts';
import { BUILT_IN_ROLES, definePermissions, INSIDE_ROLES } from '#kernel/permissions.ts';

export const permissions = definePermissions('member', {
  read: { describe: 'See who is in the organization', all: INSIDE_ROLES },
});

export const errors = defineErrors({
  'member.beyond_yours': {
    status: 403,
    title: 'That is more than you hold yourself',
    help: 'Nobody gives, changes or takes away rights beyond their own, and only owners make or unmake owners. Ask somebody who holds them.',
    recorded: 'denied',
  },
  'member.is_guest': {
    status: 409,
    title: 'A guest has what was granted to them by name, and no place that others share',
    help: 'Grant them the object itself, or change their role first: then they belong to the organization.',
  },
});

export const Member = z.object({
  id: idOut('mem', 'Membership'),
  userId: idOut('usr', 'Person'),
  name: z.string(),
  email: z.string(),
  role: z.enum(BUILT_IN_ROLES),
  status: z.enum(['active', 'suspended']),
  version: z.int(),
  createdAt: timeOut,
});
