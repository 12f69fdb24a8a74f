// What of a list is shown, and in which order.

type Column<Row> = { readonly text: (row: Row) => string };

export type Order = { readonly column: number; readonly isDown: boolean };

/** The rows of which a column has the words of the filter; numbers in the order of numbers. */
export function arrange<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  filter: string,
  order: Order | undefined,
): readonly Row[] {
  const wanted = filter.trim().toLowerCase();
  const found =
    wanted === '' ? rows : rows.filter((row) => columns.some(({ text }) => text(row).toLowerCase().includes(wanted)));
  const column = order === undefined ? undefined : columns[order.column];
  if (column === undefined || order === undefined) return found;
  const sign = order.isDown ? -1 : 1;
  const { compare } = new Intl.Collator(undefined, { numeric: true });
  return found.toSorted((one, other) => sign * compare(column.text(one), column.text(other)));
}
