// Tests of what survives violence: killed servers, killed databases, killed initdb, races, reused pids.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import { makeDataDir, makeUsedDataDir, query, spawnStarter, start, type TestDataDir } from '#test/embedded-support.ts';
import { testBinaries } from '#test/cluster.ts';
import { getBinaries } from './binaries.ts';
import type { EmbeddedExit, EmbeddedProgress } from './index.ts';
import { layoutOf } from './layout.ts';
import { clearMisleadingNotes } from './postmaster-file.ts';
import { spawnPostmaster } from './postmaster.ts';
import { probeServer } from './probe.ts';
import { exists, isAlive, worksFor } from './processes.ts';
import { fixedSettings, postgresArguments, type Setting } from './settings.ts';
import { chooseDatabaseUser } from './user.ts';

test('a postmaster whose server was killed is adopted, not started a second time', async () => {
  await using dataDir = await makeUsedDataDir();
  await using starter = await spawnStarter(dataDir);
  const { pid } = await starter.until('serving');
  await starter.killGroup('SIGKILL');
  assert.ok(pid !== undefined && isAlive(pid), 'the database outlives its server');
  const stages: string[] = [];
  await using embedded = await start(dataDir, { log: ({ stage }: EmbeddedProgress) => stages.push(stage) });
  assert.deepEqual(stages, ['adopting', 'ready']);
  assert.deepEqual({ adopted: embedded.adopted, pid: embedded.pid }, { adopted: true, pid });
  assert.deepEqual(await query(embedded.superuser, 'select 1 as one'), [{ one: 1 }]);
  const exits: EmbeddedExit[] = [];
  embedded.onExit((exit) => exits.push(exit));
  assert.equal(await embedded.stop(), 'fast');
  assert.deepEqual(exits, [{ code: undefined, signal: undefined, expected: true }]);
  assert.equal(isAlive(pid), false);
});

test('rows acknowledged before a kill -9 of every database process are there after the restart', async () => {
  await using dataDir = await makeUsedDataDir();
  const stages: string[] = [];
  await using embedded = await start(dataDir, { log: ({ stage }: EmbeddedProgress) => stages.push(stage) });
  await query(embedded.superuser, 'create table receipt (n int primary key)');
  for (let round = 1; round <= 3; round += 1) {
    const acknowledged = await writeUntilKilled(embedded.superuser, round, () => killAll(dataDir, embedded.pid));
    await embedded.restart();
    const rows = await query(embedded.superuser, 'select n from receipt');
    const found = new Set(rows.map(({ n }) => n));
    assert.ok(acknowledged.length > 0);
    assert.deepEqual(
      acknowledged.filter((n) => !found.has(n)),
      [],
    );
  }
  assert.deepEqual(stages.filter((stage) => stage === 'recovering').length, 3);
});

test('kill -9 at any point of initdb leaves nothing half-made, and the next start works', async () => {
  await using dataDir = await makeDataDir();
  const root = join(dataDir.path, 'database');
  let interrupted = 0;
  for (const sign of ['', 'cluster/PG_VERSION', 'cluster/base/5']) {
    await using starter = await spawnStarter(dataDir);
    while (draftsIn(root).every((name) => !existsSync(join(root, name, sign)))) await wait(1);
    await starter.kill('SIGKILL');
    // On a busy machine the blow may come too late; then there must be a whole cluster, which the start below shows.
    if (existsSync(dataDir.clusterFolder)) break;
    interrupted += 1;
  }
  assert.ok(interrupted > 0);
  // The orphans of the killed starters end when they next speak; theirs may be the last folders to go.
  {
    await using embedded = await start(dataDir);
    assert.deepEqual(await query(embedded.superuser, 'select 1 as one'), [{ one: 1 }]);
  }
  await (await start(dataDir)).stop();
  assert.deepEqual(draftsIn(root), []);
});

test('of ten servers started at once on a new directory one serves, and nine are refused naming it', async () => {
  await using dataDir = await makeDataDir();
  await using stack = new AsyncDisposableStack();
  const starters = await Promise.all(Array.from({ length: 10 }, () => spawnStarter(dataDir)));
  for (const starter of starters) stack.use(starter);
  const lines = await Promise.all(starters.map((starter) => starter.until('serving', 'refused')));
  const winners = starters.filter((_, index) => lines[index]?.stage === 'serving');
  assert.equal(winners.length, 1);
  for (const line of lines.filter(({ stage }) => stage === 'refused')) {
    assert.equal(line.reason, 'already_running');
    assert.match(line.message ?? '', new RegExp(`process ${winners[0]?.pid} `));
  }
});

for (const [kind, command] of [
  ['another program has now', 'echo $$; exec sleep 60'],
  ['a zombie keeps', 'sleep 0 & echo $!; exec sleep 60'],
] as const) {
  test(
    `a dead postmaster whose pid ${kind} does not block the start`,
    { skip: process.platform !== 'linux' },
    async () => {
      await using dataDir = await makeUsedDataDir();
      const first = await start(dataDir);
      await first.stop();
      // As the database's uid: PostgreSQL takes the pids of other users for dead ones by itself.
      const { uid, gid } = await stat(dataDir.clusterFolder);
      const identity = process.geteuid?.() === 0 ? { uid, gid } : {};
      const stranger = spawn('/bin/sh', ['-c', command], { ...identity, stdio: ['ignore', 'pipe', 'inherit'] });
      try {
        const [chunk] = await once(stranger.stdout, 'data');
        const pid = Number(String(chunk));
        const note = [pid, dataDir.clusterFolder, 1, 5432, first.socketDir, '', ''].join('\n');
        for (const path of [
          join(dataDir.clusterFolder, 'postmaster.pid'),
          join(first.socketDir, '.s.PGSQL.5432.lock'),
        ]) {
          await writeFile(path, note);
          await chown(path, uid, gid);
        }
        await using embedded = await start(dataDir);
        assert.deepEqual(await query(embedded.superuser, 'select 1 as one'), [{ one: 1 }]);
        assert.ok(exists(pid), 'the stranger was left alone');
      } finally {
        stranger.kill('SIGKILL');
      }
    },
  );
}

test('a backend that outlives its killed postmaster holds the restart up until it is gone', async () => {
  await using dataDir = await makeUsedDataDir();
  await using embedded = await start(dataDir);
  const client = new Client(embedded.superuser);
  client.on('error', () => {});
  await client.connect();
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const orphan = rows[0]?.pid ?? 0;
  // Stopped, it can't notice that its postmaster died, as one deep in a computation doesn't for a while.
  process.kill(orphan, 'SIGSTOP');
  const died = new Promise((resolve) => void embedded.onExit(resolve));
  process.kill(embedded.pid, 'SIGKILL');
  await died;
  let isUp = false;
  const restarted = embedded.restart().then(() => (isUp = true));
  await wait(1000);
  assert.equal(isUp, false);
  assert.ok(isAlive(orphan));
  process.kill(orphan, 'SIGKILL');
  await restarted;
  assert.deepEqual(await query(embedded.superuser, 'select 1 as one'), [{ one: 1 }]);
});

test(
  'a misleading note stays as long as any process of the cluster does',
  { skip: process.platform !== 'linux' },
  async () => {
    await using dataDir = await makeDataDir();
    await mkdir(dataDir.path);
    const path = join(dataDir.path, 'postmaster.pid');
    await writeFile(path, `${process.pid}\n`);
    const orphan = spawn('/bin/sleep', ['60'], { cwd: dataDir.path });
    await once(orphan, 'spawn');
    await clearMisleadingNotes(dataDir.path, dataDir.path);
    assert.ok(existsSync(path));
    orphan.kill('SIGKILL');
    await once(orphan, 'exit');
    await clearMisleadingNotes(dataDir.path, dataDir.path);
    assert.ok(!existsSync(path));
  },
);

test('a postmaster that cannot be seen, as in another container, is not started a second time', async () => {
  await using dataDir = await makeUsedDataDir();
  await using starter = await spawnStarter(dataDir);
  const { pid } = await starter.until('serving');
  await starter.kill('SIGKILL');
  const path = join(dataDir.clusterFolder, 'postmaster.pid');
  const truth = await readFile(path, 'utf8');
  // Above the largest pid there can be (2^22): dead, as a pid of another container looks from here.
  await writeFile(path, truth.replace(/^\d+/, '4194999'));
  await assert.rejects(start(dataDir), { reason: 'already_running', message: /can't see/ });
  assert.ok(isAlive(pid ?? 0));
  await writeFile(path, truth);
  await using embedded = await start(dataDir);
  assert.equal(embedded.adopted, true);
});

test('a survivor in a data directory that was moved is started anew under the new paths', async () => {
  await using dataDir = await makeUsedDataDir();
  await using starter = await spawnStarter(dataDir);
  const { pid } = await starter.until('serving');
  await starter.kill('SIGKILL');
  await rename(dataDir.path, `${dataDir.path}-moved`);
  {
    await using embedded = await start({ ...dataDir, path: `${dataDir.path}-moved` });
    assert.equal(embedded.adopted, false);
    assert.equal(isAlive(pid ?? 0), false);
    assert.deepEqual(await query(embedded.superuser, `select setting from pg_settings where name = 'log_directory'`), [
      { setting: `${dataDir.path}-moved/database/log` },
    ]);
  }
});

test('a survivor that runs without fsync is stopped and started with it', async () => {
  await using dataDir = await makeUsedDataDir();
  const first = await start(dataDir);
  await first.stop();
  const layout = await layoutOf(dataDir.path);
  const account = { euid: process.geteuid?.() ?? 0, egid: process.getegid?.() ?? 0 };
  const user = await chooseDatabaseUser(account, layout.privateFolder);
  const choice = testBinaries();
  const { folder } = await getBinaries({
    choice,
    dataMajor: first.major,
    user,
    searchPath: '',
    copiesFolder: layout.binariesFolder,
  });
  const settings = fixedSettings(layout, first.socketDir).map(([name, value]): Setting => [
    name,
    name === 'fsync' ? 'off' : value,
  ]);
  const weak = await spawnPostmaster({
    program: join(folder, 'postgres'),
    args: postgresArguments(layout.clusterFolder, settings),
    user,
    startupLog: join(layout.privateFolder, 'startup.log'),
  });
  while ((await probeServer(first.superuser, settings)).state !== 'ready') await wait(20);
  await using embedded = await start(dataDir);
  assert.equal(embedded.adopted, false);
  assert.equal(weak.isRunning(), false);
  assert.deepEqual(await query(embedded.superuser, 'show fsync'), [{ fsync: 'on' }]);
});

test('stop signals nobody when the note in the data names another process', async () => {
  await using dataDir = await makeUsedDataDir();
  const embedded = await start(dataDir);
  const path = join(dataDir.clusterFolder, 'postmaster.pid');
  const truth = await readFile(path, 'utf8');
  await writeFile(path, truth.replace(/^\d+/, String(process.pid)));
  await assert.rejects(embedded.stop(), { reason: 'stop_failed' });
  assert.ok(isAlive(embedded.pid));
  await writeFile(path, truth);
  assert.equal(await embedded.stop(), 'fast');
});

function draftsIn(root: string): readonly string[] {
  return existsSync(root) ? readdirSync(root).filter((name) => name.startsWith('initdb-')) : [];
}

async function writeUntilKilled(settings: object, round: number, kill: () => void): Promise<readonly number[]> {
  const client = new Client(settings);
  client.on('error', () => {});
  await client.connect();
  const acknowledged: number[] = [];
  setTimeout(kill, 50 * round);
  for (let n = round * 1_000_000; ; n += 1) {
    try {
      await client.query('insert into receipt values ($1)', [n]);
      acknowledged.push(n);
    } catch {
      return acknowledged;
    }
  }
}

// The postmaster and every process it started, at one blow: nobody is left to write anything more.
function killAll(dataDir: TestDataDir, postmaster: number): void {
  process.kill(postmaster, 'SIGKILL');
  if (process.platform !== 'linux') return;
  for (const pid of readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)) {
    if (pid !== postmaster && isAlive(pid) && worksFor(pid, dataDir.clusterFolder)) process.kill(pid, 'SIGKILL');
  }
}
