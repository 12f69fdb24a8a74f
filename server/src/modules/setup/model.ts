// The first run in words: one token, one organization, one owner.
import { z } from 'zod';
import { defineErrors } from '#kernel/errors.ts';
import { idOut, secretIn, timeOut } from '#kernel/fields.ts';
import { definePermissions } from '#kernel/permissions.ts';
import { NewPerson } from '#modules/identity.ts';
import { NewOrganization } from '#modules/organizations.ts';

/** Minutes a setup link works. */
export const TOKEN_MINUTES = 60;

export const permissions = definePermissions('setup', {
  issue: { describe: 'Make a one-time setup token, at the admin socket of the host', all: ['operator'] },
});

export const errors = defineErrors({
  'setup.token_refused': {
    status: 403,
    title: 'The setup token is not valid',
    help: 'Tokens work once and for an hour. Restart the server, or run `holdfast setup` on the host, for a new one.',
    recorded: 'denied',
  },
  'setup.done': {
    status: 409,
    title: 'This installation is set up',
    help: 'Sign in instead.',
  },
});

export const SetupRequest = z.strictObject({
  token: secretIn('The token from the setup link', 1, 200),
  organization: NewOrganization,
  owner: NewPerson,
});

export const SetupDone = z.object({
  organization: z.object({ id: idOut('org', 'Organization'), slug: z.string(), name: z.string() }),
  user: z.object({ id: idOut('usr', 'The owner'), email: z.string() }),
  expiresAt: timeOut.describe('You are signed in until then'),
});

export const SetupState = z.object({ done: z.boolean() });

export const SetupToken = z.object({ token: z.string(), expiresAt: timeOut });
