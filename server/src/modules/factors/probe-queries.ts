// SQL of the second factors of a person that exists to be probed: all that is stored of them.
import { sql } from 'kysely';
import type { PersonTx } from '#db/scope.ts';

/** Every row, whole. */
export async function readFactors(tx: PersonTx): Promise<string> {
  const { rows } = await sql<{ text: string }>`
    select to_jsonb(f)::text as text from factor f union all select to_jsonb(c)::text from recovery_code c`.execute(tx);
  return rows.map(({ text }) => text).join('\n');
}
