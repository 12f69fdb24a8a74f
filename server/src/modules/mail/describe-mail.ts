// A row of the outbox in the words of a reply, and a mail that waits with its text.
import type { z } from 'zod';
import { encodeId } from '#kernel/fields.ts';
import type { Tools } from '#kernel/tools.ts';
import type { Mail } from './model.ts';
import { openMail } from './outbox.ts';
import { findMail, type MailRow } from './queries.ts';

/** With its text while it waits; undefined when there is none of this id. */
export async function findOpened(tools: Pick<Tools, 'keyring' | 'lookup'>, mailId: string) {
  const found = await findMail(tools.lookup, mailId);
  if (found === undefined) return undefined;
  const { sealed, ...row } = found;
  return { ...row, rendered: row.is_kept ? openMail(tools, { ...row, sealed }) : undefined };
}

export function describeMail(row: MailRow): z.input<typeof Mail> {
  return {
    id: encodeId('mail', row.id),
    to: row.recipient,
    template: row.template,
    status: statusOf(row),
    queuedAt: row.queued_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    sentAt: row.sent_at?.toISOString() ?? null,
    attempts: row.attempts,
    lastError: row.last_error,
  };
}

function statusOf({ sent_at: sentAt, is_kept: isKept, attempts }: MailRow): z.input<typeof Mail>['status'] {
  if (sentAt !== null) return 'sent';
  if (!isKept) return 'expired';
  return attempts > 0 ? 'retrying' : 'queued';
}
