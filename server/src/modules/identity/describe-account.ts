// What people are told of their own account.
import type { z } from 'zod';
import type { PersonTx } from '#db/scope.ts';
import { encodeId } from '#kernel/fields.ts';
import type { Account } from './model.ts';
import type { findAccount } from './queries.ts';
import { findNewEmail } from './token-queries.ts';

type AccountRow = NonNullable<Awaited<ReturnType<typeof findAccount>>>;

export async function describeAccount(
  { tx, now }: { readonly tx: PersonTx; readonly now: Date },
  account: AccountRow,
): Promise<z.input<typeof Account>> {
  return {
    id: encodeId('usr', account.user_id),
    name: account.name,
    email: account.email,
    emailVerifiedAt: account.email_verified_at?.toISOString() ?? null,
    newEmail: (await findNewEmail(tx, now)) ?? null,
    passwordChangedAt: account.password_changed_at?.toISOString() ?? null,
    version: account.version,
    createdAt: account.created_at.toISOString(),
  };
}
