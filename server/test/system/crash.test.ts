// Violence against running processes: nothing acknowledged is lost, nothing is half done, and what died comes back.
import assert from 'node:assert/strict';
import { readdirSync, readlinkSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type ModelUpstream, startModelUpstream } from '#test/e2e/model-upstream.ts';
import { makeDataDir, type TestDataDir } from '#test/embedded-support.ts';
import { assertProblem, type Caller, createCaller } from './lib/caller.ts';
import { postmasterOf, queryEmbedded } from './lib/embedded-access.ts';
import { chatOf, connectUpstream, makeKey, readLog, setUp } from './lib/installation.ts';
import { run, type ServerProcess, start } from './lib/processes.ts';
import { findFreePort, type Settings, settingsOf, WIDE_RATES } from './lib/settings.ts';
import { until } from './lib/until.ts';
import { assertNothingLost, type Outcome, startWriters } from './lib/writers.ts';

const CLIENTS = 4;

let dataDir: TestDataDir;
let upstream: ModelUpstream;
let settings: Settings;
let server: ServerProcess;
let caller: Caller;
let cookie: string;
const outcomes: Outcome[] = [];

describe('after violence', () => {
  before(async () => {
    upstream = await startModelUpstream();
    dataDir = await makeDataDir();
    settings = await settingsOf(dataDir.path, {
      ...WIDE_RATES,
      HOLDFAST_PORT: await findFreePort(),
      HOLDFAST_OUTBOUND_ALLOW: `127.0.0.1:${upstream.port}`,
    });
    server = await start({ settings });
    caller = createCaller({ port: server.port, hangMs: 10_000 });
    cookie = await setUp(caller, server.ready.setupLink);
    await connectUpstream(caller, cookie, upstream.port);
  });

  after(async () => {
    caller[Symbol.dispose]();
    await server[Symbol.asyncDispose]();
    await dataDir[Symbol.asyncDispose]();
    await upstream[Symbol.asyncDispose]();
  });

  const look = (sql: string) => queryEmbedded(dataDir.path, sql);

  test('kill -9 of the server in the middle of writes loses nothing acknowledged and leaves nothing half done', async () => {
    for (const round of ['first', 'second']) {
      const postmaster = await postmasterOf(dataDir.path);
      const writers = startWriters(caller, cookie, CLIENTS, `server-${round}`);
      await writers.more(25);
      await server.end('SIGKILL');
      await writers.stop();
      outcomes.push(...writers.outcomes);
      server = await start({ settings }, []);
      assert.match(server.screen(), /still running from before; taking it over/);
      assert.equal(await postmasterOf(dataDir.path), postmaster, 'the surviving database is adopted');
      await assertNothingLost(look, outcomes);
    }
    const newest = outcomes.findLast(({ told }) => told === 'made');
    assert.equal((await caller.call('GET', '/v1/models', { key: newest?.key ?? '' })).status, 200);
    await readLog(caller, { cookie }, 'api_key.created');
  });

  for (const [what, kill] of [
    ['all of PostgreSQL', killAll],
    ['the postmaster', killPostmaster],
    ['one backend of PostgreSQL', killBackend],
  ] as const) {
    test(`kill -9 of ${what} in the middle of writes is 503 until it is back, and loses nothing`, async () => {
      const writers = startWriters(caller, cookie, CLIENTS, what.replaceAll(' ', '-'));
      await writers.more(25);
      await kill();
      await writers.more(25);
      await writers.stop();
      assert.ok(
        writers.outcomes.some(({ told }) => told !== 'made'),
        'the blow fell between writes',
      );
      assert.ok(!writers.outcomes.some(({ told }) => told === 'none'), 'every call got its reply');
      outcomes.push(...writers.outcomes);
      await assertNothingLost(look, outcomes);
      await readLog(caller, { cookie }, 'api_key.created');
    });
  }

  test('a database that cannot come up is tried again until it does, and the server says so meanwhile', async () => {
    const control = join(dataDir.clusterFolder, 'global', 'pg_control');
    await rename(control, `${control}.hidden`);
    await killAll();
    await until(() => server.log().includes('"database.restart_failed"'), 'a failed attempt in the log');
    assertProblem(await caller.call('GET', '/api/v1/api-keys', { cookie }), 503);
    assert.equal((await caller.call('GET', '/health/ready')).status, 503);
    assert.equal((await caller.call('GET', '/health/live')).status, 200);
    await rename(`${control}.hidden`, control);
    await until(async () => (await caller.call('GET', '/health/ready')).status === 200, 'the database is back');
    await assertNothingLost(look, outcomes);
  });

  test('a model call whose server was killed stays open until the sweeper closes it as unknown, on record', async () => {
    const { key } = await makeKey(caller, cookie);
    const stream = await caller.open('/v1/chat/completions', { key, body: chatOf('paced', true) });
    upstream.release(1);
    assert.match((await stream.next()) ?? '', /piece 0/);
    await server.end('SIGKILL');
    assert.equal(await stream.ended, 'broken');
    server = await start({ settings });
    const states = () => look(`select state from model_call where model = 'paced'`);
    assert.deepEqual(await states(), [{ state: 'open' }]);
    // As if half an hour and the minute of the schedule had gone by.
    await look(`update model_call set started_at = started_at - interval '36 minutes' where state = 'open'`);
    const hurry = () => look(`update job set run_at = now(), lease_until = null where kind = 'model.sweep_calls'`);
    await until(async () => {
      await hurry();
      return JSON.stringify(await states()) === '[{"state":"unknown"}]';
    }, 'the sweeper has closed the call');
    const entries = await readLog(caller, { cookie }, 'model.called');
    const lost = entries.filter(({ facts }) => facts['end'] === 'unknown');
    assert.deepEqual(
      lost.map(({ outcome }) => outcome),
      ['failed'],
    );
  });

  test('a second server on the same data is refused, naming the first, which goes on', async () => {
    const elsewhere = { ...settings, HOLDFAST_PORT: '0', HOLDFAST_PRIVATE_PORT: '0' };
    const refused = await run(['start'], { settings: elsewhere });
    assert.equal(refused.code, 78);
    assert.match(refused.complaint, new RegExp(`process ${server.pid}\\b`));
    assert.equal((await caller.call('GET', '/api/v1/session', { cookie })).status, 200);
  });

  async function killAll(): Promise<void> {
    await killPostmaster();
    for (const pid of backends()) process.kill(pid, 'SIGKILL');
  }

  async function killPostmaster(): Promise<void> {
    process.kill(await postmasterOf(dataDir.path), 'SIGKILL');
  }

  /** PostgreSQL then ends every session, recovers and goes on by itself. */
  async function killBackend(): Promise<void> {
    const [row] = await look(`select pid from pg_stat_activity where application_name = 'holdfast requests' limit 1`);
    process.kill(Number(row?.['pid']), 'SIGKILL');
  }

  function backends(): readonly number[] {
    const worksHere = (pid: string): boolean => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`) === dataDir.clusterFolder;
      } catch {
        return false;
      }
    };
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && worksHere(name))
      .map(Number);
  }
});
