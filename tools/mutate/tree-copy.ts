// A copy of the source tree in which files can be changed while others work in the original.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readlinkSync, lstatSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const LEFT_OUT: ReadonlySet<string> = new Set(['.git', 'coverage', 'dist', 'node_modules']);

export type TreeCopy = Disposable & { readonly root: string };

/** Copies a repository; packages are linked to, and the workspaces among them lead to the copy's own. */
export function copyTree(repository: string): TreeCopy {
  const root = mkdtempSync(join(tmpdir(), 'hf-mutate-'));
  cpSync(repository, root, {
    recursive: true,
    filter: (source) => source === repository || !LEFT_OUT.has(basename(source)),
  });
  linkPackages(join(repository, 'node_modules'), join(root, 'node_modules'));
  return { root, [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }) };
}

function linkPackages(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    const [source, target] = [join(from, name), join(to, name)];
    const isLink = lstatSync(source).isSymbolicLink();
    // A link is a workspace, named by a relative path; it leads to the same place of the copy.
    if (isLink) symlinkSync(readlinkSync(source), target);
    else if (name.startsWith('@')) linkPackages(source, target);
    else symlinkSync(source, target);
  }
}
