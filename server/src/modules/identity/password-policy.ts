// What a new password must be, asked at every place where one is set. Passwords that exist are never judged by it.
import { reveal, type Secret } from '#crypto/secret.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { isCommonPassword } from './common-passwords.ts';

/** Whose password it is to be: what anybody knows of them is no secret. */
export type PasswordOwner = { readonly email: string; readonly name: string };

export type NewPasswordJudgement = { readonly ok: true } | { readonly ok: false; readonly problem: string };

/** Length and form are the schema's. */
export function checkNewPassword(password: Secret<string>, { email, name }: PasswordOwner): NewPasswordJudgement {
  const text = reveal(password, 'password.judge').toLowerCase();
  const isKnown = [email, name].some((known) => known.trim().toLowerCase() === text.trim());
  if (isKnown) return { ok: false, problem: 'is your address or your name' };
  return isCommonPassword(text) ? { ok: false, problem: 'is one of those that everybody tries first' } : { ok: true };
}

/** Throws `request.invalid` with the problem at the field. */
export function demandNewPassword(password: Secret<string>, owner: PasswordOwner, pointer: string): void {
  const judgement = checkNewPassword(password, owner);
  if (!judgement.ok) throw kernelErrors['request.invalid']({ fields: [{ pointer, message: judgement.problem }] });
}
