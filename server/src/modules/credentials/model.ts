// The age of stored credentials in words: how old each is, and when it is to be rotated.
import { z } from 'zod';
import { timeOut } from '#kernel/fields.ts';
import { definePermissions } from '#kernel/permissions.ts';

export const permissions = definePermissions('credential', {
  read: {
    describe: 'See how old keys and secrets of providers and webhooks are, and which are to be rotated',
    all: ['owner', 'admin'],
  },
});

/** What the product says while the organization says nothing. */
export const DEFAULT_SCHEDULE = { apiKeyDays: 90, providerSecretDays: 365 };

const days = (describe: string) => z.int().min(1).max(3650).describe(describe);

export const Schedule = z.strictObject({
  apiKeyDays: days('Days after which an API key is to be rotated'),
  providerSecretDays: days('Days after which the secret of a provider or a webhook is to be rotated'),
});
export type Schedule = z.output<typeof Schedule>;

export const StoredSchedule = z.object({ ...Schedule.shape, version: z.int() });

export const ReportQuery = z.strictObject({
  dueWithinDays: z.coerce
    .number()
    .int()
    .min(0)
    .max(3650)
    .default(0)
    .describe('Counts as due what will be within so many days'),
});

export const Report = z.object({
  schedule: StoredSchedule,
  items: z
    .array(
      z.object({
        kind: z.enum(['api_key', 'provider_secret', 'webhook_secret']),
        id: z.string().describe('Of the key, the provider or the webhook'),
        name: z.string(),
        keptAs: z
          .enum(['hash', 'sealed', 'reference'])
          .describe('A reference is kept outside; its age is that of the reference'),
        since: timeOut.describe('Since when the secret is the one it is'),
        ageDays: z.int(),
        dueAt: timeOut,
        isDue: z.boolean(),
        expiresAt: timeOut.nullable(),
        exposedAt: timeOut
          .nullable()
          .describe('Somebody said then that it was seen by others; keys that ended by it are told of for 30 days'),
      }),
    )
    .describe('The longest due first'),
  dueCount: z.int(),
  isWhole: z.boolean().describe('False when there are more than are told'),
});
