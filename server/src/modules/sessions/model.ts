// Sessions in words: signing in with e-mail and password, and who the caller is.
import { z } from 'zod';
import { defineErrors } from '#kernel/errors.ts';
import { idOut, timeOut } from '#kernel/fields.ts';
import { BUILT_IN_ROLES, definePermissions } from '#kernel/permissions.ts';
import { Email, Password } from '#modules/identity.ts';
import { NewOrganization } from '#modules/organizations.ts';

const everybody = ['owner', 'admin', 'member', 'viewer'] as const;

export const permissions = definePermissions('session', {
  read: { describe: 'See who you are signed in as', own: everybody, keyScope: true },
  end: { describe: 'Sign out', own: everybody },
});

export const errors = defineErrors({
  'session.wrong_credentials': {
    status: 401,
    title: 'The e-mail address or the password is wrong',
    help: 'Check both. After several failures wait as long as `Retry-After` says.',
    recorded: 'denied',
  },
  'session.no_organization': {
    status: 403,
    title: 'You are in no organization that you can enter',
    help: 'Ask an owner to invite you, or check the organization you named.',
    recorded: 'denied',
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
  user: z.object({ id: idOut('usr', 'Person'), name: z.string(), email: z.string() }),
  organization: z.object({ id: idOut('org', 'Organization'), name: z.string(), slug: z.string() }),
  role: z.enum(BUILT_IN_ROLES),
  permissions: z.array(z.string()).describe('What this credential may ever do; single objects may still be refused'),
  provenAt: timeOut.nullable().describe('When you last proved who you are; null for API keys'),
});

export const NewSession = z.object({ expiresAt: timeOut.describe('The session ends at the latest then') });
