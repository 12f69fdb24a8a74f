// Setting a new password: without the old one by a mailed link, or with it by somebody who is signed in.
import type { Secret } from '#crypto/secret.ts';
import { verifyAgainstNothing, verifyPassword } from '#crypto/password.ts';
import type { PersonTx } from '#db/scope.ts';
import type { CallerFacts, Context } from '#kernel/context.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { beginAttempt } from '#kernel/limits/attempt.ts';
import { personOf, type Principal } from '#kernel/principal.ts';
import type { Tools } from '#kernel/tools.ts';
import { NEWS_MINUTES, prepareMail, type PreparedMail, queueMail } from '#modules/mail.ts';
import { findHolder, takeToken } from './one-time-tokens.ts';
import { endOwnSessions, findOwnAccount, lockPerson, putPassword, verifyEmail } from './queries.ts';
import { errors, prepareNewPassword } from './service.ts';
import { deleteTokens } from './token-queries.ts';

export type PreparedPassword = {
  readonly userId: string;
  readonly passwordHash: string;
  readonly news: PreparedMail;
};

function newsOf(tools: Tools, email: string): PreparedMail {
  return prepareMail(tools, { to: email, template: 'password_changed', values: {}, liveMinutes: NEWS_MINUTES });
}

export type PreparedReset = PreparedPassword & {
  readonly link: { readonly purpose: 'password_reset'; readonly hash: Buffer };
};

/** Nothing is hashed for a token that nobody holds. */
export async function prepareReset(
  tools: Tools,
  { token, newPassword }: { readonly token: Secret<string>; readonly newPassword: Secret<string> },
): Promise<PreparedReset> {
  const holder = await findHolder(tools, 'password_reset', token);
  if (holder === undefined) throw errors['account.link_refused']();
  const passwordHash = await prepareNewPassword(tools, newPassword, holder, '/body/newPassword');
  const { user_id: userId, hash, email } = holder;
  return { userId, passwordHash, news: newsOf(tools, email), link: { purpose: 'password_reset', hash } };
}

/** Takes the token; the new password, the end of every session and the news of it are one transaction with that. */
export async function resetPassword(ctx: Context<PersonTx, PreparedReset>): Promise<void> {
  const { tx, now, prepared } = ctx;
  await lockPerson(tx);
  const facts = await takeToken(tx, prepared.link, now);
  if (facts === undefined) throw errors['account.link_refused']();
  await storePassword(ctx, null);
  // Whoever has the link has the mailbox.
  await verifyEmail(tx, String(facts['email']), now);
}

/** A wrong current password counts like a wrong one at sign-in, in the same budgets. */
export async function preparePasswordChange(
  tools: Tools,
  principal: Principal,
  caller: CallerFacts,
  { currentPassword, newPassword }: { readonly currentPassword: Secret<string>; readonly newPassword: Secret<string> },
): Promise<PreparedPassword> {
  const userId = personOf(principal);
  const account = userId === undefined ? undefined : await findOwnAccount(tools.lookup, userId);
  if (userId === undefined || account === undefined) throw kernelErrors['auth.invalid']();
  await demandPassword(tools, account, caller, currentPassword);
  const passwordHash = await prepareNewPassword(tools, newPassword, account, '/body/newPassword');
  return { userId, passwordHash, news: newsOf(tools, account.email) };
}

/** Every other device is signed out; the one that asked stays. */
export async function changePassword(ctx: Context<PersonTx, PreparedPassword>): Promise<void> {
  await lockPerson(ctx.tx);
  await storePassword(ctx, ctx.principal.kind === 'user' ? ctx.principal.sessionId : null);
}

/** The person is locked by now. Links to reset the password before this one open nothing any more. */
async function storePassword(ctx: Context<PersonTx, PreparedPassword>, keptSession: string | null): Promise<void> {
  const { tx, now, prepared } = ctx;
  const { userId, passwordHash, news } = prepared;
  await putPassword(tx, userId, passwordHash, now);
  await deleteTokens(tx, ['password_reset', 'sign_in_challenge']);
  const ended = await endOwnSessions(tx, keptSession);
  await queueMail(tx, { kind: 'person', id: userId }, news, now);
  ctx.subject('user', userId);
  ctx.note({ sessionsEnded: ended });
}

async function demandPassword(
  tools: Tools,
  { email, hash }: { readonly email: string; readonly hash: string | null },
  { addressKey }: CallerFacts,
  password: Secret<string>,
): Promise<void> {
  const attempt = await beginAttempt(tools.limits, [
    { key: `sign_in:${email.toLowerCase()}:${addressKey}`, limit: tools.signInFailures.account },
    { key: `sign_in:${addressKey}`, limit: tools.signInFailures.address },
  ]);
  if (!attempt.ok) {
    const seconds = Math.max(1, Math.ceil(attempt.retryAfterMs / 1_000));
    throw kernelErrors['rate.exceeded']({ headers: { 'retry-after': String(seconds) } });
  }
  const verified =
    hash === null
      ? await verifyAgainstNothing(tools.passwords, password)
      : await verifyPassword(tools.passwords, hash, password);
  if (verified.ok) return attempt.succeed();
  if (verified.reason !== 'busy') throw errors['account.wrong_password']();
  // Nobody looked at the password: a full queue is no wrong one.
  await attempt.succeed();
  throw kernelErrors['server.busy']({ headers: { 'retry-after': '2' } });
}
