// The settings of mail: where it goes out, and whom it comes from.
import { optionalKey } from './key.ts';
import { mailbox, smtpUrl } from './smtp-url.ts';

const group = 'Mail';

export const mailKeys = {
  HOLDFAST_SMTP_URL: optionalKey(smtpUrl, {
    group,
    text: 'Mail server that takes our mail. smtps speaks TLS from the first byte; smtp demands STARTTLS, except of a server on loopback. Certificates are always checked. Naming it opens this one host and port for mail alone.',
    unset: 'mail waits in the outbox, which `holdfast mail list` shows on the host',
    example: 'smtps://holdfast:PASSWORD@mail.example.org:465',
    secret: true,
  }),
  HOLDFAST_MAIL_FROM: optionalKey(mailbox, {
    group,
    text: 'Address that mail comes from, with or without a name. Mandatory beside HOLDFAST_SMTP_URL.',
    unset: 'no mail leaves',
    example: 'Holdfast <holdfast@example.org>',
  }),
} as const;
