// Mail in words: what the operator at the host sees of the outbox.
import { z } from 'zod';
import { idIn, idOut, timeOut } from '#kernel/fields.ts';
import { definePermissions } from '#kernel/permissions.ts';

export const permissions = definePermissions('mail', {
  read: { describe: 'See which mails wait, were sent, or did not leave; at the host alone', all: ['operator'] },
  open: { describe: 'Read a mail that waits, with the link in it; at the host alone', all: ['operator'] },
});

/** How many of the newest are listed. */
export const LISTED_MAX = 200;

export const MailRef = z.strictObject({ mailId: idIn('mail', 'Id of the mail') });

export const Mail = z.object({
  id: idOut('mail', 'Mail'),
  to: z.string(),
  template: z.string().describe('What kind of mail it is'),
  status: z
    .enum(['queued', 'retrying', 'sent', 'expired'])
    .describe('retrying: tried in vain, and tried again · expired: not sent before its link ended'),
  queuedAt: timeOut,
  expiresAt: timeOut.describe('It is not sent after this'),
  sentAt: timeOut.nullable(),
  attempts: z.int(),
  lastError: z.string().nullable().describe('Why it did not leave the last time, in our words'),
});

export const MailList = z.object({
  items: z.array(Mail),
  isWhole: z.boolean().describe('False when there are older ones'),
});

export const OpenedMail = Mail.extend({
  subject: z.string().nullable(),
  text: z.string().nullable().describe('Null once it was sent or has expired: then it is erased'),
});
