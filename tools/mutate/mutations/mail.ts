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
  {
    name: 'mail-is-shown-where-others-can-ask',
    file: 'server/src/assemble.ts',
    find: 'if (!isExposed) return declared;',
    replace: 'if (isExposed || !isExposed) return declared;',
    mustTurnRed: `${MAIL}/reading.test.ts :: has no such operation`,
  },
  {
    name: 'a-link-to-the-outbox-never-ends',
    file: 'server/src/db/migrations/0027_mail_reading.sql',
    find: 'where r.token_hash = hash and r.expires_at > now()',
    replace: 'where r.token_hash = hash',
    mustTurnRed: `${MAIL}/reading.test.ts :: is the newest alone, works for half an hour`,
  },
  {
    name: 'wrong-links-to-the-outbox-cost-nothing',
    file: `${MAIL}/reading-routes.ts`,
    find: 'if (taken?.allowed !== true) throw',
    replace: 'if (taken === undefined) throw',
    mustTurnRed: `${MAIL}/reading.test.ts :: is refused, limited by address like a wrong credential`,
  },
];
