// How every list looks: what is asked of it above, rows or their shape while they load, what to do where there is nothing.
import { Button, Checkbox, Group, Skeleton, Stack, Table, Text } from '@mantine/core';
import { ActButton } from '../act-button.tsx';
import { type ReactNode, useState } from 'react';
import { ProblemBox } from '../problem-box.tsx';
import type { Column, Filter, ListSource } from './column.ts';
import { KeptFocus } from './kept-focus.tsx';
import { Toolbar } from './toolbar.tsx';
import { ColumnHead } from './column-head.tsx';

type Props<Row> = {
  readonly name: string;
  readonly source: ListSource<Row>;
  readonly columns: readonly Column<Row>[];
  readonly filters: readonly Filter[];
  readonly rowKey: (row: Row) => string;
  readonly actions?: (row: Row) => ReactNode;
  readonly bulk?: (rows: readonly Row[], clear: () => void) => ReactNode;
  readonly empty: ReactNode;
};

const SKELETON_ROWS = 6;

export function ListView<Row>(props: Props<Row>) {
  const { name, source, columns, filters, empty } = props;
  const { rows, asked, error } = source;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const isNarrowed = Object.entries(asked).some(
    ([key, value]) => key !== 'sort' && value !== undefined && value !== '',
  );
  const isNothing = !source.isPending && rows.length === 0;
  if (isNothing && error === null && !isNarrowed && !source.isUpdating)
    return <KeptFocus rows={rows}>{empty}</KeptFocus>;
  const chosenRows = rows.filter((row) => chosen.has(props.rowKey(row)));
  return (
    <KeptFocus rows={rows}>
      <Stack gap="sm">
        <Toolbar name={name} source={source} columns={columns} filters={filters} />
        {props.bulk !== undefined && chosenRows.length > 0 ? (
          <Group gap="xs" role="group" aria-label={`Chosen of ${name}`}>
            <Text size="sm">{chosenRows.length} chosen</Text>
            {props.bulk(chosenRows, () => setChosen(new Set()))}
          </Group>
        ) : null}
        <ProblemBox error={error} />
        {isNothing && error === null ? <NothingFound source={source} filters={filters} /> : null}
        {isNothing ? null : <Rows {...props} chosen={chosen} onChoose={setChosen} />}
        {source.more === undefined ? null : (
          <Group>
            <ActButton variant="default" loading={source.more.isLoading} onClick={source.more.load}>
              Show more
            </ActButton>
          </Group>
        )}
      </Stack>
    </KeptFocus>
  );
}

function NothingFound<Row>({ source, filters }: { source: ListSource<Row>; filters: readonly Filter[] }) {
  const clear = () =>
    source.ask(Object.fromEntries(['search', ...filters.map(({ name }) => name)].map((key) => [key, ''])));
  return (
    <Group gap="xs">
      <Text c="dimmed" size="sm">
        Nothing matches what you asked for.
      </Text>
      <Button size="compact-sm" variant="subtle" onClick={clear}>
        Show all
      </Button>
    </Group>
  );
}

type RowsProps<Row> = Props<Row> & {
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (chosen: ReadonlySet<string>) => void;
};

function Rows<Row>({ name, source, columns, rowKey, actions, bulk, chosen, onChoose }: RowsProps<Row>) {
  const { rows, isPending } = source;
  const keys = rows.map(rowKey);
  const areAllChosen = keys.length > 0 && keys.every((key) => chosen.has(key));
  const toggle = (key: string) => {
    const next = new Set(chosen);
    if (!next.delete(key)) next.add(key);
    onChoose(next);
  };
  return (
    <Table.ScrollContainer minWidth={640} type="native" tabIndex={0} role="region" aria-label={name}>
      <Table className="rows" aria-label={name} aria-busy={isPending || source.isUpdating}>
        <Table.Thead>
          <Table.Tr>
            {bulk === undefined ? null : (
              <Table.Th w={36}>
                <Checkbox
                  size="xs"
                  aria-label={`Choose all of ${name}`}
                  checked={areAllChosen}
                  indeterminate={!areAllChosen && chosen.size > 0}
                  onChange={() => onChoose(new Set(areAllChosen ? [] : keys))}
                />
              </Table.Th>
            )}
            {columns.map((column) => (
              <ColumnHead key={column.title} column={column} source={source} />
            ))}
            {actions === undefined ? null : <Table.Th aria-label="Actions" />}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {isPending ? (
            <SkeletonRows columns={columns.length + (actions === undefined ? 0 : 1) + (bulk === undefined ? 0 : 1)} />
          ) : null}
          {rows.map((row) => (
            <Table.Tr key={rowKey(row)}>
              {bulk === undefined ? null : (
                <Table.Td>
                  <Checkbox
                    size="xs"
                    aria-label={`Choose ${columns[0]?.text(row) ?? ''}`}
                    checked={chosen.has(rowKey(row))}
                    onChange={() => toggle(rowKey(row))}
                  />
                </Table.Td>
              )}
              {columns.map((column) => (
                <Table.Td
                  key={column.title}
                  className={column.isNumber ? 'number' : column === columns[0] ? 'name' : undefined}
                >
                  {column.show?.(row) ?? column.text(row)}
                </Table.Td>
              ))}
              {actions === undefined ? null : <Table.Td ta="right">{actions(row)}</Table.Td>}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function SkeletonRows({ columns }: { readonly columns: number }) {
  return Array.from({ length: SKELETON_ROWS }, (_, row) => (
    <Table.Tr key={row}>
      {Array.from({ length: columns }, (_each, column) => (
        <Table.Td key={column}>
          <Skeleton h={26} />
        </Table.Td>
      ))}
    </Table.Tr>
  ));
}
