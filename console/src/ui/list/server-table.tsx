// A list of the server: searched, filtered, sorted and paged there, by the operation that lists it.
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo } from 'react';
import { call, type Input } from '../../api/client.ts';
import { loadAll } from '../../api/load-all.ts';
import type { OperationId, Operations } from '../../api/operations.ts';
import { isDay, startOfDay, startOfNext } from '../day.ts';
import { useAskedHere } from './asked-here.ts';
import { useAskedInAddress } from './asked-in-address.ts';
import type { Asked, Column, Filter } from './column.ts';
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
  /** What is asked for whatever else is: a part of the list alone. */
  readonly only?: QueryOf<Id>;
  /** It stands in a dialog over another list, so that what is asked of it stands in no address. */
  readonly isApart?: true;
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

export function ServerTable<Id extends ListOperation>(props: Props<Id>) {
  const { operation, params, only, isApart, filters = [], below, ...view } = props;
  const names = useMemo(() => ['search', 'sort', ...filters.map(({ name }) => name)], [filters]);
  const inAddress = useAskedInAddress(names);
  const here = useAskedHere();
  const [asked, ask] = isApart ? here : inAddress;
  const query = { ...queryOf(asked, filters), ...only };
  const load = (page: object, signal?: AbortSignal) =>
    // The parts belong to the operation that was named; its own type cannot be told from here.
    call(
      operation,
      { ...(params === undefined ? {} : { params }), query: { ...query, ...page } } as unknown as Input<Id>,
      signal,
    ) as Promise<Page<RowOf<Id>>>;
  const list = useInfiniteQuery({
    queryKey: [operation, params, query],
    queryFn: ({ pageParam, signal }) => load({ cursor: pageParam }, signal),
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
    loadAll: (onProgress: (count: number) => void) => loadAll(load, { onProgress }),
  };
  return (
    <>
      <ListView {...view} source={source} filters={filters} />
      {list.isPending ? null : below}
    </>
  );
}

/** Days are asked for as instants; a day that is not one is asked for as it is, so that the server says so. */
function queryOf(asked: Asked, filters: readonly Filter[]): Asked {
  const days = filters.flatMap((filter) => {
    const day = asked[filter.name];
    if (!('day' in filter) || day === undefined || !isDay(day)) return [];
    return [[filter.name, filter.day === 'from' ? startOfDay(day) : startOfNext(day)] as const];
  });
  return { ...asked, ...Object.fromEntries(days) };
}
