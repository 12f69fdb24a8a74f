// Tests of an ordinary life of the embedded database: first start, settings, doors, restart, stop.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { inspect } from 'node:util';
import { Client } from 'pg';
import { isRoot, makeDataDir, makeUsedDataDir, query, start, type TestDataDir } from '#test/embedded-support.ts';
import { EmbeddedError, type EmbeddedExit, type EmbeddedProgress } from './index.ts';
import { isAlive, isDeserted } from './processes.ts';

test('a first start makes a durable, checksummed UTF-8 cluster, and a second start finds its rows', async () => {
  await using dataDir = await makeDataDir();
  const stages: string[] = [];
  const log = ({ stage }: EmbeddedProgress): void => void stages.push(stage);
  {
    await using embedded = await start(dataDir, { log });
    const [row] = await query(
      embedded.superuser,
      `select current_setting('fsync') as fsync, current_setting('full_page_writes') as full_page_writes,
        current_setting('data_checksums') as checksums, current_setting('server_encoding') as encoding,
        current_setting('wal_level') as wal, current_setting('password_encryption') as passwords,
        'a' < 'B' as ignores_case, upper('ä') as upper`,
    );
    assert.deepEqual(row, {
      fsync: 'on',
      full_page_writes: 'on',
      checksums: 'on',
      encoding: 'UTF8',
      wal: 'replica',
      passwords: 'scram-sha-256',
      ignores_case: false,
      upper: 'Ä',
    });
    await query(embedded.superuser, 'create table kept as select 42 as answer');
    assert.equal(await embedded.stop(), 'fast');
    assert.equal(await embedded.stop(), 'already_stopped');
  }
  assert.deepEqual(stages, ['initializing', 'starting', 'ready']);
  assert.deepEqual(
    // Where the path is too long for a socket, `run` lies elsewhere.
    readdirSync(join(dataDir.path, 'database')).filter((name) => name !== 'run'),
    ['binaries', 'cluster', 'config', 'log', 'private'],
    'nothing of the making is left, its password file least of all',
  );
  stages.length = 0;
  await using embedded = await start(dataDir, { log });
  assert.deepEqual(stages, ['starting', 'ready']);
  assert.equal(embedded.adopted, false);
  assert.deepEqual(await query(embedded.superuser, 'select answer from kept'), [{ answer: 42 }]);
});

test('what ALTER SYSTEM writes cannot open TCP or turn durability off', async () => {
  await using dataDir = await makeUsedDataDir();
  await using embedded = await start(dataDir);
  await query(embedded.superuser, `alter system set listen_addresses = '*'`);
  await query(embedded.superuser, 'alter system set fsync = off');
  await embedded.restart();
  const rows = await query(
    embedded.superuser,
    `select name, setting from pg_settings where name in ('fsync', 'listen_addresses') order by 1`,
  );
  assert.deepEqual(rows, [
    { name: 'fsync', setting: 'on' },
    { name: 'listen_addresses', setting: '' },
  ]);
});

test('no process of the database has a TCP or UDP socket', { skip: process.platform !== 'linux' }, async () => {
  await using dataDir = await makeUsedDataDir();
  await using embedded = await start(dataDir);
  const network = ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((kind) => inodesIn(`/proc/net/${kind}`));
  const unix = inodesIn('/proc/net/unix');
  const owned = [embedded.pid, ...childrenOf(embedded.pid)].flatMap(socketsOf);
  assert.ok(
    owned.some((inode) => unix.includes(inode)),
    'the sockets of the server are visible to this test',
  );
  assert.deepEqual(
    owned.filter((inode) => network.includes(inode)),
    [],
  );
});

test('the socket takes the right password alone, for every role and database', async () => {
  await using dataDir = await makeUsedDataDir();
  await using embedded = await start(dataDir);
  await query(embedded.superuser, `create role passwordless login`);
  const refused = { code: '28P01' };
  await assert.rejects(query({ ...embedded.superuser, password: 'wrong' }, 'select 1'), refused);
  await assert.rejects(query({ ...embedded.superuser, user: 'passwordless', password: 'x' }, 'select 1'), refused);
  await assert.rejects(query({ ...embedded.superuser, user: 'nobody-here', password: 'x' }, 'select 1'), refused);
  const [row] = await query(
    embedded.superuser,
    `select rolpassword like 'SCRAM-SHA-256$%' as scram from pg_authid where rolname = 'postgres'`,
  );
  assert.deepEqual(row, { scram: true });
});

test('the superuser password shows in no print of the result and in no file but its own', async () => {
  await using dataDir = await makeUsedDataDir();
  await using embedded = await start(dataDir);
  const password = embedded.superuser.password();
  assert.match(password, /^[\w-]{43}$/);
  for (const text of [
    inspect(embedded, { depth: 5 }),
    JSON.stringify(embedded),
    JSON.stringify({ ...embedded.superuser }),
  ]) {
    assert.ok(!text.includes(password));
  }
  await embedded.stop();
  const holders = readdirSync(dataDir.path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(password));
  const own = join(dataDir.path, 'database', 'private', 'superuser-password');
  assert.deepEqual(holders, [own]);
  assert.equal((await stat(own)).mode & 0o777, 0o600);
});

test('a failing statement leaves neither its text nor its values in the log', async () => {
  await using dataDir = await makeUsedDataDir();
  await using embedded = await start(dataDir);
  await query(embedded.superuser, 'create table person (mail text primary key)');
  await query(embedded.superuser, `insert into person values ('canary@example.org')`);
  await assert.rejects(query(embedded.superuser, `insert into person values ('canary@example.org')`), {
    code: '23505',
  });
  await embedded.stop();
  const folder = join(dataDir.path, 'database', 'log');
  const log = readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('');
  assert.match(log, /duplicate key value violates unique constraint/);
  assert.doesNotMatch(log, /canary/);
});

test('a second start in the same process is refused naming this process, and leaves the first untouched', async () => {
  await using dataDir = await makeUsedDataDir();
  await using embedded = await start(dataDir);
  await assert.rejects(start(dataDir), { reason: 'already_running', message: new RegExp(`process ${process.pid} `) });
  assert.deepEqual(await query(embedded.superuser, 'select 1 as one'), [{ one: 1 }]);
});

test('the end of the postmaster is told, restart brings it back, and after stop nothing of it runs', async () => {
  await using dataDir = await makeUsedDataDir();
  await using embedded = await start(dataDir);
  const exits: EmbeddedExit[] = [];
  embedded.onExit((exit) => exits.push(exit));
  const gone = new Promise((resolve) => void embedded.onExit(resolve));
  const first = embedded.pid;
  process.kill(first, 'SIGKILL');
  await gone;
  assert.deepEqual(exits, [{ code: undefined, signal: 'SIGKILL', expected: false }]);
  await embedded.restart();
  assert.notEqual(embedded.pid, first);
  assert.deepEqual(await query(embedded.superuser, 'select 1 as one'), [{ one: 1 }]);
  await embedded.stop('immediate');
  assert.deepEqual(
    exits.map(({ expected }) => expected),
    [false, true],
  );
  assert.equal(isAlive(embedded.pid), false);
  assert.ok(await becomesDeserted(dataDir), 'no process of the database is left');
  await assert.rejects(embedded.restart(), { reason: 'stopped' });
});

test('stop ends sessions that are in the middle of something', async () => {
  await using dataDir = await makeUsedDataDir();
  await using embedded = await start(dataDir);
  const client = new Client(embedded.superuser);
  const errors: Error[] = [];
  client.on('error', (error) => errors.push(error));
  await client.connect();
  await client.query('begin');
  assert.equal(await embedded.stop(), 'fast');
  const [first] = errors;
  assert.ok(first !== undefined && 'code' in first && first.code === '57P01');
});

test('a lost superuser password is never replaced over existing data', async () => {
  await using dataDir = await makeUsedDataDir();
  const path = join(dataDir.path, 'database', 'private', 'superuser-password');
  const kept = await readFile(path);
  await writeFile(path, '');
  await assert.rejects(start(dataDir), { reason: 'credential_missing' });
  await writeFile(path, `${'x'.repeat(43)}\n`);
  await assert.rejects(start(dataDir), { reason: 'credential_rejected' });
  assert.ok(await becomesDeserted(dataDir), 'no process of the database is left');
  await writeFile(path, kept);
  await using embedded = await start(dataDir);
  assert.deepEqual(await query(embedded.superuser, 'select 1 as one'), [{ one: 1 }]);
});

test('a start that fails says why in the words of the server, without values from statements', async () => {
  await using dataDir = await makeUsedDataDir();
  const first = await start(dataDir);
  await assert.rejects(query(first.superuser, `select 'canary'::int`), { code: '22P02' });
  await first.stop();
  const control = join(dataDir.clusterFolder, 'global', 'pg_control');
  const kept = await readFile(control);
  await writeFile(control, Buffer.alloc(kept.length));
  await assert.rejects(start(dataDir), (error: unknown) => {
    assert.ok(error instanceof EmbeddedError && error.reason === 'start_failed');
    assert.match(error.message, /control file|database files are incompatible/);
    assert.doesNotMatch(error.message, /canary/);
    return true;
  });
  await writeFile(control, kept);
  await (await start(dataDir)).stop();
});

test('data of a major version that is not installed is refused untouched', async () => {
  await using dataDir = await makeUsedDataDir();
  const path = join(dataDir.clusterFolder, 'PG_VERSION');
  const major = await readFile(path, 'utf8');
  await writeFile(path, '99\n');
  await assert.rejects(start(dataDir, { binaries: 'auto' }), {
    reason: 'major_mismatch',
    message: /written by PostgreSQL 99/,
    fix: /Install PostgreSQL 99 .* holdfast data move/,
  });
  await writeFile(path, 'no number\n');
  await assert.rejects(start(dataDir), { reason: 'data_dir_invalid' });
  await writeFile(path, major);
});

test('keys beside the database are out of its reach when it has a uid of its own', { skip: !isRoot }, async () => {
  await using dataDir = await makeUsedDataDir();
  await using embedded = await start(dataDir);
  const key = join(dataDir.path, 'master.key');
  await writeFile(key, 'key material', { mode: 0o600 });
  const read = (path: string): Promise<unknown> => query(embedded.superuser, `select pg_read_file('${path}')`);
  const denied = { code: '42501', message: /could not open file/ };
  await assert.rejects(read(key), denied);
  await assert.rejects(read(join(dataDir.path, 'database', 'private', 'superuser-password')), denied);
  await assert.rejects(
    query(embedded.superuser, `copy (select 1) to '${dataDir.path}/database/config/pg_hba.conf'`),
    denied,
  );
  await assert.rejects(query(embedded.superuser, `select pg_ls_dir('${dataDir.path}')`), { code: '42501' });
});

// The process that writes the log is the last to go, moments after the postmaster.
async function becomesDeserted({ clusterFolder }: TestDataDir): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  for (let attempt = 0; attempt < 500 && !isDeserted(clusterFolder); attempt += 1) await wait(10);
  return isDeserted(clusterFolder);
}

function inodesIn(path: string): readonly string[] {
  const column = path.endsWith('unix') ? 6 : 9;
  const lines = readFileSync(path, 'utf8').trim().split('\n').slice(1);
  return lines.map((line) => line.trim().split(/\s+/)[column] ?? '');
}

function socketsOf(pid: number): readonly string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
    } catch {
      return [];
    }
  });
}

function childrenOf(pid: number): readonly number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .map(Number)
    .filter((child) => child > 0);
}
