// SQL of the outbox: written by whoever causes a mail, read and settled by the one job that sends.
import { sql } from 'kysely';
import type { Lookup } from '#db/lookup.ts';
import type { SystemTx } from '#db/scope.ts';
import type { AnyTx, Stream } from '#kernel/queries.ts';

export type NewMail = {
  readonly id: string;
  readonly recipient: string;
  readonly template: string;
  readonly sealed: Buffer;
  readonly queued_at: Date;
  readonly expires_at: Date;
};

export async function insertMail(tx: AnyTx, stream: Stream, row: NewMail): Promise<void> {
  await tx
    .insertInto('mail_outbox')
    .values({ stream_kind: stream.kind, stream_id: stream.id, ...row, next_at: row.queued_at })
    .execute();
}

export type DueMail = {
  readonly stream_kind: string;
  readonly stream_id: string;
  readonly id: string;
  readonly recipient: string;
  readonly template: string;
  readonly sealed: Buffer;
  readonly queued_at: Date;
};

export function findDueMails(lookup: Lookup, atMost: number): Promise<readonly DueMail[]> {
  return lookup<DueMail>('due_mails', [atMost], 'jobs');
}

/** `failure` is undefined for a mail that was taken; then it is erased. */
export async function settleMail(lookup: Lookup, mail: DueMail, failure: string | undefined): Promise<void> {
  await lookup('settle_mail', [mail.stream_kind, mail.stream_id, mail.id, failure ?? null], 'jobs');
}

export type MailRow = {
  readonly id: string;
  readonly recipient: string;
  readonly template: string;
  readonly queued_at: Date;
  readonly expires_at: Date;
  readonly attempts: number;
  readonly last_error: string | null;
  readonly sent_at: Date | null;
  /** Its text is still there, and its links still work. */
  readonly is_kept: boolean;
};

export function listMails(lookup: Lookup, atMost: number): Promise<readonly MailRow[]> {
  return lookup<MailRow>('list_mails', [atMost]);
}

export async function findMail(
  lookup: Lookup,
  id: string,
): Promise<(MailRow & { readonly sealed: Buffer | null }) | undefined> {
  const rows = await lookup<MailRow & { readonly sealed: Buffer | null }>('find_mail', [id]);
  return rows[0];
}

/** A new link; the one before it stops working. */
export async function replaceReading(
  tx: SystemTx,
  row: { token_hash: Buffer; created_at: Date; expires_at: Date },
): Promise<void> {
  // Else two at once would each miss the other's.
  await sql`select pg_advisory_xact_lock(hashtextextended('holdfast/mail_reading', 0))`.execute(tx);
  await tx.deleteFrom('mail_reading').execute();
  await tx.insertInto('mail_reading').values(row).execute();
}

export async function isReadingOpen(lookup: Lookup, hash: Buffer): Promise<boolean> {
  const rows = await lookup<{ readonly is_open: boolean }>('mail_reading_is_open', [hash]);
  return rows[0]?.is_open === true;
}

export type MailState = { readonly waiting: number; readonly failing: number };

export async function lookAtMail(lookup: Lookup): Promise<MailState> {
  const rows = await lookup<{ readonly waiting: string; readonly failing: string }>('look_at_mail', [], 'health');
  return { waiting: Number(rows[0]?.waiting ?? 0), failing: Number(rows[0]?.failing ?? 0) };
}

const ROWS_MAX = 1_000;

/** Erases what nobody may open any more, and forgets what is long over. As the maintenance role. */
export async function forgetOldMails(tx: SystemTx, days: number): Promise<void> {
  await sql`update mail_outbox set sealed = null where sealed is not null and expires_at <= now()`.execute(tx);
  await sql`
    delete from mail_outbox where (stream_kind, stream_id, id) in (
      select stream_kind, stream_id, id from mail_outbox
       where sealed is null and queued_at < now() - make_interval(days => ${days}) limit ${ROWS_MAX})`.execute(tx);
}
