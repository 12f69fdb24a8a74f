// Setting a new password: without the old one by a mailed link, or with it by somebody who is signed in.
import type { Secret } from '#crypto/secret.ts';
import type { PersonTx } from '#db/scope.ts';
import type { CallerFacts, Context } from '#kernel/context.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { personOf, type Principal } from '#kernel/principal.ts';
import type { Tools } from '#kernel/tools.ts';
import { NEWS_MINUTES, prepareMail, type PreparedMail, queueMail } from '#modules/mail.ts';
import { lockKeyOf } from './account-lock.ts';
import { deleteOtherDevices } from './device-queries.ts';
import { hashDevice } from './devices.ts';
import { unlockAccount } from './lock-queries.ts';
import { findHolder, takeToken } from './one-time-tokens.ts';
import { acceptPassword, type ProvenPassword, tryPassword } from './password-attempt.ts';
import {
  endOwnSessions,
  findOwnAccount,
  findPasswordLengthMin,
  lockPerson,
  putPassword,
  verifyEmail,
} from './queries.ts';
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
  readonly lockKey: Buffer;
};

export type PreparedChange = PreparedPassword & {
  readonly proven: ProvenPassword;
  readonly device: Buffer | undefined;
};

/** Nothing is hashed for a token that nobody holds. */
export async function prepareReset(
  tools: Tools,
  { token, newPassword }: { readonly token: Secret<string>; readonly newPassword: Secret<string> },
): Promise<PreparedReset> {
  const holder = await findHolder(tools, 'password_reset', token);
  if (holder === undefined) throw errors['account.link_refused']();
  const { user_id: userId, hash, email, name } = holder;
  const passwordHash = await prepareOwnPassword(tools, newPassword, { userId, email, name });
  return {
    userId,
    passwordHash,
    news: newsOf(tools, email),
    link: { purpose: 'password_reset', hash },
    lockKey: lockKeyOf(tools, email),
  };
}

/** The strictest of the person's organizations says how long it must be. */
async function prepareOwnPassword(
  tools: Tools,
  password: Secret<string>,
  { userId, ...known }: { readonly userId: string; readonly email: string; readonly name: string },
): Promise<string> {
  const lengthMin = await findPasswordLengthMin(tools.lookup, userId);
  return prepareNewPassword(tools, password, { ...known, lengthMin }, '/body/newPassword');
}

/** Takes the token; the new password, the end of every session and the news of it are one transaction with that. */
export async function resetPassword(ctx: Context<PersonTx, PreparedReset>): Promise<void> {
  const { tx, now, prepared } = ctx;
  const isActive = await lockPerson(tx);
  const facts = await takeToken(tx, prepared.link, now);
  if (!isActive || facts === undefined) throw errors['account.link_refused']();
  await storePassword(ctx, null);
  // Whoever knew the old one may have signed in with it, and be a device by now.
  await deleteOtherDevices(tx, undefined);
  await unlockAccount(tx, prepared.lockKey);
  // Whoever has the link has the mailbox.
  await verifyEmail(tx, String(facts['email']), now);
}

/** A wrong current password counts like a wrong one at sign-in, in the same budgets. */
export async function preparePasswordChange(
  tools: Tools,
  principal: Principal,
  caller: CallerFacts,
  { currentPassword, newPassword }: { readonly currentPassword: Secret<string>; readonly newPassword: Secret<string> },
): Promise<PreparedChange> {
  const userId = personOf(principal);
  const account = userId === undefined ? undefined : await findOwnAccount(tools.lookup, userId);
  if (userId === undefined || account === undefined) throw kernelErrors['auth.invalid']();
  const proven = await tryPassword(tools, { email: account.email, password: currentPassword }, caller);
  // An address may have become somebody else's between two look-ups.
  if (proven?.userId !== userId) throw errors['account.wrong_password']();
  const { email, name } = account;
  const passwordHash = await prepareOwnPassword(tools, newPassword, { userId, email, name });
  const { deviceToken } = caller;
  const device = deviceToken === undefined ? undefined : hashDevice(tools, deviceToken);
  return { userId, proven, passwordHash, device, news: newsOf(tools, email) };
}

/** Every other device is signed out; the one that asked stays. */
export async function changePassword(ctx: Context<PersonTx, PreparedChange>): Promise<void> {
  if (!(await lockPerson(ctx.tx))) throw kernelErrors['auth.invalid']();
  // Whoever knew the password before a reset knows it no more.
  if (!(await acceptPassword(ctx.tx, ctx.prepared.proven))) throw errors['account.wrong_password']();
  await storePassword(ctx, ctx.principal.kind === 'user' ? ctx.principal.sessionId : null);
  await deleteOtherDevices(ctx.tx, ctx.prepared.device);
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
