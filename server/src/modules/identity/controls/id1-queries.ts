// What a look at stored passwords reads: how many there are, and how many are weaker than they may be.
import type { Database } from '#verification/instance.ts';

const STATEMENT = `select stored::integer as "stored", weak::integer as "weak" from holdfast.look_at_passwords()`;

export type StoredPasswords = { readonly stored: number; readonly weak: number };

/** Undefined when the database tells nothing. Throws what it says instead. */
export async function readPasswords(
  { query }: Pick<Database, 'query'>,
  signal: AbortSignal,
): Promise<StoredPasswords | undefined> {
  const [row] = await query(STATEMENT, [], signal);
  // The statement above names and types every column.
  return row as StoredPasswords | undefined;
}
