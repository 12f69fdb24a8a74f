// Lists of blocks as people type them, one on each line, and what the server says of a line.
import { isProblem } from '../api/problem.ts';

export function blocksIn(text: string): string[] {
  return text
    .split(/[\s,]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** What is wrong with each line of a list, by what was typed there. */
export function faultIn(error: unknown, list: string, blocks: readonly string[]): string | undefined {
  if (!isProblem(error)) return undefined;
  const told = error.fields.flatMap(({ pointer, message }) => {
    const at = new RegExp(`^/body/${list}/(\\d+)$`).exec(pointer)?.[1];
    if (at !== undefined) return [`${blocks[Number(at)] ?? ''} ${message}`];
    return pointer === `/body/${list}` ? [message] : [];
  });
  return told.length === 0 ? undefined : told.join('; ');
}
