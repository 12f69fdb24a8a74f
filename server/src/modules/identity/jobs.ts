// Work of identity after the commit: the mail of a forgotten password, whether the account exists or not, and tidying up.
import { z } from 'zod';
import { newUuid } from '#crypto/random.ts';
import { Nothing } from '#kernel/fields.ts';
import { defineJob } from '#kernel/job.ts';
import { insertPendingEvents } from '#kernel/queries.ts';
import { actorOf } from '#kernel/principal.ts';
import { prepareMail, queueMail } from '#modules/mail.ts';
import { linkTo } from './links.ts';
import { LIVE_MINUTES } from './model.ts';
import { mintToken, storeToken } from './one-time-tokens.ts';
import { findAccountByEmail, type FoundAccount, lockPerson } from './queries.ts';
import { deleteUnseenDevices } from './device-queries.ts';
import { deleteQuietLocks } from './lock-queries.ts';
import { deleteExpiredTokens } from './token-queries.ts';
import type { Tools } from '#kernel/tools.ts';

/**
 * The request itself only leaves this job, so its answer and its work are the same for every address. Here, where nobody
 * waits, it is looked up.
 */
export const mailReset = defineJob({
  id: 'identity.mail_reset',
  summary: 'Mails a link to set a new password, if the address has an account',
  scope: 'system',
  tables: ['one_time_token', 'mail_outbox'],
  audit: { none: 'the request was recorded; for an account the event is in the log of its person' },
  timeoutMs: 10_000,
  attempts: 5,
  concurrency: 4,
  payload: z.strictObject({ email: z.string() }),
  prepare: async (tools, { payload }) => {
    const account = await findAccountByEmail(tools.lookup, payload.email);
    return account === undefined ? undefined : prepareResetMail(tools, account);
  },
  enters: { tables: ['person'], resolve: (found) => (found === undefined ? {} : { userId: found.userId }) },
  run: async (ctx) => {
    const { tx, now, prepared } = ctx;
    if (prepared === undefined) return;
    const { userId, email, minted, mail } = prepared;
    const stream = { kind: 'person', id: userId } as const;
    if (!(await lockPerson(tx))) return;
    await storeToken(tx, userId, minted, { now, minutes: LIVE_MINUTES.password_reset, facts: { email } });
    await queueMail(tx, stream, mail, now);
    await insertPendingEvents(tx, [
      {
        stream,
        eventId: newUuid(now.getTime()),
        at: now,
        action: 'account.reset_mailed',
        outcome: 'allowed',
        actor: actorOf(ctx.principal),
        target: { kind: 'user', id: userId },
        requestId: ctx.requestId,
        facts: {},
      },
    ]);
  },
});

function prepareResetMail(tools: Tools, { user_id: userId, email }: FoundAccount) {
  const minted = mintToken(tools, 'password_reset');
  const minutes = LIVE_MINUTES.password_reset;
  const values = { link: linkTo(tools, 'reset-password', minted.token), minutes: String(minutes) };
  const mail = prepareMail(tools, { to: email, template: 'password_reset', values, liveMinutes: minutes });
  return { userId, email, minted, mail };
}

export const forgetTokens = defineJob({
  id: 'identity.forget_tokens',
  summary: 'Deletes one-time tokens that have expired',
  scope: 'system',
  role: 'holdfast_maintenance',
  tables: ['one_time_token'],
  audit: { none: 'expiry was announced when the tokens were made' },
  timeoutMs: 30_000,
  attempts: 5,
  concurrency: 1,
  everySeconds: 300,
  payload: Nothing,
  run: (ctx) => deleteExpiredTokens(ctx.tx),
});

export const forgetDevices = defineJob({
  id: 'identity.forget_devices',
  summary: 'Forgets devices that were not seen for 180 days, and failures and locks that are over',
  scope: 'system',
  role: 'holdfast_maintenance',
  tables: ['device', 'account_lock'],
  audit: { none: 'nothing changes for anybody: what is forgotten counts no more' },
  timeoutMs: 30_000,
  attempts: 5,
  concurrency: 1,
  everySeconds: 60,
  payload: Nothing,
  run: async (ctx) => {
    await deleteQuietLocks(ctx.tx);
    await deleteUnseenDevices(ctx.tx);
  },
});
