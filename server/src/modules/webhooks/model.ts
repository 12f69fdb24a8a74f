// Webhooks in words: where an organization is told of events, what signs them, and how each message fared.
import { z } from 'zod';
import { defineErrors } from '#kernel/errors.ts';
import { idIn, idOut, nameIn, timeOut } from '#kernel/fields.ts';

/** Of an organization. */
export const WEBHOOKS_MAX = 5;
/** How many of the newest deliveries are listed. */
export const LISTED_MAX = 50;
/** After its end a delivery is kept this long. */
export const KEPT_DAYS = 30;
/** What a test sends. It is tried once. */
export const TEST_TYPE = 'webhook.test';

export const errors = defineErrors({
  'webhook.name_taken': {
    status: 409,
    title: 'A webhook with this name exists',
    help: 'Choose another name, or change the existing webhook.',
  },
  'webhook.too_many': {
    status: 409,
    title: 'The organization has as many webhooks as it can',
    help: `An organization has at most ${String(WEBHOOKS_MAX)}. Remove one that is not needed.`,
  },
  'webhook.disabled': {
    status: 409,
    title: 'The webhook is disabled',
    help: 'Nothing is sent to it. Enable it first.',
  },
  'webhook.still_waiting': {
    status: 409,
    title: 'The delivery is still waiting',
    help: 'It is tried by itself; `nextAt` says when.',
  },
  'webhook.person_needed': {
    status: 403,
    title: 'An emergency session cannot do this',
    help: 'Where alarms go is changed by people who are signed in as themselves: break-glass must not silence its own alarm.',
    recorded: 'denied',
  },
});

const Url = z
  .url({ protocol: /^https?$/ })
  .max(2048)
  .regex(/^[\x21-\x7e]+$/, 'has printable ASCII characters only')
  .refine((text) => !/[@?#]/.test(text), 'has no user, query or fragment')
  .describe('Where events are sent: https, or http to what the operator has listed in HOLDFAST_OUTBOUND_ALLOW');

const name = nameIn('Name shown to people');

export const NewWebhook = z.strictObject({ name, url: Url });
export type NewWebhook = z.output<typeof NewWebhook>;

export const WebhookChange = z.strictObject({
  name: name.optional(),
  url: Url.optional(),
  isEnabled: z.boolean().optional().describe('False: nothing is sent, and what waits ends'),
});
export type WebhookChange = z.output<typeof WebhookChange>;

export const Rotation = z.strictObject({
  overlapHours: z
    .int()
    .min(0)
    .max(168)
    .default(24)
    .describe('For so long the secret before signs too, so that the receiver can change in its own time'),
});

export const WebhookRef = z.strictObject({ webhookId: idIn('whk', 'Id of the webhook') });
export const DeliveryRef = WebhookRef.extend({ deliveryId: idIn('whd', 'Id of the delivery') });

export const Webhook = z.object({
  id: idOut('whk', 'Webhook'),
  name: z.string(),
  url: z.string(),
  isEnabled: z.boolean(),
  secretSetAt: timeOut.describe('Since when it has the secret it has'),
  previousSecretEndsAt: timeOut.nullable().describe('Until then the secret before signs too'),
  waiting: z.int().describe('Deliveries that wait to be sent, or to be tried again'),
  dead: z.int().describe('Deliveries that were given up, and are kept'),
  version: z.int(),
  createdAt: timeOut,
});
export const WebhookList = z.object({ items: z.array(Webhook) });

const secret = z.string().describe('`whsec_` and base64; shown this once');
export const MadeWebhook = Webhook.extend({ secret });
export const RotatedSecret = z.object({
  secret,
  previousSecretEndsAt: timeOut.nullable().describe('Null when the secret before signs no more'),
});

/** Why a message did not arrive, in our words; what a look-up, a connection or a proxy said is one word. */
export const FAULTS = [
  'unavailable',
  'timed_out',
  'unusable_reply',
  'redirected',
  'refused',
  'gone',
  'busy',
  'canceled',
  'disabled',
  'unreadable',
  'lost',
] as const;
export type Fault = (typeof FAULTS)[number];

export const Delivery = z.object({
  id: idOut('whd', 'What `webhook-id` says, on every try'),
  type: z.string().describe('Of the event'),
  state: z
    .enum(['waiting', 'delivered', 'dead'])
    .describe('waiting: to be sent, or tried again · dead: given up; it can be sent again by hand'),
  attempts: z.int(),
  createdAt: timeOut,
  nextAt: timeOut.nullable().describe('When it is tried next; null when it is over'),
  triedAt: timeOut.nullable(),
  lastStatus: z.int().nullable().describe('Of the last reply; null when there was none'),
  lastError: z
    .enum(FAULTS)
    .nullable()
    .describe(
      'refused: answered with another status than 2xx · gone: with 410, and not tried again · redirected: redirects are not followed · disabled: the webhook was · unreadable: its secret cannot be opened · lost: nothing tried it any more',
    ),
});
export const DeliveryList = z.object({
  items: z.array(Delivery).describe('Newest first'),
  isWhole: z.boolean().describe('False when there are older ones'),
});
export const QueuedDelivery = z.object({ id: Delivery.shape.id });
