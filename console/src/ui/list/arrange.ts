// What of a list is shown, and in which order, where the list is here as a whole.

type Column<Row> = { readonly sort: string; readonly text: (row: Row) => string };

/** The rows that have each word in some column; sorted by a column's name, with `-` before it for descending, numbers as numbers. */
export function arrange<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  search: string,
  sort: string | undefined,
): readonly Row[] {
  const words = search.toLowerCase().split(/\s+/);
  const textOf = (row: Row): string => columns.map(({ text }) => text(row).toLowerCase()).join(' ');
  const found = rows.filter((row) => words.every((word) => textOf(row).includes(word)));
  const isDown = sort?.startsWith('-') === true;
  const column = columns.find((one) => one.sort === (isDown ? sort.slice(1) : sort));
  if (column === undefined) return found;
  const { compare } = new Intl.Collator(undefined, { numeric: true });
  const sign = isDown ? -1 : 1;
  return found.toSorted((one, other) => sign * compare(column.text(one), column.text(other)));
}
