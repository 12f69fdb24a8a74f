// SQL of orders and searches: what a list was asked for, as parts of its query.
import { type RawBuilder, sql } from 'kysely';
import type { ColumnType, Place } from './cursor.ts';
import type { ListSpec, Sortable } from './list.ts';

/** An order by its name, `-` before it for descending. The schema of the route lets only names of the list through. */
export function orderOf(list: ListSpec, sort: string) {
  const isDown = sort.startsWith('-');
  const sortable = list.sorts[isDown ? sort.slice(1) : sort];
  if (sortable === undefined) throw new Error(`no order of this list is called ${sort}`);
  const { column, type } = list.unique ?? { column: 'id', type: 'uuid' };
  const [value, unique, comes] = [valueOf(sortable), sql.ref(column), sql.raw(isDown ? '<' : '>')];
  return {
    value,
    unique,
    direction: isDown ? 'desc' : 'asc',
    types: { value: sortable.type, unique: type },
    placeColumns: [sql<string>`${value}::text`.as('place_value'), sql<string>`${unique}::text`.as('place_unique')],
    isAfter: (place: Place) =>
      sql<boolean>`(${value}, ${unique}) ${comes} (${typed(place.value, sortable.type)}, ${typed(place.unique, type)})`,
  } as const;
}

function valueOf({ column, type, whenNull }: Sortable): RawBuilder<unknown> {
  const plain = whenNull === undefined ? sql.ref(column) : sql`coalesce(${sql.ref(column)}, ${typed(whenNull, type)})`;
  return type === 'text' ? sql`lower(${plain})` : plain;
}

function typed(value: string, type: ColumnType): RawBuilder<unknown> {
  return sql`${value}::${sql.raw(type)}`;
}

/** Each word somewhere in one of the columns, in any case of letters. */
export function hasWords(columns: readonly string[], search = ''): RawBuilder<boolean> {
  const words = search.split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) return sql<boolean>`true`;
  const text = sql`concat_ws(' ', ${sql.join(columns.map((column) => sql.ref(column)))})`;
  const each = words.map((word) => sql`${text} ilike ${`%${word.replaceAll(/[\\%_]/g, '\\$&')}%`}`);
  return sql<boolean>`(${sql.join(each, sql` and `)})`;
}
