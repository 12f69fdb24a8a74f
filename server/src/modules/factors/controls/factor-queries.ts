// What looks at second factors read: numbers, through functions that lend no more.
import type { Database } from '#verification/instance.ts';

type Query = Pick<Database, 'query'>;

const SECRETS = `select secrets::integer as "secrets", unsealed::integer as "unsealed", codes::integer as "codes",
  unhashed::integer as "unhashed" from holdfast.look_at_factor_secrets()`;

export type FactorSecrets = {
  readonly secrets: number;
  readonly unsealed: number;
  readonly codes: number;
  readonly unhashed: number;
};

/** Undefined when the database tells nothing. Throws what it says instead. */
export async function readFactorSecrets({ query }: Query, signal: AbortSignal): Promise<FactorSecrets | undefined> {
  const [row] = await query(SECRETS, [], signal);
  // The statement above names and types every column.
  return row as FactorSecrets | undefined;
}

const POWERFUL = `select powerful::integer as "powerful", without_factor::integer as "withoutFactor" from holdfast.look_at_factors($1)`;

export type PowerfulPeople = { readonly powerful: number; readonly withoutFactor: number };

/** Owners, admins, and who holds one of these permissions by a role of their organization. As above. */
export async function readPowerfulPeople(
  { query }: Query,
  powers: readonly string[],
  signal: AbortSignal,
): Promise<PowerfulPeople | undefined> {
  const [row] = await query(POWERFUL, [powers], signal);
  return row as PowerfulPeople | undefined;
}
