// Invitations in words: a role for whoever reads mail at an address, open for a week.
import { z } from 'zod';
import { defineErrors } from '#kernel/errors.ts';
import { idIn, idOut, nameIn, secretIn, timeOut } from '#kernel/fields.ts';
import { BUILT_IN_ROLES, definePermissions, INSIDE_ROLES } from '#kernel/permissions.ts';
import { GrantEnd, GrantObject, Level } from '#modules/grants.ts';
import { Email, Password } from '#modules/identity.ts';

export const LIVE_DAYS = 7;
export const STATES = ['open', 'accepted', 'expired', 'canceled'] as const;

export const permissions = definePermissions('invitation', {
  read: { describe: 'See who is invited, by whom, and what became of it', all: ['owner', 'admin'] },
  create: { describe: 'Invite people, with a role that you cover', all: ['owner', 'admin'] },
  update: { describe: 'Send invitations again, and cancel them', all: ['owner', 'admin'] },
  accept: { describe: 'Accept an invitation to your own address', own: BUILT_IN_ROLES },
});

export const errors = defineErrors({
  'invitation.already_member': {
    status: 409,
    title: 'This person is a member of the organization',
    help: 'Change their role on the page of members instead, or grant them the object; a membership that is suspended can be resumed there.',
  },
  'invitation.already_open': {
    status: 409,
    title: 'This address has an open invitation',
    help: 'Send it again or cancel it: there is one at a time for an address.',
  },
  'invitation.link_refused': {
    status: 403,
    title: 'The link of the invitation is not valid',
    help: 'Links work once, and a newer mail replaces an older one. Look for the newest, or ask for another.',
    recorded: 'denied',
  },
  'invitation.over': {
    status: 409,
    title: 'The invitation is not open any more',
    help: 'See `detail`. Ask whoever invited you for another.',
  },
  'invitation.inviter_lost_right': {
    status: 409,
    title: 'Whoever invited you may not give this role any more',
    help: 'They left, were suspended, or have another role now. Ask somebody else of the organization to invite you.',
  },
  'invitation.wrong_password': {
    status: 401,
    title: 'The password of the account that this address has is wrong',
    help: 'Check it. After several failures wait as long as `Retry-After` says, or ask for a reset.',
    recorded: 'denied',
  },
  'invitation.has_account': {
    status: 409,
    title: 'This address has an account',
    help: 'Accept with its password, and without a name.',
  },
  'invitation.other_address': {
    status: 403,
    title: 'The invitation is for another address than that of your account',
    help: 'Sign out, and accept with the account of the address it was sent to.',
    recorded: 'denied',
  },
});

export const InvitationRef = z.strictObject({ invitationId: idIn('inv', 'Id of the invitation') });
export const NewInvitation = z.strictObject({
  email: Email,
  role: z.enum(INSIDE_ROLES).describe('Never more than you hold yourself; owners are invited by owners'),
});

/** A guest manages nothing, so lets nobody else in. */
export const GuestLevel = Level.extract(['viewer', 'editor']).describe('viewer: sees it · editor: changes it too');
export const NewGuest = z.strictObject({
  email: Email,
  level: GuestLevel,
  expiresAt: GrantEnd.default(null),
});

export const Invitation = z.object({
  id: idOut('inv', 'Invitation'),
  email: z.string(),
  role: z.enum(BUILT_IN_ROLES),
  shares: z
    .object({ object: GrantObject, level: GuestLevel, expiresAt: timeOut.nullable() })
    .nullable()
    .describe('The one object that a guest is invited into; null for everybody else'),
  state: z.enum(STATES),
  invitedBy: z
    .object({ memberId: idOut('mem', 'Membership'), name: z.string() })
    .nullable()
    .describe('Null when they are no member any more'),
  createdAt: timeOut,
  sentAt: timeOut.describe('When the newest mail was queued'),
  expiresAt: timeOut,
  endedAt: timeOut.nullable().describe('When it was accepted or canceled'),
  version: z.int(),
});

const token = secretIn('The token of the link: what stands behind `#token=`', 1, 200);
export const InvitationToken = z.strictObject({ token });
export const Acceptance = z.strictObject({
  token,
  password: Password.describe('Of the account that the address has; else the one that the new account is to have'),
  name: nameIn('Name shown to people')
    .optional()
    .describe('For a new account, where the address has none; absent for the account it has'),
});

export const SeenInvitation = z.object({
  organization: z.object({ name: z.string() }),
  email: z.string(),
  role: z.enum(BUILT_IN_ROLES),
  shares: z
    .object({ kind: z.string().describe('What it is, in words'), level: GuestLevel })
    .nullable()
    .describe('What a guest is invited into; what it is called is told to who accepts'),
  expiresAt: timeOut,
  hasAccount: z.boolean().describe('Whether the address has an account here, which accepts with its password'),
});
