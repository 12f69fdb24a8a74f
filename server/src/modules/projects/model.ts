// Projects in words: a part of the organization with members of its own, some of whom lead it.
import { z } from 'zod';
import { defineErrors } from '#kernel/errors.ts';
import { idIn, idOut, nameIn, timeOut } from '#kernel/fields.ts';
import { definePermissions, INSIDE_ROLES } from '#kernel/permissions.ts';

export const permissions = definePermissions('project', {
  // A project counts as everybody's own who is in it.
  read: { describe: 'See projects and who is in them', all: ['owner', 'admin'], own: ['member', 'viewer'] },
  create: { describe: 'Make projects', all: ['owner', 'admin'] },
  update: { describe: 'Change projects, archive them and bring them back', all: ['owner', 'admin'] },
  delete: { describe: 'Delete projects that are archived', all: ['owner', 'admin'] },
  // Here it counts as the own of its leads alone.
  manage_members: {
    describe: 'Add members to projects and take them out',
    all: ['owner', 'admin'],
    own: ['member', 'viewer'],
  },
  leave: { describe: 'Leave a project', own: INSIDE_ROLES },
});

export const errors = defineErrors({
  'project.name_taken': {
    status: 409,
    title: 'A project with this name exists',
    help: 'Choose another name; capital letters make no difference. Archived projects keep no name.',
  },
  'project.archived': {
    status: 409,
    title: 'The project is archived',
    help: 'Bring it back first. Members can leave an archived project, and be taken out of it.',
  },
  'project.beyond_yours': {
    status: 403,
    title: 'What is shared with this project is more than you may do yourself',
    help: 'Nobody gives others what they do not hold. Ask somebody who leads the project, or an owner.',
    recorded: 'denied',
  },
  'project.not_archived': {
    status: 409,
    title: 'The project is in use',
    help: 'Archive it first; what is archived can be brought back, what is deleted cannot.',
  },
});

export const ProjectRef = z.strictObject({ projectId: idIn('prj', 'Id of the project') });
export const ProjectMemberRef = ProjectRef.extend({ memberId: idIn('mem', 'Id of the membership') });
export const MemberRef = z.strictObject({ memberId: idIn('mem', 'Id of the membership') });

const description = z
  .string()
  .trim()
  .max(500)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'holds no control characters')
  .describe('What the project is for');

export const NewProject = z.strictObject({
  name: nameIn('Name shown to people'),
  description: description.default(''),
});
export type NewProject = z.output<typeof NewProject>;

export const ProjectChange = z.strictObject({
  name: nameIn('Name shown to people').optional(),
  description: description.optional(),
});
export type ProjectChange = z.output<typeof ProjectChange>;

export const ProjectStatus = z.enum(['active', 'archived']);

export const Project = z.object({
  id: idOut('prj', 'Never changes'),
  name: z.string(),
  description: z.string(),
  status: ProjectStatus,
  members: z.int(),
  isYours: z.boolean().describe('Whether you are in it'),
  isLedByYou: z.boolean().describe('Whether you lead it'),
  version: z.int(),
  createdAt: timeOut,
  createdBy: idOut('usr', 'Who made it')
    .nullable()
    .describe('Null where that is no member of the organization any more'),
  archivedAt: timeOut.nullable(),
});

export const ProjectMember = z.object({
  memberId: idOut('mem', 'Membership'),
  name: z.string(),
  email: z.string(),
  isLead: z.boolean(),
  addedAt: timeOut,
});

export const PlaceFilter = z.enum(['lead', 'member']);

export const ProjectPlace = z.strictObject({
  isLead: z
    .boolean()
    .optional()
    .describe('Leads add and take out members; only who manages the members of all projects makes and unmakes leads'),
});

export const ProjectEnded = z.object({
  ended: z.object({ members: z.int().describe('Members who were in it') }),
});

export const ProjectsOfMember = z.object({
  items: z.array(
    z.object({
      id: idOut('prj', 'Project'),
      name: z.string(),
      status: ProjectStatus,
      isLead: z.boolean(),
      addedAt: timeOut,
    }),
  ),
});
