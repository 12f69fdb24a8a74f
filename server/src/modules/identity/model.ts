// People in words: who they are and how a password must look.
import { z } from 'zod';
import { nameIn, secretIn } from '#kernel/fields.ts';

export const Email = z
  .string()
  .trim()
  .max(254)
  .pipe(z.email())
  .describe('E-mail address; upper and lower case are the same address');

export const NewPassword = secretIn('At least 12 characters', 12, 256);
export const Password = secretIn('Password', 1, 256);

export const NewPerson = z.strictObject({ name: nameIn('Name shown to people'), email: Email, password: NewPassword });
export type NewPerson = z.output<typeof NewPerson>;
