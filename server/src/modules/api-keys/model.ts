// API keys in words: their kinds, who may make them, what they may be allowed, and what is told of them.
import { z } from 'zod';
import { defineErrors } from '#kernel/errors.ts';
import { idIn, idOut, nameIn, timeOut } from '#kernel/fields.ts';
import { definePermissions } from '#kernel/permissions.ts';
import { KEY_KINDS } from '#kernel/principal.ts';

export const DEFAULT_EXPIRY_DAYS = 90;
export const EXPIRY_DAYS_MAX = 365;
const PEOPLE_MAX = 100;
const ORIGINS_MAX = 20;
const PER_MINUTE_MAX = 1_000_000;
const OVERLAP_HOURS_MAX = 7 * 24;
export const IDLE_DAYS = 30;
export const ENDS_SOON_DAYS = 14;

export const permissions = definePermissions('api_key', {
  read: {
    describe: 'See API keys and what they may do',
    all: ['owner', 'admin'],
    own: ['member'],
    granted: 'viewer',
  },
  create: { describe: 'Make API keys that act as oneself', all: ['owner', 'admin', 'member'] },
  update: { describe: 'Change and rotate one’s own API keys', own: ['owner', 'admin', 'member'] },
  revoke: { describe: 'Revoke API keys', all: ['owner', 'admin'], own: ['member'], granted: 'manager' },
  restrict: { describe: 'Say from which networks API keys may be used', all: ['owner', 'admin'], own: ['member'] },
});

export const errors = defineErrors({
  'api_key.scope_refused': {
    status: 422,
    title: 'The key cannot be given these scopes',
    help: 'A key never exceeds the person who makes it. `errors` lists the scopes that were refused; GET /api/v1/session lists yours.',
  },
  'api_key.kind_mismatch': {
    status: 422,
    title: 'A key of this kind does not have this',
    help: 'Only service keys act for people (`actsFor`), only publishable keys have `origins`, and keep at least one; a personal key acts as its member.',
  },
  'api_key.person_refused': {
    status: 422,
    title: 'The key cannot act for these people',
    help: 'Name active members of your organization; `errors` lists those that are not, or with whose rights the key would exceed yours.',
  },
  'api_key.beyond_yours': {
    status: 403,
    title: 'That key may do more than you',
    help: 'Whoever is shown the secret of a key of the organization holds all that it may do, for each of its people. Ask somebody who does, or revoke it.',
    recorded: 'denied',
  },
  'api_key.expiry_needed': {
    status: 422,
    title: 'This key needs an end',
    help: 'Only who manages how programs get in may make keys without end. Give `expiresInDays`, at most 365.',
  },
  'api_key.limit_refused': {
    status: 422,
    title: 'The key cannot have more calls than its organization',
    help: 'Give a smaller `perMinute`.',
  },
  'api_key.public_by_nature': {
    status: 422,
    title: 'A publishable key is meant to be read by everybody',
    help: 'Revoke it instead, if its pages shall not use it any more.',
  },
  'api_key.ended': {
    status: 409,
    title: 'The key has ended',
    help: 'A key that was revoked or has expired stays as it is. Make a new one.',
  },
});

export const ApiKeyRef = z.strictObject({ apiKeyId: idIn('key', 'Id of the key') });

const Scopes = z
  .array(z.string().max(100))
  .min(1)
  .max(20)
  .describe('What the key may do, for example models:use, audit:read, audit:verify');
const PerMinute = z
  .int()
  .min(1)
  .max(PER_MINUTE_MAX)
  .nullable()
  .describe('Calls a minute, of every kind together; null: what this installation gives every key');
const ActsFor = z
  .array(idIn('usr', 'Member'))
  .max(PEOPLE_MAX)
  .describe('Members for whom a service key may act, one a call, named in `Holdfast-On-Behalf-Of`');

/** An origin as a browser writes it (RFC 6454 section 6.2), and nothing a browser would never send. */
const Origin = z
  .string()
  .max(255)
  .refine((text) => URL.canParse(text) && /^https?:\/\/[^/*]+$/.test(text) && new URL(text).origin === text, {
    error: 'is no origin such as https://shop.example',
  })
  .describe('scheme://host[:port], exactly as browsers send it');
const Origins = z.array(Origin).min(1).max(ORIGINS_MAX).describe('Pages in which a publishable key works');

export const NewApiKey = z.strictObject({
  kind: z
    .enum(KEY_KINDS)
    .default('personal')
    .describe(
      'personal: acts as you · service: belongs to the organization · publishable: may stand in a page, shows what everybody may see',
    ),
  name: nameIn('What the key is for'),
  scopes: Scopes,
  expiresInDays: z
    .int()
    .min(1)
    .max(EXPIRY_DAYS_MAX)
    .nullable()
    .default(DEFAULT_EXPIRY_DAYS)
    .describe(
      'Days until the key stops working; null: it never does, which takes the right to manage how programs get in',
    ),
  perMinute: PerMinute.default(null),
  actsFor: ActsFor.min(1)
    .optional()
    .describe('Of a service key: it acts for these members, and never without one of them'),
  origins: Origins.optional(),
});
export type NewApiKey = z.output<typeof NewApiKey>;

/** A key that was revoked is so whether or not its time is over too. */
export const KeyState = z.enum(['works', 'expired', 'revoked']);
export type KeyState = z.output<typeof KeyState>;
export const KeyKindFilter = z.enum(KEY_KINDS);
export const ApiKeyChange = z.strictObject({
  name: nameIn('What the key is for').optional(),
  scopes: Scopes.optional().describe('Some of those it has: a key is never given more'),
  perMinute: PerMinute.optional(),
  actsFor: ActsFor.optional(),
  origins: Origins.optional(),
  responsibleUserId: idIn('usr', 'The member who answers for a key of the organization from now on').optional(),
});
export type ApiKeyChange = z.output<typeof ApiKeyChange>;

export const Rotation = z.strictObject({
  overlapHours: z
    .int()
    .min(0)
    .max(OVERLAP_HOURS_MAX)
    .default(24)
    .describe('So long the key before works beside the new one; 0 ends it at once'),
});
export type Rotation = z.output<typeof Rotation>;

export const KEY_FLAGS = ['idle', 'never_used', 'several_clients', 'no_expiry', 'expires_soon'] as const;
export type KeyFlag = (typeof KEY_FLAGS)[number];

export const ApiKey = z.object({
  id: idOut('key', 'Stands in the key itself, between its two underscores'),
  kind: z.enum(KEY_KINDS),
  name: z.string(),
  scopes: z.array(z.string()),
  ownerUserId: idOut('usr', 'The person a personal key acts as').nullable(),
  responsibleUserId: idOut('usr', 'The member who answers for a key of the organization').nullable(),
  actsFor: z.array(idOut('usr', 'Member')).nullable().describe('Null for keys that act for no named person'),
  origins: z.array(z.string()),
  perMinute: z.int().nullable().describe('Null: what this installation gives every key'),
  createdAt: timeOut,
  rotatedAt: timeOut.nullable().describe('Since when its secret is the one it is; null since it was made'),
  ageDays: z.int().describe('Whole days since the secret was made'),
  previousUntil: timeOut.nullable().describe('Until then the key before the last rotation works too'),
  expiresAt: timeOut.nullable(),
  revokedAt: timeOut.nullable(),
  exposedAt: timeOut.nullable().describe('It was ended because somebody said then that its text was seen'),
  lastUsedAt: timeOut.nullable().describe('To the minute'),
  flags: z
    .array(z.enum(KEY_FLAGS))
    .describe(
      'What deserves a look: idle for 30 days · never used · several kinds of client within 30 days · without end · ends within 14 days',
    ),
  version: z.int(),
});

export const ShownApiKey = ApiKey.extend({ key: z.string().describe('Shown this once; only a hash of it is stored') });
