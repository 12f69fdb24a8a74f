// The packages that are really there, whatever the lock file says.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Paths of installed packages like `node_modules/pg`, nested ones too; links to folders of the repository are not among them. */
export function listInstalled(root: string): readonly string[] {
  const found: string[] = [];
  const waiting = ['', 'protocol/', 'server/'].map((workspace) => `${workspace}node_modules`);
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    if (!existsSync(join(root, folder))) continue;
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (!entry.isDirectory() || entry.name.startsWith('.')) continue;
      if (entry.name.startsWith('@')) waiting.push(path);
      else found.push(path);
      if (!entry.name.startsWith('@')) waiting.push(`${path}/node_modules`);
    }
  }
  return found.toSorted();
}
