// A generated file as a value, and the small pieces of Markdown that generated pages are made of.

export type GeneratedFile = {
  /** Relative to the repository's root. */
  readonly path: string;
  readonly text: string;
};

/** Says where a page comes from, so that nobody edits it. */
export function generatedFrom(source: string): string {
  return `<!-- Generated from ${source} by \`npm run gen\`; do not edit. -->`;
}

/** A table in Markdown; a cell is text of ours, whose bars are escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map(toCell).join(' | ')} |`);
  return lines.join('\n');
}

export function code(text: string): string {
  return `\`${text}\``;
}

/** A page: its title, what it is about, and its parts, with one empty line between them. */
export function page(source: string, title: string, about: string, parts: readonly string[]): string {
  return `${[generatedFrom(source), `# ${title}`, about, ...parts].join('\n\n')}\n`;
}

/** By code unit, the same on every machine. */
export function byText<T>(textOf: (value: T) => string): (one: T, other: T) => number {
  return (one, other) => (textOf(one) < textOf(other) ? -1 : textOf(one) > textOf(other) ? 1 : 0);
}

function toCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ');
}
