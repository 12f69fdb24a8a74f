// Makes rows for any table from what the catalog says of it: each belongs to its owner and refers to rows of the same letter.
import { randomBytes, randomUUID } from 'node:crypto';
import type { ClientBase } from 'pg';
import { organizationOf, type Owner, ownersOf, tenantValues } from './owners.ts';
import { nextNumber, samples } from './samples.ts';
import type { ColumnType, TableShape } from './schema.ts';

export type Row = Readonly<Record<string, unknown>>;
export type Owned = { readonly owner: Owner; readonly row: Row };
export type RowsByTable = ReadonlyMap<string, readonly Owned[]>;

/** One row an owner in every table, inserted past every wall, and without what triggers would add to other tables. */
export async function fillTables(superuser: ClientBase, shapes: readonly TableShape[]): Promise<RowsByTable> {
  const filled = new Map<string, Owned[]>();
  // What triggers would write beside them has no owner of ours.
  await superuser.query('set session_replication_role = replica');
  for (const shape of shapes) {
    const made: Owned[] = [];
    filled.set(shape.name, made);
    for (const { owner, row } of rowsToMake(shape, filled)) {
      const { text, values } = insertOf(shape.name, row);
      const stored = await superuser.query<Row>(`${text} returning *`, [...values]);
      made.push({ owner, row: stored.rows[0] ?? row });
    }
  }
  await superuser.query('reset session_replication_role');
  return filled;
}

function rowsToMake(shape: TableShape, filled: RowsByTable): readonly Owned[] {
  const rows = ownersOf(shape.kind).map((owner) => ({ owner, row: newRow(shape, owner, filled) }));
  // A project is a row of its organization, and owns rows itself.
  const projects = shape.name === 'project' ? ownersOf('project') : [];
  const known = projects.map((project) => {
    const owner = organizationOf(project);
    return { owner, row: { ...newRow(shape, owner, filled), id: project.id } };
  });
  return [...rows, ...known];
}

/** A row that is not there yet, with every column that has to be filled. */
export function newRow(shape: TableShape, owner: Owner, filled: RowsByTable): Row {
  const references = shape.foreignKeys.flatMap(({ target, columns, targetColumns }) => {
    const parent = parentOf(filled.get(target) ?? [], owner);
    return columns.map((column, at) => [column, parent?.[targetColumns[at] ?? '']] as const);
  });
  const isSample = ({ table, name }: ColumnType): boolean => samples[`${table}.${name}`] !== undefined;
  const valuesOf = (columns: readonly ColumnType[]) =>
    columns.map((column) => [column.name, valueFor(column)] as const);
  const needed = valuesOf(shape.columns.filter((column) => column.isNeeded && !isSample(column)));
  const sampled = valuesOf(shape.columns.filter(isSample));
  return { ...Object.fromEntries([...needed, ...references, ...sampled]), ...tenantValues(shape.kind, owner) };
}

/** The insert of a row, with its values as parameters. */
export function insertOf(table: string, row: Row): { readonly text: string; readonly values: readonly unknown[] } {
  const names = Object.keys(row);
  const places = names.map((_, index) => `$${String(index + 1)}`);
  return {
    text: `insert into holdfast.${table} (${names.join(', ')}) values (${places.join(', ')})`,
    values: Object.values(row).map((value) => (isJson(value) ? JSON.stringify(value) : value)),
  };
}

function parentOf(rows: readonly Owned[], { letter, id }: Owner): Row | undefined {
  return (rows.find(({ owner }) => owner.id === id) ?? rows.find(({ owner }) => owner.letter === letter))?.row;
}

function isJson(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function valueFor({ table, name, type, listed }: ColumnType): unknown {
  const sample = samples[`${table}.${name}`];
  if (sample !== undefined) return sample();
  const value = VALUES[type];
  if (value === undefined)
    throw new Error(`${table}.${name} has type ${type}; say in server/test/walls how a value of it looks`);
  return listed ?? value(name);
}

const VALUES: Readonly<Record<string, (name: string) => unknown>> = {
  uuid: () => randomUUID(),
  text: (name) => `${name}_${nextNumber()}`,
  name: (name) => `${name}_${nextNumber()}`,
  bool: () => false,
  int4: nextNumber,
  int8: nextNumber,
  bytea: () => randomBytes(32),
  timestamptz: () => new Date(Date.now() + 3_600_000),
  jsonb: () => ({}),
  _text: () => ['x'],
};
