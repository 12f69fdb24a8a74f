// Mail in words: what the operator at the host sees of the outbox.
import { z } from 'zod';
import { defineErrors } from '#kernel/errors.ts';
import { idIn, idOut, secretIn, timeOut } from '#kernel/fields.ts';
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

/** How long a link to the outbox works. */
export const READING_MINUTES = 30;

export const errors = defineErrors({
  'mail.link_refused': {
    status: 403,
    title: 'The link to the outbox is not valid',
    help: 'It works for half an hour, and the newest alone. Run `holdfast mail open` on the host for another one.',
    recorded: 'denied',
  },
  'mail.exposed': {
    status: 409,
    title: 'Other machines reach this server, so its mail is read at the host alone',
    help: 'Name a mail server (HOLDFAST_SMTP_URL), and mail leaves by itself; or use `holdfast mail list` and `holdfast mail show ID` on the host.',
  },
});

const token = secretIn('What stands behind `#token=` in the link that `holdfast mail open` prints', 1, 200);

export const OutboxLink = z.object({
  link: z.string().describe('Whoever opens it reads every mail that waits'),
  expiresAt: timeOut,
});
export const ReadByLink = z.strictObject({ token });
export const ReadOneByLink = z.strictObject({ token, mailId: MailRef.shape.mailId });

export const SubjectedMail = Mail.extend({
  subject: z.string().nullable().describe('Null for a mail of another release'),
});
export const SubjectedMailList = z.object({
  items: z.array(SubjectedMail),
  isWhole: z.boolean().describe('False when there are older ones'),
});

export const OpenedMail = Mail.extend({
  subject: z.string().nullable(),
  text: z.string().nullable().describe('Null once it was sent or has expired: then it is erased'),
});
