// The head of a column: a button where the list can be sorted by it, which says in which order it stands.
import { Table, UnstyledButton } from '@mantine/core';
import type { Column, ListSource } from './column.ts';

type Props<Row> = { readonly column: Column<Row>; readonly source: ListSource<Row> };

export function ColumnHead<Row>({ column, source: { asked, ask } }: Props<Row>) {
  const { title, sort, isNumber } = column;
  const align = isNumber ? 'right' : 'left';
  if (sort === undefined) return <Table.Th ta={align}>{title}</Table.Th>;
  const order = asked['sort'] === sort ? 'ascending' : asked['sort'] === `-${sort}` ? 'descending' : 'none';
  // Up, down, and back to how it stands by itself.
  const next = order === 'none' ? sort : order === 'ascending' ? `-${sort}` : undefined;
  const mark = <span aria-hidden="true">{MARKS[order]}</span>;
  return (
    <Table.Th ta={align} aria-sort={order}>
      <UnstyledButton className="column-head" onClick={() => ask({ sort: next })}>
        {/* Before the words where they end with their numbers. */}
        {isNumber ? mark : null}
        {title}
        {isNumber ? null : mark}
      </UnstyledButton>
    </Table.Th>
  );
}

/** Of the same width, so that nothing moves. */
const MARKS = { ascending: '↑', descending: '↓', none: '\u2007' } as const;
