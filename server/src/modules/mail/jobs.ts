// The one sender: what is due leaves, one replica at a time, and every ending is noted at once.
import { Nothing } from '#kernel/fields.ts';
import { defineJob } from '#kernel/job.ts';
import type { Tools } from '#kernel/tools.ts';
import { openMail } from './outbox.ts';
import { type DueMail, findDueMails, forgetOldMails, settleMail } from './queries.ts';

const AT_ONCE = 4;
const BATCH = 40;
const EVERY_SECONDS = 3;
/** Finding, connecting to and talking with a server that is slow at each step takes 90 seconds; the lease must outlast that. */
const TIMEOUT_MS = 120_000;
const START_UNTIL_MS = 30_000;
const KEPT_DAYS = 30;

/**
 * The schedule's lease lets one replica send at a time. A mail is noted as sent right after the server took it: whoever is
 * killed in between sends it once more, under the same Message-ID.
 */
export const sendMail = defineJob({
  id: 'mail.send',
  summary: 'Sends what waits in the outbox over SMTP, and forgets mail that is long over',
  scope: 'system',
  role: 'holdfast_maintenance',
  tables: ['mail_outbox'],
  audit: { none: 'what caused a mail was recorded when it did' },
  timeoutMs: TIMEOUT_MS,
  attempts: 1,
  concurrency: 1,
  everySeconds: EVERY_SECONDS,
  payload: Nothing,
  prepare: (tools) => sendDue(tools, AbortSignal.timeout(START_UNTIL_MS)),
  run: (ctx) => forgetOldMails(ctx.tx, KEPT_DAYS),
});

async function sendDue(tools: Tools, signal: AbortSignal): Promise<void> {
  const { mailer } = tools;
  if (mailer === undefined) return;
  const due = [...(await findDueMails(tools.lookup, BATCH))];
  const work = async (): Promise<void> => {
    for (let mail = due.shift(); mail !== undefined && !signal.aborted; mail = due.shift())
      await sendOne(tools, mailer, mail);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

async function sendOne(tools: Tools, mailer: NonNullable<Tools['mailer']>, mail: DueMail): Promise<void> {
  const rendered = openMail(tools, mail);
  if (rendered === undefined) return settleMail(tools.lookup, mail, 'unreadable');
  const sent = await mailer.send({ id: mail.id, at: mail.queued_at, to: mail.recipient, ...rendered });
  const failure = sent.ok ? undefined : [sent.reason, sent.status].filter((part) => part !== undefined).join('_');
  return settleMail(tools.lookup, mail, failure);
}
