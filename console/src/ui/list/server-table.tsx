// A list of the server: searched, filtered, sorted and paged there, by the operation that lists it.
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo } from 'react';
import { call, type Input } from '../../api/client.ts';
import { loadAll } from '../../api/load-all.ts';
import type { OperationId, Operations } from '../../api/operations.ts';
import { useAskedInAddress } from './asked-in-address.ts';
import type { Column, Filter } from './column.ts';
import { ListView } from './list-view.tsx';

type Page<Row> = { readonly items: readonly Row[]; readonly nextCursor: string | null };
/** Operations that answer with pages. */
export type ListOperation = {
  [Id in OperationId]: Operations[Id]['reply'] extends Page<unknown> ? Id : never;
}[OperationId];

export type RowOf<Id extends ListOperation> = Operations[Id]['reply']['items'][number];
type QueryOf<Id extends ListOperation> = NonNullable<Operations[Id]['query']>;
type SortOf<Id extends ListOperation> =
  QueryOf<Id> extends { readonly sort?: infer S } ? Exclude<S & string, `-${string}`> : never;
type FilterOf<Id extends ListOperation> = Exclude<keyof QueryOf<Id> & string, 'limit' | 'cursor' | 'sort' | 'search'>;

export type ServerColumn<Id extends ListOperation> = Column<RowOf<Id>, SortOf<Id>>;

type Props<Id extends ListOperation> = {
  readonly name: string;
  readonly operation: Id;
  readonly params?: Readonly<Record<string, string>>;
  readonly columns: readonly ServerColumn<Id>[];
  readonly filters?: readonly Filter<FilterOf<Id>>[];
  readonly rowKey: (row: RowOf<Id>) => string;
  readonly actions?: (row: RowOf<Id>) => ReactNode;
  /** What can be done with several rows at once. */
  readonly bulk?: (rows: readonly RowOf<Id>[], clear: () => void) => ReactNode;
  readonly empty: ReactNode;
  /** Stands under the rows, once it is known how many there are: nothing moves. */
  readonly below?: ReactNode;
};

export function ServerTable<Id extends ListOperation>({ operation, params, filters = [], below, ...view }: Props<Id>) {
  const names = useMemo(() => ['search', 'sort', ...filters.map(({ name }) => name)], [filters]);
  const [asked, ask] = useAskedInAddress(names);
  const load = (query: object, signal?: AbortSignal) =>
    // The parts belong to the operation that was named; its own type cannot be told from here.
    call(operation, { ...(params === undefined ? {} : { params }), query } as unknown as Input<Id>, signal) as Promise<
      Page<RowOf<Id>>
    >;
  const list = useInfiniteQuery({
    queryKey: [operation, params, asked],
    queryFn: ({ pageParam, signal }) => load({ ...asked, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  const rows = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data]);
  const source = {
    rows,
    isPending: list.isPending,
    isUpdating: list.isPlaceholderData,
    error: list.error,
    asked,
    ask,
    more: list.hasNextPage ? { load: () => void list.fetchNextPage(), isLoading: list.isFetchingNextPage } : undefined,
    loadAll: (onProgress: (count: number) => void) => loadAll((query) => load({ ...asked, ...query }), { onProgress }),
  };
  return (
    <>
      <ListView {...view} source={source} filters={filters} />
      {list.isPending ? null : below}
    </>
  );
}
