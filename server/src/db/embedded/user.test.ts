// Tests of who runs the database: ordinary users as themselves, root as somebody unprivileged who can reach the data.
import assert from 'node:assert/strict';
import { chmod, chown, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { assert as check, integer, property, record } from 'fast-check';
import { isRoot, makeDataDir, makeUsedDataDir, query, spawnStarter, start } from '#test/embedded-support.ts';
import { defaultDataDir, startEmbedded } from './index.ts';
import { canSearch } from './traverse.ts';
import { findUnprivileged, parseAccounts } from './user.ts';

const ordinaryUid = 65_534;
const asRoot = { skip: !isRoot };

test(
  'root starts the database as an unprivileged uid, which stays the same and owns the data alone',
  asRoot,
  async () => {
    await using dataDir = await makeUsedDataDir();
    const recordPath = join(dataDir.path, 'database', 'private', 'database-user.json');
    const record = await readFile(recordPath, 'utf8');
    await using embedded = await start(dataDir);
    const status = await readFile(`/proc/${embedded.pid}/status`, 'utf8');
    const [uid, gid, groups] = ['Uid', 'Gid', 'Groups'].map(
      (name) => new RegExp(`^${name}:[ \\t]*(.*)$`, 'm').exec(status)?.[1],
    );
    const folder = await stat(dataDir.clusterFolder);
    assert.notEqual(folder.uid, 0);
    assert.equal(uid, Array(4).fill(folder.uid).join('\t'));
    assert.equal(gid, Array(4).fill(folder.gid).join('\t'));
    assert.equal(groups?.trim(), '');
    assert.equal(folder.mode & 0o777, 0o700);
    assert.match(record, new RegExp(`"uid":${folder.uid},`));
    for (const [name, mode] of [
      ['', 0o711],
      ['database', 0o711],
      ['database/private', 0o700],
    ] as const) {
      const found = await stat(join(dataDir.path, name));
      assert.deepEqual([name, found.uid, found.mode & 0o777], [name, 0, mode]);
    }
  },
);

test('a recorded database uid whose account is gone is refused, not replaced', asRoot, async () => {
  await using dataDir = await makeUsedDataDir();
  const path = join(dataDir.path, 'database', 'private', 'database-user.json');
  await writeFile(path, '{"name":"gone","uid":4000000,"gid":4000000}\n');
  await assert.rejects(start(dataDir), { reason: 'user_unknown', message: /gone \(uid 4000000\)/ });
  await writeFile(path, '{"name":"root","uid":0,"gid":0}\n');
  await assert.rejects(start(dataDir), { reason: 'data_dir_invalid' });
});

test('an ordinary user runs the database as itself, closed to everybody else', async () => {
  await using dataDir = await makeDataDir(isRoot ? { uid: ordinaryUid } : {});
  const uid = isRoot ? ordinaryUid : process.geteuid?.();
  await using starter = await spawnStarter(dataDir, isRoot ? ordinaryUid : undefined);
  const line = await starter.until('serving', 'refused');
  assert.equal(line.stage, 'serving');
  assert.equal((await stat(dataDir.clusterFolder)).uid, uid);
  assert.equal((await stat(dataDir.path)).mode & 0o777, 0o700);
  assert.equal((await stat(join(dataDir.path, 'database'))).mode & 0o777, 0o700);
  // A server of another user must not take the directory over, lock or no lock.
  await starter.kill('SIGTERM');
  if (isRoot) await assert.rejects(start(dataDir), { reason: 'data_dir_not_ours', message: /belongs to uid 65534/ });
});

test('a folder that keeps the database uid out is named before anything is made', asRoot, async () => {
  await using dataDir = await makeDataDir({ name: 'closed/data' });
  const closed = dirname(dataDir.path);
  await mkdir(closed, { mode: 0o700 });
  await assert.rejects(start(dataDir), {
    reason: 'data_dir_not_traversable',
    message: new RegExp(`can't pass through ${closed} to reach`),
    fix: new RegExp(`chmod o\\+x ${closed}\\.`),
  });
  await chmod(closed, 0o701);
  await using embedded = await start(dataDir);
  assert.deepEqual(await query(embedded.superuser, 'select 1 as one'), [{ one: 1 }]);
});

test('a data directory of another user, or one that others may write into, is refused', async () => {
  await using dataDir = await makeDataDir();
  await mkdir(dataDir.path);
  await chmod(dataDir.path, 0o777);
  await assert.rejects(start(dataDir), { reason: 'data_dir_not_ours', fix: /chmod go-w/ });
  await chmod(dataDir.path, 0o750);
  if (isRoot) {
    await chown(dataDir.path, ordinaryUid, ordinaryUid);
    await assert.rejects(start(dataDir), { reason: 'data_dir_not_ours' });
  }
});

test('an existing data directory keeps its mode, opened for searching by root and no further', async () => {
  await using dataDir = await makeDataDir();
  await mkdir(dataDir.path);
  await chmod(dataDir.path, 0o750);
  await (await start(dataDir)).stop();
  assert.equal((await stat(dataDir.path)).mode & 0o777, isRoot ? 0o751 : 0o750);
});

test('a data directory is an absolute path that fits into a line', async () => {
  for (const dataDir of ['', 'data', './data', '/tmp/a\nb', '/tmp/a\u0000b', '/tmp/a\u0085b']) {
    await assert.rejects(
      startEmbedded({ dataDir, log: () => {} }),
      { reason: 'data_dir_invalid' },
      JSON.stringify(dataDir),
    );
  }
});

test('data lies in the home, and for root where other uids can pass', () => {
  assert.equal(defaultDataDir({ euid: 1000, home: '/home/ada' }), '/home/ada/.holdfast');
  assert.equal(defaultDataDir({ euid: 0, home: '/root' }), '/var/lib/holdfast');
});

test('the account is holdfast, then postgres, then nobody, and never one with the rights of root', () => {
  const accounts = parseAccounts(
    'root:x:0:0:root:/root:/bin/bash\n# comment\nnobody:x:65534:65534::/:/bin/false\npostgres:x:101:104::/:/bin/sh\nbroken\n',
  );
  assert.deepEqual(
    accounts.map(({ name }) => name),
    ['root', 'nobody', 'postgres'],
  );
  assert.equal(findUnprivileged(accounts)?.name, 'postgres');
  assert.equal(findUnprivileged([...accounts, { name: 'holdfast', uid: 7, gid: 7 }])?.name, 'holdfast');
  assert.equal(findUnprivileged(accounts.filter(({ name }) => name !== 'postgres'))?.name, 'nobody');
  assert.equal(findUnprivileged([{ name: 'holdfast', uid: 0, gid: 7 }]), undefined);
  assert.equal(findUnprivileged([{ name: 'holdfast', uid: 7, gid: 0 }]), undefined);
  // macOS writes nobody as -2; other systems as 2^32 - 2, which no spawn takes.
  assert.deepEqual(parseAccounts('nobody:*:-2:-2:Unprivileged:/var/empty:/usr/bin/false'), []);
  assert.equal(findUnprivileged([{ name: 'nobody', uid: 4_294_967_294, gid: 4_294_967_294 }]), undefined);
});

test('search permission is read from the first class that matches, as the kernel does', () => {
  const id = integer({ min: 1, max: 4 });
  check(
    property(record({ uid: id, gid: id, mode: integer({ min: 0, max: 0o777 }) }), id, id, (entry, uid, gid) => {
      const digit = entry.mode.toString(8).padStart(3, '0')[entry.uid === uid ? 0 : entry.gid === gid ? 1 : 2] ?? '0';
      assert.equal(canSearch(entry, { uid, gid }), '1357'.includes(digit));
    }),
  );
});
