// The source of another release in a folder of its own, run with the packages that are installed here.
import { execFile } from 'node:child_process';
import { mkdir, readdir, readlink, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { CLONE } from './machine.ts';
import { makeFolder } from './replicas.ts';

export type ReleaseTree = AsyncDisposable & {
  readonly folder: string;
  /** Program and arguments before the command. */
  readonly program: readonly string[];
};

const runProgram = promisify(execFile);

/** A clone may belong to another user than the one who tests. */
async function git(...args: readonly string[]): Promise<string> {
  const { stdout } = await runProgram('git', ['-c', 'safe.directory=*', '-C', CLONE, ...args]);
  return stdout.trim();
}

/** Whether this is a clone with all its history, and not a copy or a shallow clone, which show no earlier release. */
export async function isWholeClone(): Promise<boolean> {
  return git('rev-parse', '--is-shallow-repository').then(
    (isShallow) => isShallow === 'false',
    () => false,
  );
}

/** The newest release before this commit: the highest tag v… that leads here; undefined when none was made yet. */
export async function findPreviousRelease(): Promise<string | undefined> {
  const here = await git('rev-parse', 'HEAD');
  const tags = (await git('tag', '--list', 'v*', '--merged', 'HEAD', '--sort=-version:refname')).split('\n');
  for (const tag of tags) {
    // A release is no predecessor of itself.
    if (tag !== '' && (await git('rev-parse', `${tag}^{commit}`)) !== here) return tag;
  }
  return undefined;
}

/** The tree of a tag or commit. Its packages are ours: a release whose lock file differs is run with today's versions. */
export async function checkOut(ref: string): Promise<ReleaseTree> {
  const owner = await makeFolder();
  const folder = join(owner.path, 'release');
  const archive = join(owner.path, 'release.tar');
  await mkdir(folder);
  await git('archive', '--format=tar', `--output=${archive}`, ref);
  await runProgram('tar', ['-x', '-f', archive, '-C', folder]);
  await linkPackages(folder);
  return {
    folder,
    program: [process.execPath, join(folder, 'server', 'src', 'main.ts')],
    [Symbol.asyncDispose]: () => owner[Symbol.asyncDispose](),
  };
}

/** A link for each installed package; those of the workspaces lead into the tree itself. */
async function linkPackages(folder: string): Promise<void> {
  const from = join(CLONE, 'node_modules');
  const to = join(folder, 'node_modules');
  for (const name of await listPackages(from)) {
    await mkdir(dirname(join(to, name)), { recursive: true });
    const workspace = await readlink(join(from, name)).catch(() => undefined);
    await symlink(workspace ?? join(from, name), join(to, name));
  }
}

async function listPackages(folder: string): Promise<readonly string[]> {
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.'));
  const scoped = await Promise.all(
    names
      .filter((name) => name.startsWith('@'))
      .map(async (scope) => (await readdir(join(folder, scope))).map((name) => join(scope, name))),
  );
  return [...names.filter((name) => !name.startsWith('@')), ...scoped.flat()];
}
