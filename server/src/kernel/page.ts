// Cursor paging over filtered rows: the only maker of a list reply, so a list without a row filter does not compile.
import { type SelectQueryBuilder, sql } from 'kysely';
import { z } from 'zod';
import type { RowFilter } from './authorize.ts';
import { kernelErrors } from './errors.ts';

export const PAGE_LIMIT_MAX = 200;

export const PageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(PAGE_LIMIT_MAX).default(50).describe('How many items at most'),
  cursor: z.string().min(1).max(200).optional().describe('`nextCursor` of the page before'),
});
export type PageQuery = z.output<typeof PageQuery>;

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

type Ordered = {
  readonly column: string;
  readonly type: 'uuid' | 'bigint';
  readonly direction: 'asc' | 'desc';
};
const NEWEST_FIRST: Ordered = { column: 'id', type: 'uuid', direction: 'desc' };

/**
 * Runs a list query under its row filter. Rows are ordered by one unique column (ids are time-ordered), so the cursor is
 * that column's last value. A malformed cursor is a 400.
 */
export async function listPage<K extends string, DB, TB extends keyof DB, O>(
  filter: RowFilter<K>,
  page: PageQuery,
  query: SelectQueryBuilder<DB, TB, O>,
  order: Ordered = NEWEST_FIRST,
): Promise<PageResult<O>> {
  const column = sql.ref(order.column);
  let filtered = query
    .where(filter.condition)
    .orderBy(column, order.direction)
    .limit(page.limit + 1);
  if (page.cursor !== undefined) {
    const after = decodeCursor(page.cursor, order);
    filtered = filtered.where(
      order.direction === 'desc' ? sql<boolean>`${column} < ${after}` : sql<boolean>`${column} > ${after}`,
    );
  }
  const rows = await filtered.execute();
  const items = rows.slice(0, page.limit);
  const last = items.at(-1) as Readonly<Record<string, unknown>> | undefined;
  const nextCursor = rows.length > page.limit && last !== undefined ? encodeCursor(order, last[order.column]) : null;
  // The brand is made here and in mapPage only: these rows went through the filter.
  return { items, nextCursor } as unknown as PageResult<O>;
}

/** The same page in the words of the reply. */
export function mapPage<T, U>(page: PageResult<T>, map: (row: T) => U): PageResult<U> {
  return { items: page.items.map(map), nextCursor: page.nextCursor } as unknown as PageResult<U>;
}

const IS_OF_TYPE: Readonly<Record<Ordered['type'], (value: string) => boolean>> = {
  uuid: (value) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value),
  bigint: (value) => /^[0-9]{1,19}$/.test(value) && BigInt(value) < 2n ** 63n,
};

function encodeCursor(order: Ordered, value: unknown): string {
  return Buffer.from(`${order.column}.${order.direction}.${String(value)}`).toString('base64url');
}

function decodeCursor(cursor: string, order: Ordered): string {
  const [column, direction, value, ...rest] = Buffer.from(cursor, 'base64url').toString('utf8').split('.');
  const isOurs = column === order.column && direction === order.direction && rest.length === 0;
  if (!isOurs || value === undefined || !IS_OF_TYPE[order.type](value)) {
    throw kernelErrors['request.invalid']({
      fields: [{ pointer: '/query/cursor', message: 'is not a cursor of this list' }],
    });
  }
  return value;
}
