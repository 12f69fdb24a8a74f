// The rules of people: one account an address, and how a new password becomes a stored one.
import type { Secret } from '#crypto/secret.ts';
import { hashPassword } from '#crypto/password.ts';
import type { PersonTx } from '#db/scope.ts';
import { defineErrors, kernelErrors } from '#kernel/errors.ts';
import type { Tools } from '#kernel/tools.ts';
import { demandNewPassword, type PasswordOwner } from './password-policy.ts';
import { insertPassword, insertPerson } from './queries.ts';

export const errors = defineErrors({
  'account.link_refused': {
    status: 403,
    title: 'The link is not valid',
    help: 'Links work once and for a while. Ask for a new one.',
    recorded: 'denied',
  },
  'account.wrong_password': {
    status: 403,
    title: 'The current password is wrong',
    help: 'Check it. After several failures wait as long as `Retry-After` says, or ask for a reset.',
    recorded: 'denied',
  },
  'account.already_verified': {
    status: 409,
    title: 'The address of this account is confirmed',
    help: 'Nothing is left to do.',
  },
  'account.same_email': {
    status: 409,
    title: 'This is the address of the account already',
    help: 'Give another address.',
  },
  'identity.email_taken': {
    status: 409,
    title: 'An account with this e-mail address exists',
    help: 'Sign in with that account, or use another address.',
  },
});

type NewAccount = {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string;
};

export async function createPerson(tx: PersonTx, account: NewAccount, now: Date): Promise<void> {
  const row = await insertPerson(tx, {
    user_id: account.userId,
    email: account.email,
    name: account.name,
    created_at: now,
  });
  if (row === undefined) throw errors['identity.email_taken']();
  await insertPassword(tx, { user_id: account.userId, hash: account.passwordHash, changed_at: now });
}

/** The stored form of a new password; 429 when as many hashes are waiting as the queue takes. */
export async function hashNewPassword(
  tools: Tools,
  password: Secret<string>,
  pointer = '/body/password',
): Promise<string> {
  const result = await hashPassword(tools.passwords, password);
  if (result.ok) return result.phc;
  if (result.reason === 'busy') throw kernelErrors['server.busy']({ headers: { 'retry-after': '2' } });
  throw kernelErrors['request.invalid']({
    fields: [{ pointer, message: 'is not well-formed text' }],
  });
}

/** The one way to a new password that a person chose: judged, then hashed. `pointer` is the field it came in. */
export async function prepareNewPassword(
  tools: Tools,
  password: Secret<string>,
  owner: PasswordOwner,
  pointer: string,
): Promise<string> {
  await demandNewPassword(password, owner, pointer);
  return hashNewPassword(tools, password, pointer);
}
