// Access in words: what is told of each, and to whom.
import { z } from 'zod';
import { timeOut } from '#kernel/fields.ts';
import { definePermissions } from '#kernel/permissions.ts';
import { ACCESS_KINDS, FLAGS } from './access.ts';

export const reportPermissions = definePermissions('access_report', {
  read: {
    describe: 'See who has which access to the organization, and when it was last used',
    all: ['owner', 'admin'],
  },
});

export const ReportQuery = z.strictObject({
  kind: z.enum(ACCESS_KINDS).optional().describe('Only access of this kind'),
  flag: z.enum(FLAGS).optional().describe('Only access with this flag'),
});

export const AccessItem = z.object({
  kind: z.enum(ACCESS_KINDS),
  id: z.string().describe('Ids of what the access is, joined by `/`: a member and a role, a key'),
  holder: z.string().describe('Whom it belongs to: a person, a team, an address'),
  email: z.string().nullable(),
  userId: z
    .string()
    .nullable()
    .describe('The person who has it, or answers for it; null when it is nobody’s in particular'),
  title: z.string().describe('The role, team, project or key that it is'),
  gives: z.array(z.string()).describe('Role, permissions or scopes; of a place in a project what is shared with it'),
  grantedAt: timeOut,
  grantedBy: z.string().nullable().describe('The person, where that is kept; the log tells of the rest'),
  lastUsedAt: timeOut
    .nullable()
    .describe(
      'Of a membership: when its newest session was last seen, null when none is left. Of a key: its last call',
    ),
  expiresAt: timeOut.nullable(),
  flags: z.array(z.enum(FLAGS)).describe('What about it deserves a look'),
});

export const AccessReport = z.object({
  madeAt: timeOut,
  kinds: z
    .array(
      z.object({
        kind: z.enum(ACCESS_KINDS),
        description: z.string(),
        count: z.int().describe('So many there are, whether or not they are in `items`'),
      }),
    )
    .describe('What was looked at'),
  items: z.array(AccessItem),
  isWhole: z.boolean().describe('False when there is more than is told: ask for one kind at a time'),
});
