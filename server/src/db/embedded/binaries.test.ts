// Tests of how PostgreSQL is found: which version is taken, what is refused, and the private copy of the npm package.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmod,
  cp,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  realpath,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { isRoot, makeDataDir, start } from '#test/embedded-support.ts';
import { type BinariesSearch, getBinaries } from './binaries.ts';
import { findBest, findBinariesChoice, findServerFolder, findVersion, listSystemFolders } from './candidates.ts';
import { findPackageFolder, preparePackage } from './package-copy.ts';
import { chooseDatabaseUser } from './user.ts';

const packageFolder = findPackageFolder();
const account = { euid: process.geteuid?.() ?? 0, egid: process.getegid?.() ?? 0 };
const user = await chooseDatabaseUser(account, '/nonexistent');
const systemFolders = await listSystemFolders('', user);
const search: BinariesSearch = {
  choice: 'auto',
  dataMajor: undefined,
  user,
  searchPath: '',
  copiesFolder: '/nonexistent',
};

test('a version is read from a release and from nothing else', () => {
  assert.deepEqual(findVersion('postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n'), {
    version: '15.18',
    major: 15,
  });
  assert.deepEqual(findVersion('postgres (PostgreSQL) 18.4\n'), { version: '18.4', major: 18 });
  for (const other of [
    '',
    'postgres (PostgreSQL) 19beta1',
    'postgres (PostgreSQL) 18.4rc1',
    'psql (PostgreSQL) 15.18',
    '15.18',
  ]) {
    assert.equal(findVersion(other), undefined, other);
  }
});

test('the newest version from 15 on is taken, or the newest of the major that the data demands', () => {
  const all = ['14.20', '15.9', '15.18', '9.6', '18.4'].map((version) => ({
    version,
    major: Number.parseInt(version, 10),
  }));
  assert.equal(findBest(all, undefined)?.version, '18.4');
  assert.equal(findBest(all, 15)?.version, '15.18');
  assert.equal(findBest(all, 14), undefined);
  assert.equal(findBest(all, 17), undefined);
  assert.equal(findBest(all.slice(0, 1), undefined), undefined);
  const equals = [
    { version: '15.9', major: 15, from: 'first' },
    { version: '15.9', major: 15, from: 'second' },
  ];
  assert.equal(findBest(equals, undefined)?.from, 'first');
});

test('a choice is one of the documented forms', () => {
  for (const text of ['auto', 'system', 'system:15', 'package', '/opt/pg/bin'] as const)
    assert.equal(findBinariesChoice(text), text);
  for (const text of ['', 'System', 'system:', 'system:1555', 'opt/pg', './bin', 'docker'])
    assert.equal(findBinariesChoice(text), undefined, text);
});

test('a folder counts when both programs are executable in it, links resolved', async () => {
  await withFolder(async (folder) => {
    const bin = join(folder, 'real');
    await mkdir(bin);
    await writeFile(join(bin, 'postgres'), '', { mode: 0o755 });
    assert.equal(await findServerFolder(bin), undefined);
    await writeFile(join(bin, 'initdb'), '', { mode: 0o644 });
    assert.equal(await findServerFolder(bin), undefined);
    await chmod(join(bin, 'initdb'), 0o755);
    assert.equal(await findServerFolder(bin), bin);
    await symlink(bin, join(folder, 'link'));
    assert.equal(await findServerFolder(join(folder, 'link')), bin);
    assert.ok(
      (await listSystemFolders(`relative:${folder}/link:${bin}`, user)).filter((found) => found === bin).length === 1,
    );
  });
});

test('a directory without the programs, and a choice that nothing fits, are refused with a fix', async () => {
  await withFolder(async (folder) => {
    await assert.rejects(getBinaries({ ...search, choice: `/${folder.slice(1)}` }), { reason: 'binaries_invalid' });
  });
  await assert.rejects(getBinaries({ ...search, choice: 'system:98' }), {
    reason: 'binaries_missing',
    message: /needs PostgreSQL 98/,
  });
});

test('a program that does not run as the database user is passed over, and the refusal says why', async () => {
  await withFolder(async (folder) => {
    await chmod(folder, 0o755);
    for (const name of ['postgres', 'initdb'])
      await writeFile(join(folder, name), '#!/bin/sh\necho broken library >&2; exit 127\n', { mode: 0o755 });
    await assert.rejects(getBinaries({ ...search, choice: `/${folder.slice(1)}` }), {
      reason: 'binaries_missing',
      message: /does not run as .*broken library/,
    });
  });
});

test(
  'data keeps its major: the matching programs are found among several, and forcing others is refused',
  { skip: packageFolder === undefined || !systemFolders.some((folder) => folder.includes('/15/')) },
  async () => {
    await using dataDir = await makeDataDir();
    await (await start(dataDir, { binaries: 'package' })).stop();
    await assert.rejects(start(dataDir, { binaries: 'system:15' }), {
      reason: 'major_mismatch',
      message: /written by PostgreSQL 18, .*15\.\d+ in /,
    });
    await using embedded = await start(dataDir, { binaries: 'auto' });
    assert.equal(embedded.major, 18);
  },
);

test('a system PostgreSQL is preferred to the package for new data', { skip: systemFolders.length === 0 }, async () => {
  assert.equal((await getBinaries(search)).source, 'system');
});

test(
  'a package without links gets them in a private copy, and is itself left as it was',
  { skip: packageFolder === undefined },
  async () => {
    await withFolder(async (folder) => {
      await chmod(folder, 0o755);
      const bare = await copyBare(folder);
      const before = await readdir(join(bare, 'native'), { recursive: true });
      const use = { packageFolder: bare, copiesFolder: join(folder, 'copies'), runs: async (bin: string) => runs(bin) };
      const bin = await preparePackage(use);
      assert.ok(bin.startsWith(join(folder, 'copies')));
      assert.ok(runs(bin));
      assert.deepEqual(await readdir(join(bare, 'native'), { recursive: true }), before);
      const [name] = await readdir(join(folder, 'copies'));
      assert.deepEqual(await readdir(join(folder, 'copies')), [name]);

      const library = join(bin, '..', 'lib', 'libcrypto.so.1.1');
      const made = (await lstat(join(bin, 'postgres'))).ino;
      assert.equal(await preparePackage(use), bin);
      assert.equal((await lstat(join(bin, 'postgres'))).ino, made, 'a whole copy is used again');
      await truncate(library, 10);
      assert.ok(!runs(bin));
      assert.ok(runs(await preparePackage(use)), 'a torn copy is made anew');
    });
  },
);

test(
  'a package in a folder closed to the database uid is run from a copy',
  { skip: packageFolder === undefined || !isRoot },
  async () => {
    await withFolder(async (folder) => {
      await chmod(folder, 0o755);
      const bare = await copyBare(folder);
      // As an npm run under umask 077 leaves it.
      execFileSync('/bin/chmod', ['-R', 'go=', bare]);
      const binFolder = join(bare, 'native', 'bin');
      assert.ok(!runs(binFolder));
      const bin = await preparePackage({
        packageFolder: bare,
        copiesFolder: join(folder, 'copies'),
        runs: async (path) => runs(path),
      });
      assert.ok(runs(bin));
    });
  },
);

test('a package whose list of links leads out of it is refused', async () => {
  for (const entry of [
    { source: 'native/lib/x', target: 'native/../../x' },
    { source: '/etc/passwd', target: 'native/x' },
    { target: 'native/x' },
    null,
  ]) {
    await withFolder(async (folder) => {
      await mkdir(join(folder, 'native'));
      await writeFile(join(folder, 'native', 'pg-symlinks.json'), JSON.stringify([entry]));
      const use = { packageFolder: folder, copiesFolder: join(folder, 'copies'), runs: async () => true };
      await assert.rejects(preparePackage(use), { reason: 'binaries_invalid' });
    });
  }
});

/** The package as it is published: without the links that its install script would make. */
async function copyBare(folder: string): Promise<string> {
  const bare = join(folder, 'package');
  await cp(packageFolder ?? '', bare, {
    recursive: true,
    filter: async (path) => !(await lstat(path)).isSymbolicLink(),
  });
  return bare;
}

function runs(bin: string): boolean {
  try {
    const identity = user.separate ? { uid: user.uid, gid: user.gid } : {};
    return execFileSync(join(bin, 'postgres'), ['--version'], { ...identity, cwd: '/', stdio: 'pipe' }).length > 0;
  } catch {
    return false;
  }
}

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'hf-'));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
