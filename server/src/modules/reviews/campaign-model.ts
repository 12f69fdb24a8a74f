// Campaigns in words: who reviews what until when, what may be decided, and what is left as evidence.
import { z } from 'zod';
import { defineErrors } from '#kernel/errors.ts';
import { idIn, idOut, nameIn, timeOut } from '#kernel/fields.ts';
import { BUILT_IN_ROLES, definePermissions } from '#kernel/permissions.ts';
import { ACCESS_KINDS } from './access.ts';
import { AccessItem } from './model.ts';

/** More than anybody looks at: narrow the scope. */
export const ITEMS_MAX = 20_000;
export const DECISIONS_MAX = 100;
const REVIEWERS_MAX = 20;

export const RECURRENCE_DAYS = { monthly: 30, quarterly: 91, yearly: 365 } as const;
export const DEFAULT_RECURRENCE = 'quarterly';
const OUTCOMES = ['kept', 'revoked', 'gone', 'unreviewed', 'exception'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const permissions = definePermissions('access_review', {
  // A review counts as its reviewers’ own.
  read: { describe: 'See reviews of access and their evidence', all: ['owner', 'admin'], own: ['member', 'viewer'] },
  manage: { describe: 'Start, close and cancel reviews of access, and say how often they are due', all: ['owner'] },
  decide: {
    describe: 'Decide in a review what is kept and what is revoked, as far as one covers it',
    all: ['owner'],
    own: ['admin', 'member', 'viewer'],
  },
});

export const errors = defineErrors({
  'access_review.person_needed': {
    status: 403,
    title: 'An emergency session cannot do this',
    help: 'Reviews are for people who are signed in as themselves.',
    recorded: 'denied',
  },
  'access_review.own_access': {
    status: 403,
    title: 'Nobody reviews their own access',
    help: 'Another reviewer decides about it. Only the one owner of an organization, with no other beside them, decides about theirs, and the evidence says so.',
    recorded: 'denied',
  },
  'access_review.decided': {
    status: 409,
    title: 'Somebody has decided about this',
    help: 'A decision stays. `errors` lists the items; leave them out and send the rest again.',
  },
  'access_review.over': {
    status: 409,
    title: 'The review is over',
    help: 'Its time has come, or it was closed or canceled. Start another one.',
  },
  'access_review.not_done': {
    status: 409,
    title: 'Not everything is decided',
    help: 'Decide about all items, or wait for the due date: it closes by itself then.',
  },
  'access_review.not_closed': {
    status: 409,
    title: 'There is no evidence yet',
    help: 'It is made when the review closes.',
  },
  'access_review.unfit_reviewer': {
    status: 422,
    title: 'These people cannot review',
    help: 'Name active members; `errors` lists those who are not.',
  },
  'access_review.owner_needed': {
    status: 403,
    title: 'Only an owner lets a review revoke by itself',
    help: 'Start it with `onUnreviewed: keep`, or ask an owner.',
    recorded: 'denied',
  },
  'access_review.unfit_scope': {
    status: 409,
    title: 'There is nothing to review, or too much',
    help: `A review has between 1 and ${String(ITEMS_MAX)} items. Choose other kinds, teams or roles.`,
  },
});

export const ReviewRef = z.strictObject({ reviewId: idIn('rev', 'Id of the review') });

const reason = z
  .string()
  .trim()
  .min(3)
  .max(500)
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}\p{Cs}]*$/u, 'is one line without control characters');
const recurrence = z.enum(['none', 'monthly', 'quarterly', 'yearly']);
const onUnreviewed = z.enum(['keep', 'revoke']);

export const NewReview = z.strictObject({
  name: nameIn('What the review is called'),
  kinds: z
    .array(z.enum(ACCESS_KINDS))
    .min(1)
    .max(ACCESS_KINDS.length)
    .optional()
    .describe('Kinds of access to review; every kind unless told'),
  teams: z
    .array(idIn('tem', 'Team'))
    .min(1)
    .max(100)
    .optional()
    .describe('Only access of these teams and of who is in them'),
  roles: z.array(z.enum(BUILT_IN_ROLES)).min(1).optional().describe('Only access of members with these roles'),
  reviewers: z
    .array(idIn('mem', 'Membership'))
    .min(1)
    .max(REVIEWERS_MAX)
    .optional()
    .describe('Who decides beside owners; you unless told'),
  days: z.int().min(1).max(90).default(14).describe('Days until it is due'),
  onUnreviewed: onUnreviewed
    .default('keep')
    .describe('What becomes at the due date of what nobody decided about. `revoke` never takes the last owner away'),
  recurrence: recurrence.default(DEFAULT_RECURRENCE).describe('When the next one starts by itself'),
});
export type NewReview = z.output<typeof NewReview>;

export const Review = z.object({
  id: idOut('rev', 'Review'),
  name: z.string(),
  kinds: z.array(z.string()),
  teams: z.array(z.string()),
  roles: z.array(z.string()),
  isFull: z.boolean().describe('Every kind of access, of everybody'),
  onUnreviewed,
  recurrence,
  state: z.enum(['open', 'closed', 'canceled']),
  startedAt: timeOut,
  dueAt: timeOut,
  endedAt: timeOut.nullable(),
  items: z.int(),
  done: z.int().describe('Items that need nothing more'),
  revoked: z.int(),
  reviewers: z
    .array(z.object({ userId: idOut('usr', 'Person'), name: z.string().nullable() }))
    .describe('The people who were asked; null for the name of who is no member any more'),
  isYours: z.boolean().describe('Whether you are asked to review'),
  evidenceSha256: z.string().nullable(),
  version: z.int(),
});

export const ReviewState = Review.shape.state;

export const ReviewItem = z.object({
  ...AccessItem.omit({ id: true, grantedBy: true }).shape,
  kind: z.string(),
  flags: z.array(z.string()),
  id: idOut('rvi', 'Item'),
  accessId: z.string().describe('Ids of what the access is, joined by `/`'),
  isYours: z.boolean().describe('Your own access: somebody else decides about it'),
  decision: z.enum(['keep', 'revoke']).nullable(),
  reason: z.string().nullable(),
  decidedBy: z.object({ userId: idOut('usr', 'Person'), name: z.string().nullable() }).nullable(),
  decidedAt: timeOut.nullable(),
  isOwn: z.boolean().describe('Decided by the one owner about themselves'),
  outcome: z
    .enum(OUTCOMES)
    .nullable()
    .describe('gone: it had ended before. unreviewed: nobody decided. exception: it was to be revoked and could not'),
  note: z.string().nullable().describe('Why there is an exception'),
});

export const ItemState = z.enum(['open', 'done']);

export const Decisions = z.strictObject({
  items: z.array(idIn('rvi', 'Item')).min(1).max(DECISIONS_MAX),
  decision: z.enum(['keep', 'revoke']),
  reason: reason.describe('Why: kept in the evidence and in the log'),
});
export type Decisions = z.output<typeof Decisions>;

export const Decided = z.object({
  kept: z.int(),
  revoked: z.int(),
  gone: z.int().describe('So many had ended before'),
});

export const Schedule = z.strictObject({ recurrence: z.enum(['monthly', 'quarterly', 'yearly']) });
export const StoredSchedule = z.object({
  ...Schedule.shape,
  lastClosedAt: timeOut.nullable().describe('Of the newest review of everything'),
  dueAt: timeOut.describe('The next review of everything is to be closed by then'),
  isOverdue: z.boolean(),
  version: z.int(),
});

const EvidenceItem = z.object({
  kind: z.string(),
  id: z.string(),
  user: z.string().nullable(),
  gives: z.array(z.string()),
  flags: z.array(z.string()),
  grantedAt: timeOut,
  lastUsedAt: timeOut.nullable(),
  expiresAt: timeOut.nullable(),
  decision: z.string().nullable(),
  reason: z.string().nullable(),
  decidedBy: z.string().nullable(),
  decidedAt: timeOut.nullable(),
  isOwn: z.boolean(),
  outcome: z.string(),
  note: z.string().nullable(),
});

export const EvidenceDocument = z.object({
  format: z.literal('holdfast-access-review-1'),
  organization: z.string(),
  review: z.object({
    id: z.string(),
    name: z.string(),
    kinds: z.array(z.string()),
    teams: z.array(z.string()),
    roles: z.array(z.string()),
    isFull: z.boolean(),
    onUnreviewed: z.string(),
    recurrence: z.string(),
    reviewers: z.array(z.string()),
    startedAt: timeOut,
    startedBy: z.string(),
    dueAt: timeOut,
    closedAt: timeOut,
  }),
  items: z.array(EvidenceItem),
});

export const Evidence = z.object({
  evidence: EvidenceDocument,
  sha256: z
    .string()
    .describe(
      'Of the canonical JSON (RFC 8785) of `evidence`; the event `access_review.closed` in the log has the same',
    ),
  names: z
    .array(
      z.object({
        id: z.string(),
        kind: z.string(),
        holder: z.string(),
        email: z.string().nullable(),
        title: z.string(),
      }),
    )
    .describe('What the items were called; no part of the hash, so that names can be erased'),
});
