// Prints results as Markdown tables, so that a run can be pasted as it is.

export type Column = { readonly title: string; readonly left?: true };

export function printTable(columns: readonly Column[], rows: readonly (readonly string[])[]): void {
  const titles = columns.map(({ title }) => title);
  const widths = titles.map((title, at) => Math.max(title.length, 3, ...rows.map((row) => (row[at] ?? '').length)));
  const write = (cells: readonly string[]): void => {
    const padded = cells.map((cell, at) => {
      const width = widths[at] ?? 0;
      return columns[at]?.left === true ? cell.padEnd(width) : cell.padStart(width);
    });
    print(`| ${padded.join(' | ')} |`);
  };
  write(titles);
  print(
    `|${widths.map((width, at) => (columns[at]?.left === true ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`,
  );
  for (const row of rows) write(row);
  print();
}

export function print(text = ''): void {
  process.stdout.write(`${text}\n`);
}
