// Prints faults and warnings for a person at a terminal: each with its fix, all on one screen.
import { type Fault, printable, type Warning } from './fault.ts';
import type { Note } from './legacy.ts';

/** `width` in columns. Color changes the look alone, never the words. */
export type RenderOptions = { readonly color: boolean; readonly width: number };

/** Exit status of a refused configuration (EX_CONFIG of sysexits.h). */
export const configurationExitStatus = 78;

const columnsMin = 40;
const columnsMax = 120;
const sgr = { red: '31', yellow: '33', bold: '1', none: '' } as const;

/** What does not happen because of the faults, and the status the process exits with. */
export type RefusedWork = { readonly what: string; readonly exitStatus: number };

const refusedStart: RefusedWork = { what: 'Holdfast does not start', exitStatus: configurationExitStatus };

/** The screen of a refused start, or of other work that was refused. Ends with a line break; empty text for no faults. */
export function renderFaults(
  faults: readonly Fault[],
  options: RenderOptions,
  { what, exitStatus }: RefusedWork = refusedStart,
): string {
  if (faults.length === 0) return '';
  const count = faults.length === 1 ? 'one thing' : `${faults.length} things`;
  const title = `${what}: ${count} to mend.`;
  const tail = `Nothing turns these checks off. Settings: docs/reference/config.md (exit status ${exitStatus})`;
  return [paint(title, 'red', options), '', ...list(faults, options), ...wrap(tail, '', options), ''].join('\n');
}

/** Warnings of a start that goes on. */
export function renderWarnings(warnings: readonly Warning[], options: RenderOptions): string {
  if (warnings.length === 0) return '';
  return [paint('Worth mending soon:', 'yellow', options), '', ...list(warnings, options), ''].join('\n');
}

/** Settings of other products that are set and not read, a line each. */
export function renderNotes(notes: readonly Note[], options: RenderOptions): string {
  if (notes.length === 0) return '';
  const lines = notes.flatMap(({ key, problem, fix }) => wrap(`${key} ${problem}. ${fix}`, '  ', options));
  return [paint('Settings of other products:', 'bold', options), ...lines, ''].join('\n');
}

function list(items: readonly Fault[], options: RenderOptions): readonly string[] {
  const digits = String(items.length).length;
  const indent = ' '.repeat(digits + 3);
  return items.flatMap(({ key, problem, fix }, index) => [
    `${String(index + 1).padStart(digits + 1)}. ${paint(printable(key), 'bold', options)}`,
    ...wrap(problem, indent, options),
    ...wrap(`Fix: ${fix}`, indent, options),
    '',
  ]);
}

/** Breaks at spaces; a longer word, such as a path, stays whole so that it can be copied. */
function wrap(text: string, indent: string, { width }: RenderOptions): readonly string[] {
  const columns = Math.max(columnsMin, Math.min(columnsMax, width)) - indent.length;
  const lines: string[] = [];
  let line = '';
  for (const word of printable(text.replaceAll(/\s*\n\s*/g, ' ')).split(' ')) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(indent + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, indent + line];
}

function paint(text: string, look: keyof typeof sgr, { color }: RenderOptions): string {
  return color && sgr[look] !== '' ? `\u001b[${sgr[look]}m${text}\u001b[0m` : text;
}
