// A list that is here as a whole, such as the few sessions of a person: searched and sorted where it is shown. What the server cut off is said.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo, useState } from 'react';
import type { AllRows } from '../../api/load-all.ts';
import { Notice } from '../notice.tsx';
import { arrange } from './arrange.ts';
import { useAskedHere } from './asked-here.ts';
import type { Asked, Column, Filter } from './column.ts';
import { ListView } from './list-view.tsx';

/** `about`: what stands beside the rows in a document for programs. */
type Cuttable<Row> = AllRows<Row> & { readonly about?: object };

type Props<Row> = {
  readonly name: string;
  readonly queryKey: readonly unknown[];
  /** All rows, or as many as the server tells and whether those are all. `asked`: the filters. */
  readonly load: (signal: AbortSignal, asked: Asked) => Promise<readonly Row[] | Cuttable<Row>>;
  readonly columns: readonly Column<Row>[];
  /** Met by the server. */
  readonly filters?: readonly Filter[];
  readonly isJsonToo?: true;
  readonly rowKey: (row: Row) => string;
  readonly actions?: (row: Row) => ReactNode;
  readonly empty: ReactNode;
};

/** Rows that a page shows before somebody wants more: a browser holds more than it paints with ease. */
const SHOWN_ROWS = 500;

export function WholeTable<Row>({ queryKey, load, columns, filters = [], isJsonToo, ...view }: Props<Row>) {
  const [asked, ask] = useAskedHere();
  const [parts, setParts] = useState(1);
  const filtered = Object.fromEntries(filters.flatMap(({ name }) => (asked[name] ? [[name, asked[name]]] : [])));
  const list = useQuery({
    queryKey: filters.length === 0 ? queryKey : [...queryKey, filtered],
    queryFn: async ({ signal }) => wholeOf(await load(signal, filtered)),
    placeholderData: filters.length === 0 ? undefined : keepPreviousData,
  });
  const sortable = useMemo(() => columns.map((column) => ({ ...column, sort: column.title })), [columns]);
  const rows = useMemo(
    () => arrange(list.data?.rows ?? [], sortable, asked['search'] ?? '', asked['sort']),
    [list.data, sortable, asked],
  );
  const { isWhole = true, about } = list.data ?? {};
  const source = {
    rows: rows.slice(0, parts * SHOWN_ROWS),
    isPending: list.isPending,
    isUpdating: list.isPlaceholderData,
    error: list.error,
    asked,
    ask,
    more: rows.length > parts * SHOWN_ROWS ? { load: () => setParts(parts + 1), isLoading: false } : undefined,
    loadAll: async () => ({ rows, isWhole }),
    toJson: isJsonToo ? () => ({ ...about, isWhole, items: rows }) : undefined,
  };
  return (
    <>
      {isWhole ? null : <Cut count={list.data?.rows.length ?? 0} />}
      <ListView {...view} columns={sortable} source={source} filters={filters} />
    </>
  );
}

function wholeOf<Row>(loaded: readonly Row[] | Cuttable<Row>): Cuttable<Row> {
  return 'rows' in loaded ? loaded : { rows: loaded, isWhole: true };
}

function Cut({ count }: { readonly count: number }) {
  return (
    <Notice tone="yellow" title="This is not all of it">
      The server tells {count.toLocaleString()} at once. Search, order and files know no others: ask for less by a
      filter.
    </Notice>
  );
}
