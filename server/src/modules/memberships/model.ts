// Movers and leavers in words: what an organization does with its members, and what ends with a membership.
import { z } from 'zod';
import { defineErrors } from '#kernel/errors.ts';
import { idIn, idOut, timeOut } from '#kernel/fields.ts';
import { BUILT_IN_ROLES, definePermissions, INSIDE_ROLES } from '#kernel/permissions.ts';
import { Member } from '#modules/members.ts';
import { HeldRoles } from '#modules/roles.ts';

export const permissions = definePermissions('member', {
  update: { describe: 'Change the role of members, as far as you cover it', all: ['owner', 'admin'] },
  suspend: { describe: 'Suspend members and let them in again', all: ['owner', 'admin'] },
  remove: { describe: 'Take members out of the organization', all: ['owner', 'admin'] },
  leave: { describe: 'Leave the organization', own: BUILT_IN_ROLES },
});

export const ownershipPermissions = definePermissions('ownership', {
  read: { describe: 'See the offer of ownership that is open', all: ['owner'], own: INSIDE_ROLES },
  offer: { describe: 'Offer the ownership of the organization to a member, and take the offer back', all: ['owner'] },
  answer: { describe: 'Accept or decline the ownership that you are offered', own: INSIDE_ROLES },
});

export const errors = defineErrors({
  'member.last_owner': {
    status: 409,
    title: 'An organization keeps at least one active owner',
    help: 'Make somebody else an owner first, or offer them the ownership.',
  },
  'member.has_organization_keys': {
    status: 409,
    title: 'Keys of the organization rest on this member',
    help: 'Say what becomes of them: `organizationKeys=revoke`, or `organizationKeys=hand_over` with `handOverTo`. `errors` lists them.',
  },
  'member.unfit_successor': {
    status: 409,
    title: 'This member cannot answer for keys of the organization',
    help: 'Name another one who is active.',
  },
  'member.oneself': {
    status: 409,
    title: 'That is your own membership',
    help: 'Nobody suspends or removes themselves. You can leave the organization on the page of your account.',
  },
});

export const ownershipErrors = defineErrors({
  'ownership.offer_open': {
    status: 409,
    title: 'The ownership is offered to somebody',
    help: 'Take that offer back first: there is one at a time.',
  },
  'ownership.unfit': {
    status: 409,
    title: 'The ownership cannot be offered to this member',
    help: 'Offer it to a member who is active and no owner yet.',
  },
  'ownership.over': {
    status: 409,
    title: 'The offer does not hold any more',
    help: 'It has ended, was answered or taken back, or whoever made it is no owner any more. Ask for a new one.',
  },
});

export const MemberRef = z.strictObject({ memberId: idIn('mem', 'Id of the membership') });
export const RoleChange = z.strictObject({
  role: z
    .enum(INSIDE_ROLES)
    .describe('Never more than you hold yourself; owners are made by owners, guests by a share alone'),
});

export const Departure = z.strictObject({
  organizationKeys: z
    .enum(['revoke', 'hand_over'])
    .optional()
    .describe('What becomes of keys of the organization that the member answers for, or that act for them'),
  handOverTo: idIn('mem', 'The member who answers for them from now on').optional(),
});
export type Departure = z.output<typeof Departure>;

export const Ended = z.object({
  sessions: z.int().describe('Sessions in this organization'),
  apiKeys: z.int().describe('Keys that acted as the member'),
  organizationKeys: z.int().describe('Keys of the organization that were revoked with it'),
  keysHandedOver: z
    .int()
    .describe('Keys of the organization that somebody else answers for now, or that act for one less'),
  teams: z.int().describe('Teams that the member was in'),
  projects: z.int().describe('Projects that the member was in'),
  roles: z.int().describe('Custom roles that the member had by themselves'),
  invitations: z.int().describe('Open invitations that rested on rights which are gone'),
  ownershipOffers: z.int().describe('Offers of ownership by or to the member'),
  grants: z.int().describe('Grants to the member by themselves'),
});
export type Ended = z.output<typeof Ended>;

export const ChangedMember = Member.extend({ ended: Ended });
export const RoleChanged = ChangedMember.extend({
  keeps: HeldRoles.describe('Custom roles that they hold beside the new role: they stay until somebody takes them'),
});
export const Departed = z.object({ ended: Ended });

export const OFFER_DAYS = 7;

export const NewOffer = z.strictObject({
  memberId: idIn('mem', 'Membership of whoever is to be an owner'),
  staysOwner: z.boolean().default(false).describe('You stay an owner beside them; else you become an admin'),
});

const party = z.object({ memberId: idOut('mem', 'Membership'), name: z.string() });

export const Offer = z.object({
  id: idOut('own', 'Offer'),
  from: party,
  to: party,
  staysOwner: z.boolean(),
  createdAt: timeOut,
  expiresAt: timeOut,
});
export const OpenOffer = z.object({
  offer: Offer.nullable().describe('Null where there is none that you may see'),
});
