// Every list: columns as data, a filter over what is shown, pages by cursor, CSV, and the same shape while it loads.
import { Button, Group, Skeleton, Stack, Table, Text, TextInput } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo, useState } from 'react';
import { arrange, type Order } from './arrange.ts';
import { downloadCsv } from './download-csv.ts';
import { ProblemBox } from './problem-box.tsx';

export type Column<Row> = {
  readonly title: string;
  /** For the filter, for sorting and for CSV. */
  readonly text: (row: Row) => string;
  readonly show?: (row: Row) => ReactNode;
  readonly isNumber?: true;
};

export type ListPage<Row> = { readonly items: readonly Row[]; readonly nextCursor?: string | null };

type Props<Row> = {
  readonly name: string;
  readonly queryKey: readonly unknown[];
  readonly load: (cursor: string | undefined, signal: AbortSignal) => Promise<ListPage<Row>>;
  readonly columns: readonly Column<Row>[];
  readonly rowKey: (row: Row) => string;
  readonly actions?: (row: Row) => ReactNode;
  /** What stands there when there is nothing at all. */
  readonly empty: ReactNode;
};

export function DataTable<Row>({ name, queryKey, load, columns, rowKey, actions, empty }: Props<Row>) {
  const [filter, setFilter] = useState('');
  const [order, setOrder] = useState<Order>();
  const list = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => load(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
  const all = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data]);
  const shown = useMemo(() => arrange(all, columns, filter, order), [all, columns, filter, order]);
  if (list.isPending) return <Loading columns={columns.length} />;
  if (list.error !== null && all.length === 0) return <ProblemBox error={list.error} />;
  if (all.length === 0) return empty;
  const hasActions = actions !== undefined;
  const turn = (column: number) =>
    setOrder((before) => ({ column, isDown: before?.column === column ? !before.isDown : false }));
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <TextInput
          aria-label={`Filter ${name}`}
          placeholder="Filter"
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
          w={260}
        />
        <Button variant="default" onClick={() => downloadCsv(name, columns, shown)}>
          CSV
        </Button>
      </Group>
      <Table.ScrollContainer minWidth={640} type="native">
        <Table aria-label={name}>
          <Table.Thead>
            <Table.Tr>
              {columns.map((column, at) => (
                <Table.Th key={column.title} ta={column.isNumber ? 'right' : 'left'} aria-sort={sortOf(order, at)}>
                  <Button variant="transparent" color="gray" size="compact-sm" px={0} onClick={() => turn(at)}>
                    {column.title}
                    {order?.column === at ? (order.isDown ? ' ↓' : ' ↑') : ''}
                  </Button>
                </Table.Th>
              ))}
              {hasActions ? <Table.Th aria-label="Actions" /> : null}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((row) => (
              <Table.Tr key={rowKey(row)}>
                {columns.map((column) => (
                  <Table.Td key={column.title} className={column.isNumber ? 'number' : undefined}>
                    {column.show?.(row) ?? column.text(row)}
                  </Table.Td>
                ))}
                {hasActions ? <Table.Td ta="right">{actions(row)}</Table.Td> : null}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {shown.length === 0 ? (
        <Text c="dimmed" size="sm">
          Nothing matches “{filter}”{list.hasNextPage ? ' among what is loaded' : ''}.
        </Text>
      ) : null}
      <ProblemBox error={list.error} />
      {list.hasNextPage ? (
        <Group>
          <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Show more
          </Button>
        </Group>
      ) : null}
    </Stack>
  );
}

function sortOf(order: Order | undefined, column: number): 'ascending' | 'descending' | 'none' {
  if (order?.column !== column) return 'none';
  return order.isDown ? 'descending' : 'ascending';
}

function Loading({ columns }: { readonly columns: number }) {
  return (
    <Stack gap="xs" role="status" aria-busy="true" aria-label="Loading">
      <Skeleton h={36} w={260} />
      {Array.from({ length: 6 }, (_, row) => (
        <Group key={row} grow>
          {Array.from({ length: columns }, (_each, column) => (
            <Skeleton key={column} h={24} />
          ))}
        </Group>
      ))}
    </Stack>
  );
}
