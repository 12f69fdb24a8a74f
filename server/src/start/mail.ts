// Where mail goes out, from the settings; under the same rules as every other way out.
import type { Config } from '#config.ts';
import type { Tools } from '#kernel/tools.ts';
import { createSmtp, type Smtp, type SmtpOptions } from '#outbound/smtp.ts';
import type { Log } from '#telemetry/log.ts';
import { mailNotSent } from './events.ts';
import type { OutboundRules } from './outbound.ts';
import { refuseStart } from './refusal.ts';

export type OpenMail = { readonly mailer: Tools['mailer']; readonly close: () => Promise<void> };

/** Throws StartRefused for a server that no rule can ever allow. Connects to nothing. */
export function openMail(
  config: Config,
  rules: OutboundRules,
  listeners: NonNullable<SmtpOptions['listeners']>,
  log: Log,
): OpenMail {
  if (config.mail === undefined) return { mailer: undefined, close: async () => {} };
  const { proxy, deny, authorities } = rules;
  const made = createSmtp({
    ...config.mail,
    deny,
    authorities,
    listeners,
    ...(proxy === undefined ? {} : { proxy }),
  });
  if (!made.ok) throw refuseStart('HOLDFAST_SMTP_URL', made.fault, 'Name the mail server by its host and port.');
  return { mailer: { send: telling(made.smtp, log) }, close: () => made.smtp.close() };
}

function telling(smtp: Smtp, log: Log): Smtp['send'] {
  return async (message) => {
    const sent = await smtp.send(message);
    if (!sent.ok) {
      const { reason, status } = sent;
      log(mailNotSent, { mail: message.id, reason, ...(status === undefined ? {} : { status }) });
    }
    return sent;
  };
}
