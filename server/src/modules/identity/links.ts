// The links of mails: to a page of ours, with the token in the fragment, which no browser sends to any server.
import { reveal, type Secret } from '#crypto/secret.ts';
import type { Tools } from '#kernel/tools.ts';

/** Pages of the account; the last part says what the token is for. */
export type AccountPage = 'reset-password' | 'verify-email' | 'confirm-email';

export function linkTo(tools: Pick<Tools, 'publicOrigin'>, page: AccountPage, token: Secret<string>): string {
  return `${tools.publicOrigin()}/account/${page}#token=${reveal(token, 'mail.link')}`;
}
