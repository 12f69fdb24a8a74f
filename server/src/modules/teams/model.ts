// Teams in words: members together, led by some of them, with roles that everybody in them holds.
import { z } from 'zod';
import { defineErrors } from '#kernel/errors.ts';
import { idIn, idOut, nameIn, timeOut } from '#kernel/fields.ts';
import { definePermissions, INSIDE_ROLES } from '#kernel/permissions.ts';

export const permissions = definePermissions('team', {
  read: {
    describe: 'See the teams of the organization and who is in them',
    all: INSIDE_ROLES,
  },
  manage: { describe: 'Make, change and delete teams, and say who leads them', all: ['owner', 'admin'] },
  // A team counts as its leads' own.
  fill: { describe: 'Add members to a team and take them out', all: ['owner', 'admin'], own: ['member', 'viewer'] },
});

export const errors = defineErrors({
  'team.name_taken': {
    status: 409,
    title: 'A team with this name exists',
    help: 'Choose another name; capital letters make no difference.',
  },
  'team.beyond_yours': {
    status: 403,
    title: 'What is granted to this team is more than you may do yourself',
    help: 'Nobody gives others what they do not hold. Ask somebody who leads the team, or an owner.',
    recorded: 'denied',
  },
});

export const TeamRef = z.strictObject({ teamId: idIn('tem', 'Id of the team') });
export const TeamMemberRef = TeamRef.extend({ memberId: idIn('mem', 'Id of the membership') });
export const TeamRoleRef = TeamRef.extend({ roleId: idIn('rol', 'Id of the custom role') });

const description = z
  .string()
  .trim()
  .max(500)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'holds no control characters')
  .describe('What the team is for');

export const NewTeam = z.strictObject({ name: nameIn('Name shown to people'), description: description.default('') });
export type NewTeam = z.output<typeof NewTeam>;

export const TeamChange = z.strictObject({
  name: nameIn('Name shown to people').optional(),
  description: description.optional(),
});
export type TeamChange = z.output<typeof TeamChange>;

export const Team = z.object({
  id: idOut('tem', 'Never changes'),
  name: z.string(),
  description: z.string(),
  members: z.int(),
  roles: z
    .array(z.object({ id: idOut('rol', 'Custom role'), name: z.string() }))
    .describe('Roles that everybody in it holds'),
  isYours: z.boolean().describe('Whether you are in it'),
  isLedByYou: z.boolean().describe('Whether you lead it'),
  version: z.int(),
  createdAt: timeOut,
});

export const TeamMember = z.object({
  memberId: idOut('mem', 'Membership'),
  name: z.string(),
  email: z.string(),
  isLead: z.boolean(),
  joinedAt: timeOut,
});

export const PlaceFilter = z.enum(['lead', 'member']);

export const TeamPlace = z.strictObject({
  isLead: z
    .boolean()
    .optional()
    .describe('Leads add and take out members; only who manages teams makes and unmakes leads'),
});

export const TeamEnded = z.object({
  ended: z.object({
    members: z.int().describe('Members who were in it'),
    roles: z.int().describe('Roles it gave them'),
  }),
});
