// Sessions in words: signing in with e-mail and password, and who the caller is.
import { z } from 'zod';
import { defineErrors } from '#kernel/errors.ts';
import { idIn, idOut, secretIn, timeOut } from '#kernel/fields.ts';
import { BUILT_IN_ROLES, definePermissions } from '#kernel/permissions.ts';
import { FACTOR_KINDS } from '#kernel/principal.ts';
import { FactorProof } from '#modules/factors.ts';
import { Email, Password } from '#modules/identity.ts';
import { NewOrganization } from '#modules/organizations.ts';

const PROOFS = ['password', ...FACTOR_KINDS, 'recovery_code'] as const;

export const permissions = definePermissions('session', {
  read: { describe: 'See who you are signed in as', own: [...BUILT_IN_ROLES, 'unproven'], keyScope: true },
  end: { describe: 'Sign out', own: [...BUILT_IN_ROLES, 'unproven'] },
  prove: { describe: 'Prove again that it is you', own: [...BUILT_IN_ROLES, 'unproven'] },
  list: { describe: 'See where you are signed in', own: BUILT_IN_ROLES },
  list_organizations: { describe: 'See which organizations you can enter', own: [...BUILT_IN_ROLES, 'unproven'] },
  list_members: { describe: 'See where members are signed in to the organization', all: ['owner', 'admin'] },
  end_members: { describe: 'Sign members out of the organization', all: ['owner', 'admin'] },
});

export const errors = defineErrors({
  'session.wrong_credentials': {
    status: 401,
    title: 'The e-mail address or the password is wrong',
    help: 'Check both. After several failures wait as long as `Retry-After` says.',
    recorded: 'denied',
  },
  'session.password_not_enough': {
    status: 401,
    title: 'You have a second factor, so a password alone proves nothing',
    help: 'Send a code of your authenticator app, a passkey or a recovery code.',
    recorded: 'denied',
  },
  'session.wrong_password': {
    status: 401,
    title: 'The password is wrong',
    help: 'After several failures wait as long as `Retry-After` says.',
    recorded: 'denied',
  },
  'session.no_organization': {
    status: 403,
    title: 'You are in no organization that you can enter',
    help: 'Ask an owner to invite you, or check the organization you named.',
    recorded: 'denied',
  },
  'session.founded_meanwhile': {
    status: 409,
    title: 'Your personal organization was founded by another sign-in just now',
    help: 'Sign in again: it is there.',
  },
});

export const SignIn = z.strictObject({
  email: Email,
  password: Password,
  organization: NewOrganization.shape.slug
    .optional()
    .describe('Slug of the organization to enter; the oldest membership if absent'),
});

export const Session = z.object({
  user: z
    .object({ id: idOut('usr', 'Person'), name: z.string(), email: z.string() })
    .nullable()
    .describe('Null in an emergency session: nobody in particular is behind it'),
  organization: z.object({ id: idOut('org', 'Organization'), name: z.string(), slug: z.string() }),
  role: z.enum(BUILT_IN_ROLES),
  permissions: z.array(z.string()).describe('What this credential may ever do; single objects may still be refused'),
  provenAt: timeOut.nullable().describe('When you last proved who you are; null for API keys'),
  provenBy: z.enum(PROOFS).nullable().describe('What you showed then'),
  needsFactor: z
    .boolean()
    .describe(
      'The organization demands a second factor that you have not shown: you can enroll or show one, and nothing else',
    ),
});

const endsAt = timeOut.describe('The session ends at the latest then');

export const EnteredSession = z.object({ expiresAt: endsAt });

export const NewSession = z.object({
  expiresAt: endsAt.nullable(),
  challenge: z
    .object({
      token: z.string().describe('Send it with the factor to `POST /api/v1/session/factor`; it works once'),
      proofs: z.array(z.enum(PROOFS)).describe('What may be shown'),
      expiresAt: timeOut,
    })
    .nullable()
    .describe('For people with a second factor: nothing is open, and no cookie is set, before it was shown'),
});

export const SignInFactor = z.strictObject({
  challenge: secretIn('The token of the challenge', 1, 200),
  ...FactorProof.shape,
});

export const SessionProof = z.strictObject({
  password: Password.optional().describe('For people without a second factor alone'),
  ...FactorProof.shape,
});

export const Proven = z.object({ provenAt: timeOut, provenBy: z.enum(PROOFS) });

export const SessionRef = z.strictObject({ sessionId: idIn('ses', 'Id of the session') });
export const MemberRef = z.strictObject({ memberId: idIn('mem', 'Id of the membership') });
export const MemberSessionRef = z.strictObject({ ...MemberRef.shape, ...SessionRef.shape });

const seen = {
  id: idOut('ses', 'Session'),
  createdAt: timeOut,
  lastSeenAt: timeOut.describe('To the minute'),
  provenAt: timeOut.describe('When the person last proved who they are'),
  expiresAt: timeOut.describe('It ends at the latest then'),
  address: z.string().describe('Where it was opened from'),
  device: z.string().describe('What the browser called itself'),
};

export const OwnSession = z.object({
  ...seen,
  organizationId: idOut('org', 'The organization it is in'),
  isCurrent: z.boolean().describe('The one this is asked with'),
});

export const OwnOrganization = z.object({
  id: idOut('org', 'Organization'),
  name: z.string(),
  slug: z.string().describe('Name it by this to enter it'),
  role: z.enum(BUILT_IN_ROLES).describe('Your role there'),
  isCurrent: z.boolean().describe('The one that this session is in'),
});

export const MemberSessions = z.object({ items: z.array(z.object(seen)) });
export const SessionsEnded = z.object({ ended: z.number().int() });

export const EnterOrganization = z.strictObject({
  organization: NewOrganization.shape.slug.describe('Slug of the organization to enter'),
});
