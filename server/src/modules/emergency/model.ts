// Break-glass in words: two sealed parts, a request, an hour as owner, and what has to follow.
import { z } from 'zod';
import { defineErrors } from '#kernel/errors.ts';
import { idIn, idOut, secretIn, timeOut } from '#kernel/fields.ts';
import { definePermissions } from '#kernel/permissions.ts';
import { NewOrganization } from '#modules/organizations.ts';

/** How long the second part, and whoever collects the session, may take. */
export const REQUEST_MINUTES = 10;
/** Of an emergency session; nothing makes it longer. The table holds it too. */
export const SESSION_MINUTES = 60;
/** After so long a seal should be made anew: people leave, sheets are lost. */
export const SEAL_DAYS = 180;

export const permissions = definePermissions('emergency', {
  open_at_host: { describe: 'Open an emergency session alone; at the host, and as loud as any', all: ['operator'] },
});

export const errors = defineErrors({
  'emergency.refused': {
    status: 401,
    title: 'This opens nothing',
    help: 'The organization, the part, the code or the request is wrong, used, or too late. Begin again; after several failures wait as long as `Retry-After` says.',
    recorded: 'denied',
  },
  'emergency.waiting': {
    status: 409,
    title: 'The other part has not been shown yet',
    help: 'Whoever keeps the other part enters it with the code of your request. Ask again in a few seconds.',
  },
  'emergency.person_needed': {
    status: 403,
    title: 'An emergency session cannot do this',
    help: 'Sealing and reviewing are for people who are signed in as themselves.',
    recorded: 'denied',
  },
  'emergency.not_over': {
    status: 409,
    title: 'The use is not over',
    help: 'End the emergency session first, or wait until it has ended.',
  },
  'emergency.reviewed': {
    status: 409,
    title: 'The use has been reviewed',
    help: 'A review is written once and stays as it is.',
  },
});

const line = (describe: string, lengthMin: number, lengthMax: number) =>
  z
    .string()
    .trim()
    .min(lengthMin)
    .max(lengthMax)
    .regex(/^[^\p{Cc}\p{Zl}\p{Zp}\p{Cs}]*$/u, 'is one line without control characters')
    .describe(describe);

const slug = NewOrganization.shape.slug;
const reason = line('Why it is opened: told to every owner at once, and kept', 10, 500);

export const OpenPart = z.strictObject({
  organization: slug,
  part: secretIn('One of the two sealed texts, with or without its hyphens', 10, 100),
  reason: reason.optional(),
  code: z.string().min(4).max(20).optional().describe('Of the request that this part completes; none to begin one'),
});
export type OpenPart = z.output<typeof OpenPart>;

export const OpenedPart = z.object({
  step: z.enum(['waiting', 'granted']),
  request: z
    .string()
    .nullable()
    .describe(
      'For whoever began: exchanged for the session at `POST /api/v1/emergency/session`. Null for whoever completes',
    ),
  code: z.string().nullable().describe('For whoever keeps the other part, to complete this very request'),
  endsAt: timeOut.describe('The request ends then'),
});

export const CollectSession = z.strictObject({ request: secretIn('The request', 20, 200) });
export const CollectedSession = z.object({ expiresAt: timeOut.describe('It ends then, whatever happens') });

export const OpenAtHost = z.strictObject({ organization: slug, reason });
export const OpenedAtHost = z.object({
  link: z.string().describe('Works once, for ten minutes'),
  endsAt: timeOut,
});

export const SealedParts = z.object({
  parts: z
    .array(z.string())
    .length(2)
    .describe('Shown this once, for two people to keep apart. Each alone opens nothing'),
  sealedAt: timeOut,
});

const use = z.object({
  id: idOut('emg', 'Use'),
  by: z.enum(['parts', 'host']),
  reason: z.string(),
  state: z.enum(['waiting', 'granted', 'open', 'over']),
  requestedAt: timeOut,
  openedAt: timeOut.nullable().describe('Null when no session was opened'),
  endsAt: timeOut.describe('Of the session, or of the request while there is none'),
  review: z.string().nullable(),
  reviewedAt: timeOut.nullable(),
});
export type Use = z.input<typeof use>;

/** Uses in one reply. */
export const USES_TOLD_MAX = 50;

export const Emergency = z.object({
  sealedAt: timeOut
    .nullable()
    .describe('Null while nothing is sealed: then only the operator of the host has a way in'),
  sealDueAt: timeOut.nullable().describe('Seal anew by then'),
  isOpen: z.boolean().describe('An emergency session is open, or about to be'),
  owed: z.array(z.enum(['seal', 'review'])).describe('What has to follow the last uses'),
  uses: z.array(use).describe('Those that owe a review first, then the newest; fifty at most'),
  isWhole: z.boolean().describe('False when there were more uses than are told'),
});

export const UseRef = z.strictObject({ useId: idIn('emg', 'Id of the use') });
export const ReviewNote = z.strictObject({ note: line('What happened, and what follows from it', 20, 4_000) });
export const Reviewed = z.object({ reviewedAt: timeOut });
