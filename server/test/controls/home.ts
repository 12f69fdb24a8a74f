// A copy of the folder the product runs from, to be changed on purpose, and a running server that takes it for its own.
import { cp, mkdir, readdir } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { repositoryRoot } from '../../../tools/lib/repository.ts';
import { release } from '../../src/release.ts';
import type { Breakage } from './system.ts';

const NOT_COPIED = new Set(['node_modules', '.git', 'coverage', 'dist']);

/** Everything of the product, and of each installed package its manifest: what a look at the files can see. */
export async function copyHome(to: string): Promise<void> {
  await cp(repositoryRoot, to, { recursive: true, filter: (from) => !NOT_COPIED.has(basename(from)) });
  const manifests = await listManifests(join(repositoryRoot, 'node_modules'));
  await Promise.all(
    manifests.map(async (path) => {
      const target = join(to, relative(repositoryRoot, path));
      await mkdir(dirname(target), { recursive: true });
      await cp(path, target);
    }),
  );
}

/** Nested packages too; links to folders of the product are not followed. */
async function listManifests(modules: string): Promise<readonly string[]> {
  const entries = await readdir(modules, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
  const found = await Promise.all(
    folders.map(({ name }) => {
      const path = join(modules, name);
      return name.startsWith('@') ? listManifests(path) : listOf(path);
    }),
  );
  return found.flat();
}

async function listOf(path: string): Promise<readonly string[]> {
  return [join(path, 'package.json'), ...(await listManifests(join(path, 'node_modules')))];
}

/** The running server looks at `home` from now on, as if it had been started there. */
export function runFrom(home: string): Breakage {
  return async () => {
    const before = release.home;
    Object.assign(release, { home });
    return async () => void Object.assign(release, { home: before });
  };
}
