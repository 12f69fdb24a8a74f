// Tests of the lock on a data directory: one holder, for exactly as long as its process lives.
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { makeDataDir, makeUsedDataDir, query, spawnStarter, start } from '#test/embedded-support.ts';
import { lockDataDir } from './lock.ts';

test('the lock ends with its process and not before', async () => {
  await using dataDir = await makeUsedDataDir();
  await using starter = await spawnStarter(dataDir);
  await starter.until('serving');
  for (let attempt = 0; attempt < 2; attempt += 1) {
    await assert.rejects(start(dataDir), { reason: 'already_running', message: new RegExp(`process ${starter.pid} `) });
  }
  await starter.kill('SIGKILL');
  await (await start(dataDir)).stop();
});

test('a refused start in the same process does not drop the lock towards other processes', async () => {
  await using dataDir = await makeUsedDataDir();
  await using embedded = await start(dataDir);
  await assert.rejects(start(dataDir), { reason: 'already_running' });
  await using starter = await spawnStarter(dataDir);
  const line = await starter.until('serving', 'refused');
  assert.equal(line.reason, 'already_running');
  assert.deepEqual(await query(embedded.superuser, 'select 1 as one'), [{ one: 1 }]);
});

test('a lock that nobody refers to is not given free by the garbage collector', async () => {
  await using dataDir = await makeDataDir();
  await mkdir(dataDir.path);
  await lockDataDir(dataDir.path);
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  assert.ok(typeof collect === 'function');
  for (let round = 0; round < 5; round += 1) {
    collect();
    await wait(1);
  }
  await assert.rejects(lockDataDir(dataDir.path), { reason: 'already_running' });
});

test('a released lock can be taken again, and releasing twice takes nothing from the next holder', async () => {
  await using dataDir = await makeDataDir();
  await mkdir(dataDir.path);
  const first = await lockDataDir(dataDir.path);
  await first.release();
  const second = await lockDataDir(dataDir.path);
  await first.release();
  const named = { reason: 'already_running', message: new RegExp(`process ${process.pid} `) };
  await assert.rejects(lockDataDir(dataDir.path), named);
  await second.release();
  await (await lockDataDir(dataDir.path)).release();
});

test('a damaged lock file is named, and never taken for a free one', async () => {
  await using dataDir = await makeDataDir();
  await mkdir(dataDir.path);
  await writeFile(join(dataDir.path, 'lock'), 'this is no lock'.repeat(100));
  await assert.rejects(lockDataDir(dataDir.path), { reason: 'lock_unavailable' });
});
