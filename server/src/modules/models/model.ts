// Governed model calls in words: the OpenAI-compatible face, its errors, and usage.
import { z } from 'zod';
import { defineErrors } from '#kernel/errors.ts';
import { definePermissions } from '#kernel/permissions.ts';

export const permissions = definePermissions('models', {
  read: {
    describe: 'See which models there are',
    all: ['owner', 'admin', 'member'],
    keyScope: true,
    publishable: true,
  },
  use: { describe: 'Call models through the gateway', all: ['owner', 'admin', 'member'], keyScope: true },
});
export const usagePermissions = definePermissions('usage', {
  read: { describe: 'See how much models were used', all: ['owner', 'admin'], own: ['member'], keyScope: true },
});

export const errors = defineErrors({
  'model.not_found': {
    status: 404,
    title: 'No connected provider serves this model',
    help: 'GET /v1/models lists the models; an admin connects providers.',
  },
  'model.provider_exposed': {
    status: 503,
    title: 'The secret of the provider was seen by others, so nothing is called with it',
    help: 'An admin must give the provider a new secret.',
    recorded: 'failed',
  },
  'model.body_invalid': {
    status: 400,
    title: 'The body is not a model request',
    help: 'Send a JSON object with a `model`, each key once.',
  },
  'model.upstream_unreachable': {
    status: 502,
    title: 'The provider cannot be reached',
    help: 'An admin can test the provider; the operator may have to allow its address.',
    recorded: 'failed',
  },
  'model.upstream_timeout': {
    status: 504,
    title: 'The provider did not answer in time',
    help: 'Try again; an admin can test the provider.',
    recorded: 'failed',
  },
  'model.upstream_refused': {
    status: 502,
    title: 'The provider refuses our credential',
    help: 'An admin must renew the secret of the provider.',
    recorded: 'failed',
  },
  'model.upstream_garbage': {
    status: 502,
    title: 'The provider sent a reply that cannot be used',
    help: 'An admin can test the provider.',
    recorded: 'failed',
  },
  'model.upstream_error': {
    status: 502,
    title: 'The provider failed',
    help: 'Try again; the provider had an error of its own.',
    recorded: 'failed',
  },
});

export const ENDPOINTS = ['chat.completions', 'responses', 'embeddings'] as const;
export type Endpoint = (typeof ENDPOINTS)[number];

/** What is read of a request; every other field passes through as it came. */
export const ModelRequest = z.object({
  model: z
    .string()
    .min(1)
    .max(200)
    // PostgreSQL stores neither NUL nor half a surrogate pair, and no name of a model has a control character.
    .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), 'has no control character')
    .describe('A model of GET /v1/models'),
});

/** The upstream's own reply. */
export const ModelReply = z.object({});

export const ModelList = z.object({
  object: z.literal('list'),
  data: z.array(z.object({ id: z.string(), object: z.literal('model'), created: z.int(), owned_by: z.string() })),
});

/** The longest period that is summed. */
export const PERIOD_DAYS_MAX = 366;
/** How many sums a reply has at most. */
export const SUMS_MAX = 1_000;

export const UsageQuery = z.strictObject({
  from: z.iso
    .datetime()
    .optional()
    .describe(`From this instant on, at most ${PERIOD_DAYS_MAX} days before \`to\`; 30 days before it if absent`),
  to: z.iso.datetime().optional().describe('Before this instant; now if absent'),
  groupBy: z.enum(['model', 'provider', 'api_key', 'user', 'day']).default('model'),
});

export const Usage = z.object({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  items: z.array(
    z.object({
      group: z
        .string()
        .nullable()
        .describe('The model, id or day (of UTC); null for calls without a key, or of keys that act for nobody'),
      name: z
        .string()
        .nullable()
        .describe(
          'What the provider, key or person is called; null where there is none any more, or you may not see it',
        ),
      calls: z.int(),
      failures: z.int().describe('Calls whose upstream failed, or whose end is unknown'),
      inputTokens: z.int(),
      outputTokens: z.int(),
      estimatedCalls: z.int().describe('Calls whose provider reported no usage; their tokens are estimates'),
    }),
  ),
  isWhole: z.boolean().describe('False when there are more; those with the most calls are told'),
});
