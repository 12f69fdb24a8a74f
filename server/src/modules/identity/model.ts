// People in words: who they are and how a password must look.
import { z } from 'zod';
import { idOut, nameIn, secretIn, timeOut } from '#kernel/fields.ts';
import { BUILT_IN_ROLES, definePermissions } from '#kernel/permissions.ts';

export const Email = z
  .string()
  .trim()
  .max(254)
  .pipe(z.email())
  .describe('E-mail address; upper and lower case are the same address');

export const NewPassword = secretIn(
  'At least 12 characters: of lower and upper case, digits and signs, or without these hard to guess',
  12,
  256,
);
export const Password = secretIn('Password', 1, 256);

export const NewPerson = z.strictObject({ name: nameIn('Name shown to people'), email: Email, password: NewPassword });
export type NewPerson = z.output<typeof NewPerson>;

export const permissions = definePermissions('account', {
  read: { describe: 'See your own account', own: [...BUILT_IN_ROLES, 'unproven'] },
  update: { describe: 'Change your own name, password and e-mail address', own: BUILT_IN_ROLES },
  unlock_members: { describe: 'End the lock of a member’s account after too many failures', all: ['owner', 'admin'] },
  unlock: { describe: 'End the lock of an account, at the admin socket of the host', all: ['operator'] },
  suspend: { describe: 'Suspend accounts and let them in again, at the admin socket of the host', all: ['operator'] },
});

/** How long each link works. */
export const LIVE_MINUTES = { password_reset: 30, email_verification: 24 * 60, email_change: 60 } as const;

export const Account = z.object({
  id: idOut('usr', 'Person'),
  name: z.string(),
  email: z.string(),
  emailVerifiedAt: timeOut.nullable().describe('When the address was confirmed; null if it was not'),
  newEmail: z.string().nullable().describe('The address it is to become, while not both have confirmed'),
  passwordChangedAt: timeOut.nullable(),
  version: z.int(),
  createdAt: timeOut,
});

export const AccountChange = z.strictObject({ name: NewPerson.shape.name });

/** The secret part of a link. */
const token = secretIn('The token of the link: what stands behind `#token=`', 1, 200);

export const ForgottenPassword = z.strictObject({ email: Email });
export const ResetPassword = z.strictObject({ token, newPassword: NewPassword });
export const ChangePassword = z.strictObject({ currentPassword: Password, newPassword: NewPassword });
export const TokenOnly = z.strictObject({ token });
export const ChangeEmail = z.strictObject({ newEmail: Email });
export const EmailChange = z.object({
  changed: z.boolean().describe('False while the other address has not confirmed'),
});
