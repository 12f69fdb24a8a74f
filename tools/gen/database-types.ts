// Renders server/src/db/types.ts from a migrated database: one interface a table, one map a kind of scope.
import type { Client } from 'pg';

type Column = {
  readonly table: string;
  readonly kind: string;
  readonly column: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly has_default: boolean;
};

const TYPES: Readonly<Record<string, string>> = {
  uuid: 'string',
  text: 'string',
  name: 'string',
  bool: 'boolean',
  int4: 'number',
  int8: 'Int8',
  numeric: 'Int8',
  bytea: 'Buffer',
  timestamptz: 'Timestamp',
  jsonb: 'Json',
  _text: 'string[]',
  _timestamptz: 'Date[]',
  _uuid: 'string[]',
};
const KINDS = ['org', 'project', 'person', 'system', 'stream'] as const;

export async function renderDatabaseTypes(client: Client): Promise<string> {
  const { rows } = await client.query<Column>(`
    select c.relname as table, r.kind, a.attname as column, t.typname as type, not a.attnotnull as nullable, a.atthasdef as has_default
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'holdfast'
      join holdfast.table_rule r on r.table_name = c.relname
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      join pg_type t on t.oid = a.atttypid
     where c.relkind in ('r', 'p') and not c.relispartition
     order by c.relname, a.attnum`);
  const tables = Map.groupBy(rows, (row) => row.table);
  return [
    '// Generated from the migrated database by `npm run gen`; do not edit.',
    "import type { ColumnType } from 'kysely';",
    '',
    'export type Int8 = ColumnType<string, string | number | bigint, string | number | bigint>;',
    'export type Json = ColumnType<unknown, string, string>;',
    'export type Timestamp = ColumnType<Date, Date | string, Date | string>;',
    '/** May be left out of an insert. */',
    'export type Generated<T> =',
    '  T extends ColumnType<infer S, infer I, infer U> ? ColumnType<S, I | undefined, U> : ColumnType<T, T | undefined, T>;',
    '',
    ...[...tables.values()].flatMap(renderTable),
    ...KINDS.flatMap((kind) => renderMap(kind, tables)),
  ].join('\n');
}

function renderTable(columns: readonly Column[]): readonly string[] {
  const [first] = columns;
  if (first === undefined) return [];
  return [
    `export interface ${pascal(first.table)}Table {`,
    ...columns.map((column) => `  ${column.column}: ${typeOf(column)};`),
    '}',
    '',
  ];
}

function typeOf(column: Column): string {
  const base = TYPES[column.type];
  if (base === undefined)
    throw new Error(
      `${column.table}.${column.column} has type ${column.type}, which tools/gen/database-types.ts does not know`,
    );
  const nullable = column.nullable ? `${base} | null` : base;
  return column.has_default ? `Generated<${nullable}>` : nullable;
}

function renderMap(kind: (typeof KINDS)[number], tables: ReadonlyMap<string, readonly Column[]>): readonly string[] {
  const ours = [...tables].filter(([, columns]) => columns[0]?.kind === kind).map(([name]) => name);
  return [
    `export interface ${pascal(kind)}Tables {`,
    ...ours.map((name) => `  ${name}: ${pascal(name)}Table;`),
    '}',
    '',
  ];
}

function pascal(name: string): string {
  return name.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
