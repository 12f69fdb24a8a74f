// A first start that is killed, wherever it was: the next start makes a whole installation of what it finds.
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { readMigrations } from '#db/migrate.ts';
import { makeDataDir } from '#test/embedded-support.ts';
import { createCaller } from './lib/caller.ts';
import { makeKey, readLog, setUp } from './lib/installation.ts';
import { run, start, startAndKill } from './lib/processes.ts';
import { type Settings, settingsOf } from './lib/settings.ts';

/** A line of the screen, and the longest time after it until the blow. */
type Blow = readonly [mark: RegExp, withinMs: number];

function migrationOf(from: number, to: number): RegExp {
  const names = readMigrations().map(({ name }) => name);
  const at = Math.floor((from + Math.random() * (to - from)) * names.length);
  return new RegExp(`: ${names[at] ?? 'no such migration'}\\b`);
}

const BLOWS: readonly (readonly Blow[])[] = [
  [
    [/Making the database/, 1_000],
    [/Starting the database|recovers|taking it over|Making/, 300],
    [migrationOf(0, 0.5), 5],
    [migrationOf(0.5, 1), 5],
  ],
  [
    [/Holdfast/, 500],
    [migrationOf(0, 1), 5],
    [/Made a master key/, 10],
    [/Made a master key|Data/, 100],
  ],
];

test('after kill -9 at any moment of the first start, and of those after it, a start succeeds', async (t) => {
  for (const blows of BLOWS) {
    await using dataDir = await makeDataDir();
    const settings = await settingsOf(dataDir.path);
    for (const [mark, withinMs] of blows) await killStart(t, settings, mark, Math.round(Math.random() * withinMs));
    await serveAll(settings);
  }
});

async function killStart(t: TestContext, settings: Settings, mark: RegExp, afterMs: number): Promise<void> {
  const { code, signal, screen, complaint } = await startAndKill({ settings }, mark, afterMs);
  t.diagnostic(`killed ${afterMs} ms after ${String(mark)}, at:${screen.trimEnd().split('\n').at(-1) ?? ''}`);
  assert.deepEqual({ code, signal }, { code: null, signal: 'SIGKILL' }, `it ended by itself: ${complaint}`);
}

async function serveAll(settings: Settings): Promise<void> {
  await using server = await start({ settings });
  using caller = createCaller({ port: server.port });
  const cookie = await setUp(caller, server.ready.setupLink);
  await makeKey(caller, cookie);
  await readLog(caller, { cookie }, 'setup.completed', 'api_key.created');
  assert.equal((await server.end('SIGTERM')).code, 0);
}

test('a key file without a byte, which a killed first start leaves, is made anew before there is data, never after', async () => {
  await using dataDir = await makeDataDir();
  const settings = await settingsOf(dataDir.path);
  const keyPath = join(dataDir.path, 'keys', 'master.key');
  await mkdir(join(dataDir.path, 'keys'), { recursive: true, mode: 0o700 });
  await writeFile(keyPath, '', { mode: 0o600 });
  await serveAll(settings);
  const content = await readFile(keyPath, 'utf8');
  const { id } = (JSON.parse(content) as { readonly keys: readonly [{ readonly id: string }] }).keys[0];
  await writeFile(keyPath, '');
  const refused = await run(['start'], { settings });
  assert.equal(refused.code, 78);
  assert.match(refused.complaint, new RegExp(`master key ${id}`));
  assert.equal(await readFile(keyPath, 'utf8'), '', 'nothing was made over the data');
});
