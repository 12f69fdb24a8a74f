// A list that is here as a whole, such as the few sessions of a person: searched and sorted where it is shown.
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo, useState } from 'react';
import { arrange } from './arrange.ts';
import type { Asked, Column } from './column.ts';
import { ListView } from './list-view.tsx';

type Props<Row> = {
  readonly name: string;
  readonly queryKey: readonly unknown[];
  readonly load: (signal: AbortSignal) => Promise<readonly Row[]>;
  readonly columns: readonly Column<Row>[];
  readonly rowKey: (row: Row) => string;
  readonly actions?: (row: Row) => ReactNode;
  readonly empty: ReactNode;
};

export function WholeTable<Row>({ queryKey, load, columns, ...view }: Props<Row>) {
  const [asked, setAsked] = useState<Asked>({});
  const list = useQuery({ queryKey, queryFn: ({ signal }) => load(signal) });
  const sortable = useMemo(() => columns.map((column) => ({ ...column, sort: column.title })), [columns]);
  const rows = useMemo(
    () => arrange(list.data ?? [], sortable, asked['search'] ?? '', asked['sort']),
    [list.data, sortable, asked],
  );
  const source = {
    rows,
    isPending: list.isPending,
    isUpdating: false,
    error: list.error,
    asked,
    ask: (change: Asked) => setAsked((before) => ({ ...before, ...change })),
    more: undefined,
    loadAll: async () => ({ rows, isWhole: true }),
  };
  return <ListView {...view} columns={sortable} source={source} filters={[]} />;
}
