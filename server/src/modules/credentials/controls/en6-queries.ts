// Which tables with secrets have a time that is never null, as the catalog says.
import type { Database } from '#verification/instance.ts';

const STATEMENT = `select t.name, exists (
    select from pg_catalog.pg_attribute a
     where a.attrelid = to_regclass('holdfast.' || quote_ident(t.name)) and a.attnum > 0 and not a.attisdropped
       and a.attnotnull and a.atttypid = 'timestamptz'::regtype) as "hasTime"
  from unnest($1::text[]) as t (name) order by 1`;

export type TableAge = { readonly name: string; readonly hasTime: boolean };

/** Throws what the database says. */
export async function readAges(
  { query }: Pick<Database, 'query'>,
  tables: readonly string[],
  signal: AbortSignal,
): Promise<readonly TableAge[]> {
  const rows = await query(STATEMENT, [[...tables]], signal);
  return rows.map((row) => ({ name: String(row['name']), hasTime: row['hasTime'] === true }));
}

/** How many secrets others have seen that nobody has replaced. Throws what the database says. */
export async function readExposed(
  { query }: Pick<Database, 'query'>,
  signal: AbortSignal,
): Promise<number | undefined> {
  const [row] = await query('select exposed::integer as "exposed" from holdfast.look_at_exposed()', [], signal);
  return typeof row?.['exposed'] === 'number' ? row['exposed'] : undefined;
}
