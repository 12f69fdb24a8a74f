// What a list can be asked for: words to search, orders to sort by, one page at a time. Declared once; the query schema, the SQL and
// the reference all come from it.
import { z } from 'zod';
import type { ColumnType } from './cursor.ts';

export const PAGE_LIMIT_MAX = 200;
export const SEARCH_LENGTH_MAX = 100;

export type Sortable = {
  readonly column: string;
  readonly type: ColumnType;
  /** Where rows without a value stand, as a literal of the type; a column that may be empty needs one. */
  readonly whenNull?: string;
};

export type ListSpec<S extends string = string> = {
  /** Names that callers sort by, as fields of the reply are called. */
  readonly sorts: Readonly<Record<S, Sortable>>;
  /** How rows stand when nobody says: a name, with `-` before it for descending. */
  readonly first: NoInfer<S | `-${S}`>;
  /** Columns in which each of the searched words is looked for. */
  readonly search: readonly [string, ...string[]];
  /** Decides between rows of the same place, so that every row has a place of its own; `id` unless told. */
  readonly unique?: { readonly column: string; readonly type: 'uuid' | 'bigint' };
};

const Search = z
  .string()
  .trim()
  .max(SEARCH_LENGTH_MAX)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'holds no control characters and no broken ones')
  .describe('Only what has each of these words somewhere in it, in any case of letters');

export type ListQuery = {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly sort: string;
  readonly search?: string | undefined;
};

/** Declares a list; `query` is the schema of its route, to be extended by filters of its own. */
export function defineList<const S extends string>(spec: ListSpec<S>) {
  return Object.freeze({ ...spec, query: queryOf(spec) });
}

function queryOf({ sorts, first }: ListSpec) {
  const orders = Object.keys(sorts).flatMap((name) => [name, `-${name}`]);
  return z.strictObject({
    limit: z.coerce.number().int().min(1).max(PAGE_LIMIT_MAX).default(50).describe('How many items at most'),
    cursor: z
      .string()
      .min(1)
      .max(2_000)
      .optional()
      .describe('`nextCursor` of the page before; everything else must be asked as it was then'),
    sort: z.enum(orders).default(first).describe('What to sort by; `-` before it for descending'),
    search: Search.optional(),
  });
}
