// Pages of filtered rows: the only maker of a list reply, so a list without a row filter does not compile.
import type { SelectQueryBuilder } from 'kysely';
import { z } from 'zod';
import type { RowFilter } from './authorize.ts';
import { decodeCursor, encodeCursor, type Place } from './cursor.ts';
import type { ListQuery, ListSpec } from './list.ts';
import { hasWords, orderOf } from './list-queries.ts';

declare const pageBrand: unique symbol;
/** One page of rows that went through a row filter. */
export type PageResult<T> = {
  readonly [pageBrand]: true;
  readonly items: readonly T[];
  readonly nextCursor: string | null;
};

/** The reply schema of a list route: items, a cursor, and what else the route tells beside them. */
export type PageSchema<I extends z.ZodObject, E extends z.ZodRawShape = z.ZodRawShape> = z.ZodObject<
  { items: z.ZodArray<I>; nextCursor: z.ZodNullable<z.ZodString> } & E
>;

// eslint-disable-next-line typescript/no-empty-object-type -- no extras is the empty shape
export function pageOf<I extends z.ZodObject, E extends z.ZodRawShape = {}>(item: I, extras?: E): PageSchema<I, E> {
  const page = {
    items: z.array(item),
    nextCursor: z.string().nullable().describe('Pass as `cursor` for the next page; null on the last one'),
  };
  return z.object({ ...page, ...extras }) as unknown as PageSchema<I, E>;
}

/**
 * Runs a list query under its row filter, in the order and with the words that were asked for. Every row has a place of its own
 * (the sorted column, then the unique one), so pages neither overlap nor leave anything out while rows come and go. A malformed
 * cursor is a 400.
 */
export async function listPage<K extends string, DB, TB extends keyof DB, O>(
  filter: RowFilter<K>,
  asked: ListQuery,
  query: SelectQueryBuilder<DB, TB, O>,
  list: ListSpec,
): Promise<PageResult<O>> {
  const order = orderOf(list, asked.sort);
  let found = query
    .where(filter.condition)
    .where(hasWords(list.search, asked.search))
    .select(order.placeColumns)
    .orderBy(order.value, order.direction)
    .orderBy(order.unique, order.direction)
    .limit(asked.limit + 1);
  if (asked.cursor !== undefined) {
    found = found.where(order.isAfter(decodeCursor(asked.cursor, asked.sort, order.types)));
  }
  const rows = await found.execute();
  const items = rows.slice(0, asked.limit);
  const last = rows.length > asked.limit ? placeOf(items.at(-1)) : undefined;
  const nextCursor = last === undefined ? null : encodeCursor(asked.sort, last);
  // The brand is made here and in mapPage only: these rows went through the filter.
  return { items, nextCursor } as unknown as PageResult<O>;
}

function placeOf(row: unknown): Place | undefined {
  const { place_value: value, place_unique: unique } = (row ?? {}) as Readonly<Record<string, unknown>>;
  return typeof value === 'string' && typeof unique === 'string' ? { value, unique } : undefined;
}

/** The same page in the words of the reply. */
export function mapPage<T, U>(page: PageResult<T>, map: (row: T) => U): PageResult<U> {
  return { items: page.items.map(map), nextCursor: page.nextCursor } as unknown as PageResult<U>;
}
