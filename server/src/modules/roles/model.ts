// Custom roles in words: what they are, who may make and give them, what cannot be given.
import { z } from 'zod';
import { defineErrors } from '#kernel/errors.ts';
import { idIn, idOut, nameIn, timeOut } from '#kernel/fields.ts';
import { BUILT_IN_ROLES, definePermissions, INSIDE_ROLES } from '#kernel/permissions.ts';

/** An organization with more roles than this has no roles but exceptions. */
export const ROLES_MAX = 100;

export const permissions = definePermissions('role', {
  read: {
    describe: 'See the roles of the organization and what they hold',
    all: INSIDE_ROLES,
  },
  manage: { describe: 'Make, change and delete custom roles of permissions one holds', all: ['owner', 'admin'] },
  give: { describe: 'Give custom roles to members and teams, and take them away', all: ['owner', 'admin'] },
  explain: {
    describe: 'See what a member may do, and why',
    all: ['owner', 'admin'],
    own: ['member', 'viewer', 'guest'],
  },
});

export const errors = defineErrors({
  'role.beyond_yours': {
    status: 403,
    title: 'That role holds more than you do',
    help: 'Whoever makes, changes, gives or takes a role holds all of its permissions. `errors` lists those you lack; ask somebody who has them.',
    recorded: 'denied',
  },
  'role.permission_refused': {
    status: 422,
    title: 'The role cannot hold these permissions',
    help: '`errors` lists them: they are unknown, belong to no member, or you do not hold them yourself. GET /api/v1/permissions lists all.',
  },
  'role.name_taken': {
    status: 409,
    title: 'A role with this name exists',
    help: 'Choose another name; capital letters make no difference.',
  },
  'role.too_many': {
    status: 409,
    title: 'The organization has as many roles as it may have',
    help: `There are at most ${String(ROLES_MAX)}. Delete roles that nobody holds.`,
  },
});

export const RoleRef = z.strictObject({ roleId: idIn('rol', 'Id of the role') });
export const RoleOfMember = RoleRef.extend({ memberId: idIn('mem', 'Id of the membership') });

const description = z
  .string()
  .trim()
  .max(500)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'holds no control characters');
const permissionNames = z
  .array(z.string().min(1).max(100))
  .min(1)
  .max(200)
  .describe('Names of permissions, such as `api_key:revoke`; each must be held by who makes the role');

export const NewRole = z.strictObject({
  name: nameIn('Name shown to people'),
  description: description.default('').describe('What it is for'),
  permissions: permissionNames,
});
export type NewRole = z.output<typeof NewRole>;

export const RoleChange = z.strictObject({
  name: nameIn('Name shown to people').optional(),
  description: description.optional(),
  permissions: permissionNames.optional(),
});
export type RoleChange = z.output<typeof RoleChange>;

export const Role = z.object({
  id: idOut('rol', 'Never changes'),
  name: z.string(),
  description: z.string(),
  permissions: z.array(z.string()),
  members: z.int().describe('Members who have it themselves'),
  teams: z.int().describe('Teams that have it'),
  version: z.int(),
  createdAt: timeOut,
});

export const RoleEnded = z.object({
  ended: z.object({
    members: z.int().describe('Members who had the role themselves'),
    teams: z.int().describe('Teams that had it'),
  }),
});

/** Names joined by commas: a preview changes nothing, so it is read, and has no body. */
export const PreviewQuery = z.strictObject({
  permissions: z
    .string()
    .max(8_000)
    .transform((text) => text.split(',').filter((name) => name !== ''))
    .describe('The permissions that the role would hold, joined by commas'),
});

const names = z.array(z.string());

export const Preview = z.object({
  added: names.describe('Permissions that the role does not hold now'),
  removed: names.describe('Permissions that it would not hold any more'),
  refused: names.describe('Permissions that you cannot put into it'),
  people: z
    .array(
      z.object({
        memberId: idOut('mem', 'Membership'),
        name: z.string(),
        email: z.string(),
        gains: names.describe('Permissions that they do not hold in any other way'),
        loses: names.describe('Permissions that they hold in no other way'),
      }),
    )
    .describe('Everybody who would hold more or less, at most 200'),
  isWhole: z.boolean().describe('Whether `people` are all of them'),
});

export const PermissionList = z.object({
  items: z.array(
    z.object({
      name: z.string(),
      description: z.string(),
      builtIn: z.array(z.enum(BUILT_IN_ROLES)).describe('Built-in roles that hold it for everything of its kind'),
      own: z.array(z.enum(BUILT_IN_ROLES)).describe('Built-in roles that hold it for what is theirs'),
      isKeyScope: z.boolean().describe('Whether an API key can be given it'),
      isGivable: z.boolean().describe('Whether you could put it into a role'),
    }),
  ),
});

export const MemberRef = z.strictObject({ memberId: idIn('mem', 'Id of the membership') });

/** Custom roles of a member, each time they have it. */
export const HeldRoles = z.array(
  z.object({
    id: idOut('rol', 'Custom role'),
    name: z.string(),
    team: z
      .object({ id: idOut('tem', 'Team'), name: z.string() })
      .nullable()
      .describe('The team it comes by; null when given to the member'),
  }),
);

export const EffectivePermissions = z.object({
  role: z.enum(BUILT_IN_ROLES),
  roles: HeldRoles.describe('Custom roles beside the built-in one'),
  items: z.array(
    z.object({
      permission: z.string(),
      reach: z.enum(['all', 'own']).describe('For everything of its kind, or for what is the member’s own'),
      from: z.array(z.string()).describe('Why: `role owner`, `role "Name"`, `role "Name" of team "Name"`'),
    }),
  ),
});
