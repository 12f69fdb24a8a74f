// Model providers in words: where model calls go, and with which secret.
import { z } from 'zod';
import { defineErrors } from '#kernel/errors.ts';
import { idIn, idOut, nameIn, secretIn, timeOut } from '#kernel/fields.ts';
import { definePermissions, INSIDE_ROLES } from '#kernel/permissions.ts';

const admins = ['owner', 'admin'] as const;

export const permissions = definePermissions('provider', {
  read: { describe: 'See model providers, without their secrets', all: INSIDE_ROLES, granted: 'viewer' },
  create: { describe: 'Connect model providers', all: admins },
  update: { describe: 'Change model providers and their secrets', all: admins, granted: 'editor' },
  delete: { describe: 'Disconnect model providers', all: admins, granted: 'manager' },
  expose: {
    describe: 'Say that the secret of a model provider was seen by others, and see its last calls',
    all: admins,
  },
  test: { describe: 'Ask a model provider for its models', all: admins },
});

export const errors = defineErrors({
  'provider.name_taken': {
    status: 409,
    title: 'A provider with this name exists',
    help: 'Choose another name, or change the existing provider.',
  },
  'provider.base_url_missing': {
    status: 422,
    title: 'This kind of provider needs an address',
    help: 'Send `baseUrl`, for example https://models.example.com/v1.',
  },
  'provider.secret_twice': {
    status: 422,
    title: 'A provider has one secret',
    help: 'Send `apiKey` or `apiKeyRef`, not both.',
  },
  'provider.secret_needed': {
    status: 422,
    title: 'A provider at another address needs its secret again',
    help: 'Send `apiKey` or `apiKeyRef` with the new `baseUrl`: a secret is never sent to an address it was not given for.',
  },
  'provider.no_secret': {
    status: 409,
    title: 'The provider has no secret',
    help: 'Only what is secret can be exposed.',
  },
  'provider.reference_refused': {
    status: 422,
    title: 'The operator has not allowed this secret reference for this address',
    help: 'The operator of this installation lists usable references, each with its origin, in HOLDFAST_SECRET_REFERENCES.',
  },
});

export const Kind = z.enum(['openai', 'anthropic', 'google', 'openai_compatible', 'ollama']);
export type Kind = z.output<typeof Kind>;

/** The OpenAI-compatible face of each kind; a kind without one needs `baseUrl`. */
export const DEFAULT_BASE_URLS: Readonly<Record<Kind, string | undefined>> = {
  openai: 'https://api.openai.com/v1',
  anthropic: 'https://api.anthropic.com/v1',
  google: 'https://generativelanguage.googleapis.com/v1beta/openai',
  openai_compatible: undefined,
  ollama: 'http://127.0.0.1:11434/v1',
};

const BaseUrl = z
  .url({ protocol: /^https?$/ })
  .max(2048)
  .regex(/^[\x21-\x7e]+$/, 'has printable ASCII characters only')
  .refine((text) => !/[@?#]/.test(text), 'has no user, query or fragment')
  .describe('Address of the OpenAI-compatible API, up to and including its version, for example https://host/v1');

const Models = z
  .array(nameIn('Name of a model', 200))
  .min(1)
  .max(500)
  .describe('Models it serves; absent: it is asked for any model');

/** At most a million of the currency for a million tokens, to the millionth. */
const Price = z.number().min(0).max(1_000_000).multipleOf(0.000_001);
const Prices = z
  .array(
    z.strictObject({
      model: nameIn('Name of a model, as callers ask for it', 200),
      inputPerMillion: Price.describe('For a million tokens that are sent'),
      outputPerMillion: Price.describe('For a million tokens that come back'),
    }),
  )
  .max(500)
  .refine((prices) => new Set(prices.map(({ model }) => model)).size === prices.length, 'names each model once')
  .describe('What the provider takes, for the cost of keys; models without a price cost nothing known');
const Currency = z
  .string()
  .regex(/^[A-Z]{3}$/, 'is a code of ISO 4217')
  .describe('Of the prices, ISO 4217');

const ApiKey = secretIn('Secret of the provider; sealed, never shown again', 1, 4096);
const ApiKeyRef = z
  .string()
  .max(500)
  .regex(/^(?:env:[A-Z][A-Z0-9_]*|file:\/.+)$/, 'is env:NAME or file:/path')
  .describe('Where the secret is on the server instead; only what the operator has listed for the origin of `baseUrl`');

export const ProviderRef = z.strictObject({ providerId: idIn('prv', 'Id of the provider') });

export const NewProvider = z.strictObject({
  name: nameIn('Name shown to people'),
  kind: Kind,
  baseUrl: BaseUrl.optional(),
  apiKey: ApiKey.optional(),
  apiKeyRef: ApiKeyRef.optional(),
  models: Models.optional(),
  local: z.boolean().default(false).describe('It runs inside your network; sensitive data may be kept to local models'),
  currency: Currency.default('USD'),
  prices: Prices.default([]),
});
export type NewProvider = z.output<typeof NewProvider>;

export const ProviderChange = z.strictObject({
  name: nameIn('Name shown to people').optional(),
  baseUrl: BaseUrl.optional(),
  apiKey: ApiKey.optional(),
  apiKeyRef: ApiKeyRef.optional(),
  models: Models.nullable().optional(),
  local: z.boolean().optional(),
  currency: Currency.optional(),
  prices: Prices.optional(),
});
export type ProviderChange = z.output<typeof ProviderChange>;

export const Provider = z.object({
  id: idOut('prv', 'Provider'),
  name: z.string(),
  kind: Kind,
  baseUrl: z.string(),
  models: z.array(z.string()).nullable(),
  local: z.boolean(),
  currency: z.string(),
  prices: Prices,
  secret: z.enum(['sealed', 'reference', 'none']).describe('How its secret is kept; the secret itself is never shown'),
  apiKeyRef: z.string().nullable(),
  exposedAt: timeOut
    .nullable()
    .describe('Somebody said then that its secret was seen by others; null once it was replaced'),
  isBlocked: z.boolean().describe('No call is made with it, because its secret is exposed'),
  version: z.int(),
  createdAt: timeOut,
});

export const ProviderTest = z.object({
  ok: z.boolean(),
  models: z.array(z.string()).describe('What it says it serves, at most 500'),
  durationMs: z.int(),
  problem: z.string().nullable().describe('What to do about it'),
});
