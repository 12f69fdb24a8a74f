// Grants in words: who may do what with one object, beside what their role lets them do with all of them.
import { z } from 'zod';
import { defineErrors } from '#kernel/errors.ts';
import { idIn, idOut, timeOut } from '#kernel/fields.ts';
import { BUILT_IN_ROLES, definePermissions, GRANT_LEVELS } from '#kernel/permissions.ts';

const admins = ['owner', 'admin'] as const;

export const permissions = definePermissions('grant', {
  read: { describe: 'See who was granted what', all: admins, granted: 'manager' },
  // What a manager of an object may do with it includes letting others in.
  give: {
    describe: 'Grant objects to members, teams and projects, as far as you hold what you give',
    all: admins,
    granted: 'manager',
  },
  end: { describe: 'Change and end grants, as far as you hold what they give', all: admins, granted: 'manager' },
});

export const ownPermissions = definePermissions('granted_object', {
  read: { describe: 'See what was granted to oneself', own: BUILT_IN_ROLES },
});

export const errors = defineErrors({
  'grant.beyond_yours': {
    status: 403,
    title: 'That is more than you may do with it yourself',
    help: 'Whoever grants something, or takes it back, holds all of it. Choose a lower level, or ask somebody who manages the object.',
    recorded: 'denied',
  },
  'grant.to_whom': {
    status: 422,
    title: 'A grant is to one: a member, a team, a project, or everybody',
    help: 'Send exactly one of `memberId`, `teamId`, `projectId` and `toEverybody`.',
  },
  'grant.unfit': {
    status: 422,
    title: 'Nobody can be granted this',
    help: 'Name a member, a team or a project of your organization.',
  },
  'grant.unfit_end': {
    status: 422,
    title: 'A grant cannot end then',
    help: 'Name an end that is still to come and at most five years away, or none.',
  },
  'grant.guest_manages': {
    status: 409,
    title: 'A guest manages nothing',
    help: 'Whoever is from elsewhere lets nobody else in, and deletes nothing. Grant them `viewer` or `editor`, or give them a role first.',
  },
  'grant.too_many': {
    status: 409,
    title: 'This object has as many grants as one can have',
    help: 'Grant it to a team, or to everybody, and end those that are not needed any more.',
  },
});

/** To one object. More than these are a team's. */
export const GRANTS_MAX = 1_000;

export const Level = z
  .enum(GRANT_LEVELS)
  .describe('viewer: sees it · editor: changes it too · manager: deletes it and grants it to others too');

const OBJECT_ID = 'Id of the object; its prefix tells the kind';
const ObjectId = z
  .string()
  .max(64)
  .regex(/^[a-z][a-z0-9_]*_[0-9a-z]{26}$/, 'is not an id')
  .describe(OBJECT_ID);
export const ObjectOf = z.strictObject({ objectId: ObjectId });
export const GrantRef = z.strictObject({ grantId: idIn('grt', 'Id of the grant') });

/** When a grant ends; the check of how far away is `endOf`. */
export const GrantEnd = z.iso
  .datetime({ offset: true })
  .nullable()
  .describe('When it ends by itself (RFC 3339), at most five years from now; null: it does not');

export const NewGrant = z.strictObject({
  level: Level,
  memberId: idIn('mem', 'To this member').optional(),
  teamId: idIn('tem', 'To everybody in this team, for as long as they are').optional(),
  projectId: idIn('prj', 'To everybody in this project, for as long as they are').optional(),
  toEverybody: z.literal(true).describe('To every member of the organization').optional(),
  expiresAt: GrantEnd.default(null),
});
export type NewGrant = z.output<typeof NewGrant>;

export const GrantChange = z.strictObject({ level: Level.optional(), expiresAt: GrantEnd.optional() });
export type GrantChange = z.output<typeof GrantChange>;

export const GrantFilter = {
  objectId: ObjectId.optional(),
  memberId: idIn('mem', 'Only to this member, by themselves').optional(),
  teamId: idIn('tem', 'Only to this team').optional(),
  projectId: idIn('prj', 'Only to this project').optional(),
  level: Level.optional(),
};

export const GrantObject = z.object({
  id: z.string().describe(OBJECT_ID),
  kind: z.string(),
  name: z.string().nullable().describe('Null where the kind has no names'),
});

export const Grant = z.object({
  id: idOut('grt', 'Grant'),
  object: GrantObject,
  level: Level,
  to: z.object({
    kind: z.enum(['member', 'team', 'project', 'everybody']),
    id: z.string().nullable().describe('Null for everybody'),
    name: z.string(),
  }),
  givenBy: z.string().nullable().describe('Name of who gave it; null when they are gone'),
  expiresAt: timeOut.nullable(),
  isOver: z.boolean().describe('Its time is over: it gives nothing'),
  version: z.int(),
  createdAt: timeOut,
});

export const MemberRef = z.strictObject({ memberId: idIn('mem', 'Id of the membership') });

export const GrantOfMember = z.object({
  object: GrantObject,
  level: Level,
  by: z
    .object({
      kind: z.enum(['member', 'team', 'project', 'everybody']),
      id: z.string().nullable(),
      name: z.string().nullable(),
    })
    .describe('By which way; a project that you may not see has neither id nor name'),
  expiresAt: timeOut.nullable(),
});

export const GrantsOfMember = z.object({
  items: z.array(GrantOfMember).describe('Each way by itself, those that hold now; none for who is suspended'),
  isWhole: z.boolean().describe('False when there are more than are told'),
});

export const GrantedObject = z.object({
  object: GrantObject,
  level: Level,
  by: z.string().describe('By which way: “you”, a team, a project, or everybody'),
  expiresAt: timeOut.nullable(),
});
