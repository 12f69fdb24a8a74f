// API keys in words: what they are, who may make them, what they may be allowed.
import { z } from 'zod';
import { defineErrors } from '#kernel/errors.ts';
import { idIn, idOut, nameIn, timeOut } from '#kernel/fields.ts';
import { definePermissions } from '#kernel/permissions.ts';

export const DEFAULT_EXPIRY_DAYS = 90;
export const EXPIRY_DAYS_MAX = 365;

export const permissions = definePermissions('api_key', {
  read: { describe: 'See API keys and what they may do', all: ['owner', 'admin'], own: ['member'] },
  create: { describe: 'Make API keys that act as oneself', all: ['owner', 'admin', 'member'] },
  revoke: { describe: 'Revoke API keys', all: ['owner', 'admin'], own: ['member'] },
  restrict: { describe: 'Say from which networks API keys may be used', all: ['owner', 'admin'], own: ['member'] },
});

export const errors = defineErrors({
  'api_key.scope_refused': {
    status: 422,
    title: 'The key cannot be given these scopes',
    help: 'A key never exceeds the person who makes it. `errors` lists the scopes that were refused; GET /api/v1/session lists yours.',
  },
});

export const ApiKeyRef = z.strictObject({ apiKeyId: idIn('key', 'Id of the key') });

export const NewApiKey = z.strictObject({
  name: nameIn('What the key is for'),
  scopes: z
    .array(z.string().max(100))
    .min(1)
    .max(20)
    .describe('What the key may do, for example models:use, audit:read, audit:verify'),
  expiresInDays: z
    .int()
    .min(1)
    .max(EXPIRY_DAYS_MAX)
    .default(DEFAULT_EXPIRY_DAYS)
    .describe('Days until the key stops working'),
});
export type NewApiKey = z.output<typeof NewApiKey>;

/** A key that was revoked is so whether or not its time is over too. */
export const KeyState = z.enum(['works', 'expired', 'revoked']);
export type KeyState = z.output<typeof KeyState>;

export const ApiKey = z.object({
  id: idOut('key', 'Stands in the key itself, between its two underscores'),
  name: z.string(),
  scopes: z.array(z.string()),
  ownerUserId: idOut('usr', 'The person the key acts as'),
  createdAt: timeOut,
  expiresAt: timeOut.nullable(),
  revokedAt: timeOut.nullable(),
  version: z.int(),
});

export const ShownApiKey = ApiKey.extend({ key: z.string().describe('Shown this once; only a hash of it is stored') });
