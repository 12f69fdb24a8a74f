// Tests of where the socket lies: inside the data directory when that fits, else in a folder nobody else can have made.
import assert from 'node:assert/strict';
import { chmod, chown, mkdir, mkdtemp, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { isRoot, makeDataDir, query, start } from '#test/embedded-support.ts';
import { fitsSocket, prepareSocketFolder, type SocketFolderRequest } from './socket-folder.ts';
import { chooseDatabaseUser } from './user.ts';

const account = { euid: process.geteuid?.() ?? 0, egid: process.getegid?.() ?? 0 };
const user = await chooseDatabaseUser(account, '/nonexistent');
const tooLong = `/${'x'.repeat(100)}`;

test('a data directory too deep for a socket gets a private runtime folder, and the database serves there', async () => {
  await using dataDir = await makeDataDir({ name: `${'d'.repeat(60)}/${'e'.repeat(60)}` });
  await using embedded = await start(dataDir);
  assert.ok(fitsSocket(embedded.socketDir));
  assert.ok(!embedded.socketDir.startsWith(dataDir.path));
  const folder = await stat(embedded.socketDir);
  assert.deepEqual([folder.mode & 0o777, folder.uid], [0o700, user.uid]);
  assert.deepEqual(await query(embedded.superuser, 'select 1 as one'), [{ one: 1 }]);
  await embedded.stop();
  await using again = await start(dataDir);
  assert.equal(again.socketDir, embedded.socketDir);
  await again.stop();
  await rm(embedded.socketDir, { recursive: true });
});

test('a socket path may hold blanks, commas and quotes', async () => {
  await using dataDir = await makeDataDir({ name: `a, "b" 'c'` });
  await using embedded = await start(dataDir);
  assert.deepEqual(await query(embedded.superuser, 'select 1 as one'), [{ one: 1 }]);
});

test('the bytes of a path count, not its characters', () => {
  const bytesOfName = '/.s.PGSQL.5432'.length;
  const limit = process.platform === 'linux' ? 107 : 103;
  assert.ok(fitsSocket(`/${'x'.repeat(limit - bytesOfName - 1)}`));
  assert.ok(!fitsSocket(`/${'x'.repeat(limit - bytesOfName)}`));
  assert.ok(!fitsSocket(`/${'ä'.repeat(50)}`));
});

test('a runtime folder made by somebody else, a link, or one open to others is refused', async () => {
  await withRuntime(async (runtime, request) => {
    const folder = await prepareSocketFolder(request);
    assert.equal(dirname(folder), runtime);
    assert.equal(await prepareSocketFolder(request), folder);
    const unsafe = { reason: 'socket_folder_unsafe', message: new RegExp(folder) };
    await chmod(folder, 0o755);
    await assert.rejects(prepareSocketFolder(request), unsafe);
    await rm(folder, { recursive: true });
    await mkdir(`${folder}-elsewhere`, { mode: 0o700 });
    await symlink(`${folder}-elsewhere`, folder);
    await assert.rejects(prepareSocketFolder(request), unsafe);
    await rm(folder);
    await writeFile(folder, '', { mode: 0o700 });
    await assert.rejects(prepareSocketFolder(request), unsafe);
    await rm(folder);
    if (!isRoot) return;
    await mkdir(folder, { mode: 0o700 });
    await chown(folder, 12_345, 12_345);
    await assert.rejects(prepareSocketFolder(request), unsafe);
  });
});

test('a folder left between its making and its handing over is taken up again', { skip: !isRoot }, async () => {
  await withRuntime(async (_runtime, request) => {
    const folder = await prepareSocketFolder(request);
    await chown(folder, 0, 0);
    assert.equal(await prepareSocketFolder(request), folder);
    assert.equal((await stat(folder)).uid, user.uid);
  });
});

test('a runtime folder in which others may rename entries is passed over', async () => {
  await withRuntime(async (runtime, request) => {
    await chmod(runtime, 0o777);
    await assert.rejects(prepareSocketFolder(request), { reason: 'socket_path_too_long' });
    await chmod(runtime, 0o1777);
    assert.equal(dirname(await prepareSocketFolder(request)), runtime);
    if (!isRoot) return;
    await chown(runtime, 12_345, 12_345);
    await assert.rejects(prepareSocketFolder(request), { reason: 'socket_path_too_long' });
  });
});

test('when no folder is short enough the start is refused', async () => {
  const request = { preferred: tooLong, dataDir: '/data', user, euid: account.euid, runtimeFolders: [tooLong] };
  await assert.rejects(prepareSocketFolder(request), { reason: 'socket_path_too_long', fix: /HOLDFAST_DATA_DIR/ });
});

async function withRuntime(use: (runtime: string, request: SocketFolderRequest) => Promise<void>): Promise<void> {
  const runtime = await mkdtemp(join(await realpath(tmpdir()), 'hf-'));
  await chmod(runtime, 0o755);
  const request = { preferred: tooLong, dataDir: '/data', user, euid: account.euid, runtimeFolders: [runtime] };
  try {
    await use(runtime, request);
  } finally {
    await rm(runtime, { recursive: true, force: true });
  }
}
