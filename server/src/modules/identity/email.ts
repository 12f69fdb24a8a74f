// Proving an address, and changing it: nothing changes before both the old and the new one have confirmed.
import type { Secret } from '#crypto/secret.ts';
import { isDuplicate } from '#db/errors.ts';
import type { PersonTx } from '#db/scope.ts';
import type { Context } from '#kernel/context.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { personOf, type Principal } from '#kernel/principal.ts';
import type { OneTimePurpose, Tools } from '#kernel/tools.ts';
import { NEWS_MINUTES, prepareMail, type PreparedMail, queueMail } from '#modules/mail.ts';
import { linkTo } from './links.ts';
import { demandMailBudget } from './mail-limits.ts';
import { LIVE_MINUTES } from './model.ts';
import { findHolder, type MintedToken, mintToken, storeToken, takeToken } from './one-time-tokens.ts';
import { findOwnAccount, lockPerson, type OwnAccount, replaceEmail, verifyEmail } from './queries.ts';
import { errors } from './service.ts';
import { confirmOtherHalf, deleteTokens } from './token-queries.ts';

type Link = { readonly minted: MintedToken; readonly mail: PreparedMail };
type Own = { readonly userId: string; readonly email: string };

async function findCaller(tools: Tools, principal: Principal): Promise<OwnAccount & { readonly userId: string }> {
  const userId = personOf(principal);
  const account = userId === undefined ? undefined : await findOwnAccount(tools.lookup, userId);
  if (userId === undefined || account === undefined) throw kernelErrors['auth.invalid']();
  return { ...account, userId };
}

export type PreparedVerification = Own & Link;

export async function prepareVerification(tools: Tools, principal: Principal): Promise<PreparedVerification> {
  const { userId, email, email_verified_at: verifiedAt } = await findCaller(tools, principal);
  if (verifiedAt !== null) throw errors['account.already_verified']();
  await demandMailBudget(tools, userId);
  const minted = mintToken(tools, 'email_verification');
  const minutes = LIVE_MINUTES.email_verification;
  const values = { link: linkTo(tools, 'verify-email', minted.token), hours: String(minutes / 60) };
  const mail = prepareMail(tools, { to: email, template: 'email_verification', values, liveMinutes: minutes });
  return { userId, email, minted, mail };
}

export async function sendVerification({ tx, now, prepared }: Context<PersonTx, PreparedVerification>): Promise<void> {
  const { userId, email, minted, mail } = prepared;
  await storeToken(tx, userId, minted, { now, minutes: LIVE_MINUTES.email_verification, facts: { email } });
  await queueMail(tx, { kind: 'person', id: userId }, mail, now);
}

export type PreparedLink = { readonly userId: string; readonly purpose: OneTimePurpose; readonly hash: Buffer };

/** Whose link of one of these purposes it is. */
export async function prepareLink(
  tools: Tools,
  purposes: readonly OneTimePurpose[],
  token: Secret<string>,
): Promise<PreparedLink & { readonly email: string; readonly newEmail: string }> {
  for (const purpose of purposes) {
    const holder = await findHolder(tools, purpose, token);
    if (holder === undefined) continue;
    const { user_id: userId, hash, email, facts } = holder;
    return { userId, purpose, hash, email, newEmail: String(facts['newEmail'] ?? '') };
  }
  throw errors['account.link_refused']();
}

export async function verifyAddress({ tx, now, prepared, subject }: Context<PersonTx, PreparedLink>): Promise<void> {
  await lockPerson(tx);
  const facts = await takeToken(tx, prepared, now);
  // A link that was mailed to an address proves that one, not the one that stands there now.
  if (facts === undefined || !(await verifyEmail(tx, String(facts['email']), now)))
    throw errors['account.link_refused']();
  subject('user', prepared.userId);
}

export type PreparedEmailChange = Own & {
  readonly newEmail: string;
  readonly change: string;
  readonly old: Link;
  readonly new: Link;
};

/** Says the same whether or not another account has the new address: only who reads mail there learns it. */
export async function prepareEmailChange(
  tools: Tools,
  principal: Principal,
  newEmail: string,
): Promise<PreparedEmailChange> {
  const { userId, email } = await findCaller(tools, principal);
  if (email.toLowerCase() === newEmail.toLowerCase()) throw errors['account.same_email']();
  await demandMailBudget(tools, userId);
  const liveMinutes = LIVE_MINUTES.email_change;
  const [forOld, forNew] = [mintToken(tools, 'email_change_old'), mintToken(tools, 'email_change_new')];
  const minutes = String(liveMinutes);
  const oldValues = { link: linkTo(tools, 'confirm-email', forOld.token), minutes, newEmail };
  const newValues = { link: linkTo(tools, 'confirm-email', forNew.token), minutes };
  return {
    userId,
    email,
    newEmail,
    change: tools.newId(),
    old: {
      minted: forOld,
      mail: prepareMail(tools, { to: email, template: 'email_change_old', values: oldValues, liveMinutes }),
    },
    new: {
      minted: forNew,
      mail: prepareMail(tools, { to: newEmail, template: 'email_change_new', values: newValues, liveMinutes }),
    },
  };
}

/** A newer wish replaces an older one. */
export async function requestEmailChange(ctx: Context<PersonTx, PreparedEmailChange>): Promise<void> {
  const { tx, now, prepared } = ctx;
  const { userId, email, newEmail, change } = prepared;
  const life = { now, minutes: LIVE_MINUTES.email_change, facts: { change, oldEmail: email, newEmail } };
  await lockPerson(tx);
  await deleteTokens(tx, ['email_change_old', 'email_change_new']);
  for (const { minted, mail } of [prepared.old, prepared.new]) {
    await storeToken(tx, userId, minted, life);
    await queueMail(tx, { kind: 'person', id: userId }, mail, now);
  }
}

export type PreparedConfirmation = PreparedLink & { readonly news: PreparedMail };

export async function prepareConfirmation(tools: Tools, token: Secret<string>): Promise<PreparedConfirmation> {
  const { email, newEmail, ...link } = await prepareLink(tools, ['email_change_old', 'email_change_new'], token);
  const values = { newEmail };
  const news = prepareMail(tools, { to: email, template: 'email_changed', values, liveMinutes: NEWS_MINUTES });
  return { ...link, news };
}

/** True when the other half had confirmed before: then the address changes, and the old one is told. */
export async function confirmEmailChange(ctx: Context<PersonTx, PreparedConfirmation>): Promise<boolean> {
  const { tx, now, prepared } = ctx;
  const { userId, purpose, news } = prepared;
  // One confirmation of a person at a time: else each of two could miss the other.
  const isActive = await lockPerson(tx);
  const facts = await takeToken(tx, prepared, now);
  if (!isActive || facts === undefined) throw errors['account.link_refused']();
  ctx.subject('user', userId);
  const isLast = facts['otherConfirmed'] === true;
  ctx.note({ address: purpose === 'email_change_old' ? 'old' : 'new', changed: isLast });
  if (!isLast) {
    const other = purpose === 'email_change_old' ? 'email_change_new' : 'email_change_old';
    if (!(await confirmOtherHalf(tx, other, String(facts['change']), now))) throw errors['account.link_refused']();
    return false;
  }
  const isReplaced = await replaceEmail(tx, String(facts['oldEmail']), String(facts['newEmail']), now).catch(tellTaken);
  if (!isReplaced) throw errors['account.link_refused']();
  // Links that went to the old address open nothing any more.
  await deleteTokens(tx);
  await queueMail(tx, { kind: 'person', id: userId }, news, now);
  return true;
}

function tellTaken(error: unknown): never {
  throw isDuplicate(error, 'person_email') ? errors['identity.email_taken']() : error;
}
