// Compares what is generated with what is on disk, and says briefly where they part.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { GeneratedFile } from './document.ts';

/** A line that says how the file on disk differs; undefined when it does not. */
export function findDifference(root: string, { path, text }: GeneratedFile): string | undefined {
  const file = join(root, path);
  if (!existsSync(file)) return `${path} is missing`;
  const onDisk = readFileSync(file, 'utf8');
  if (onDisk === text) return undefined;
  const [stale, fresh] = [onDisk.split('\n'), text.split('\n')];
  const at = fresh.findIndex((line, index) => line !== stale[index]);
  const line = at === -1 ? fresh.length : at;
  return `${path} is stale from line ${String(line + 1)}:\n  - ${shortened(stale[line])}\n  + ${shortened(fresh[line])}`;
}

/** Writes a file unless it says the same already; true when something changed. */
export function writeGenerated(root: string, generated: GeneratedFile): boolean {
  if (findDifference(root, generated) === undefined) return false;
  const file = join(root, generated.path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, generated.text);
  return true;
}

const SHOWN_CHARACTERS_MAX = 160;

function shortened(line: string | undefined): string {
  if (line === undefined) return '(end of file)';
  return line.length <= SHOWN_CHARACTERS_MAX ? line : `${line.slice(0, SHOWN_CHARACTERS_MAX)}…`;
}
