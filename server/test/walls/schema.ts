// What the generator of rows has to know of each table, read from the catalog.
import type { ClientBase } from 'pg';
import { type Facts, type ForeignKey, type Index, readFacts } from '../catalog/facts.ts';

export type ColumnType = {
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly isNeeded: boolean;
  /** The first of the values that a check allows, if a check lists them. */
  readonly listed: string | null;
};
export type TableShape = {
  readonly name: string;
  readonly kind: string;
  readonly columns: readonly ColumnType[];
  readonly primaryKey: readonly string[];
  readonly uniques: readonly Index[];
  readonly foreignKeys: readonly ForeignKey[];
};

/** Every ruled table, parents before children. */
export async function readShapes(
  client: ClientBase,
): Promise<{ readonly shapes: readonly TableShape[]; readonly facts: Facts }> {
  await client.query('begin');
  const facts = await readFacts(client);
  const { rows } = await client.query<ColumnType>(COLUMN_TYPES);
  await client.query('rollback');
  const shapes = facts.tables.flatMap(({ name, kind }): readonly TableShape[] => {
    if (kind === null) return [];
    const indexes = facts.indexes.filter((index) => index.table === name);
    return [
      {
        name,
        kind,
        columns: rows.filter((column) => column.table === name),
        primaryKey: indexes.find(({ isPrimary }) => isPrimary)?.columns ?? [],
        uniques: indexes.filter(({ isUnique }) => isUnique),
        foreignKeys: facts.foreignKeys.filter((key) => key.table === name),
      },
    ];
  });
  return { shapes: parentsFirst(shapes), facts };
}

function parentsFirst(shapes: readonly TableShape[]): readonly TableShape[] {
  const sorted: TableShape[] = [];
  const waiting = [...shapes];
  while (waiting.length > 0) {
    const index = waiting.findIndex((shape) =>
      shape.foreignKeys.every(({ target }) => target === shape.name || sorted.some(({ name }) => name === target)),
    );
    const [next] = waiting.splice(index, 1);
    if (index === -1 || next === undefined) throw new Error('tables refer to each other in a circle');
    sorted.push(next);
  }
  return sorted;
}

const COLUMN_TYPES = `
  select c.relname as table, a.attname as name, t.typname as type, a.attnotnull and not a.atthasdef as "isNeeded",
         (select substring(pg_get_constraintdef(k.oid) from 'ARRAY\\[''([^'']+)''::text')
            from pg_constraint k where k.conrelid = c.oid and k.contype = 'c' and k.conkey = array[a.attnum] limit 1) as listed
    from pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'holdfast' and c.relkind in ('r', 'p')
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    join pg_type t on t.oid = a.atttypid
   order by 1, a.attnum`;
