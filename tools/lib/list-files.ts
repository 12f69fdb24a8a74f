// One way to walk a source tree, so that every check sees the same files in the same order.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Folders that never hold source of ours. */
const SKIPPED_FOLDERS: ReadonlySet<string> = new Set(['node_modules', 'dist', 'coverage', '.git']);

/**
 * Paths of the files under `root/folder` that `accepts` takes: relative to `root`, with forward slashes, sorted by
 * code unit. A folder that is missing holds no files. Symbolic links are not followed.
 */
export function listFiles(root: string, folder: string, accepts: (path: string) => boolean): readonly string[] {
  const found: string[] = [];
  const waiting = [folder];
  for (let current = waiting.pop(); current !== undefined; current = waiting.pop()) {
    for (const entry of readFolder(join(root, current))) {
      const path = current === '' ? entry.name : `${current}/${entry.name}`;
      if (entry.isDirectory() && !SKIPPED_FOLDERS.has(entry.name)) waiting.push(path);
      if (entry.isFile() && accepts(path)) found.push(path);
    }
  }
  return found.sort((a, b) => (a < b ? -1 : 1));
}

function readFolder(path: string) {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
