// Sabotages of mail: what it says, to whom, and how long it is kept.
import type { Mutation } from '../mutation.ts';

const MAIL = 'server/src/modules/mail';

export const mailMutations: readonly Mutation[] = [
  {
    name: 'mail-is-markup',
    file: `${MAIL}/render.ts`,
    find: 'fill(escapeHtml(block.text), values, escapeHtml)',
    replace: 'fill(escapeHtml(block.text), values, (value) => value)',
    mustTurnRed: `${MAIL}/render.test.ts :: email_changed: whatever a value holds is text`,
    isQuick: true,
  },
  {
    name: 'mail-needs-no-tls',
    file: 'server/src/outbound/smtp-session.ts',
    find: 'requireTLS: !isPlain,',
    replace: '',
    mustTurnRed: 'server/src/outbound/smtp.test.ts :: a server without STARTTLS',
    isQuick: true,
  },
  {
    name: 'what-was-sent-is-kept',
    file: 'server/src/db/migrations/0016_mail_outbox.sql',
    find: 'sealed = case when failure is null then null else m.sealed end',
    replace: 'sealed = m.sealed',
    mustTurnRed: `${MAIL}/mail.test.ts :: what a mail says is sealed`,
  },
];
