// The end of a server as operators bring it about: Ctrl-C in terminals, through npm and the launcher, once and once more.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { type ModelUpstream, startModelUpstream } from '#test/e2e/model-upstream.ts';
import { makeDataDir } from '#test/embedded-support.ts';
import { createCaller, type OpenStream } from './lib/caller.ts';
import { chatOf, connectUpstream, makeKey, readLog, setUp } from './lib/installation.ts';
import { CLONE, findOldNode, findProgram, LAUNCHER } from './lib/machine.ts';
import { run, type ServerProcess, start } from './lib/processes.ts';
import { type Settings, settingsOf } from './lib/settings.ts';

type Stage = { readonly settings: Settings; readonly upstream: ModelUpstream };

async function prepare(stack: AsyncDisposableStack): Promise<Stage> {
  const upstream = stack.use(await startModelUpstream());
  const dataDir = stack.use(await makeDataDir());
  const settings = await settingsOf(dataDir.path, { HOLDFAST_OUTBOUND_ALLOW: `127.0.0.1:${upstream.port}` });
  return { settings, upstream };
}

test('Ctrl-C in a terminal reaches every process, is passed on by the launcher, and stops the server in order', async () => {
  await using stack = new AsyncDisposableStack();
  const { settings } = await prepare(stack);
  const program = [findOldNode() ?? process.execPath, LAUNCHER];
  const server = stack.use(await start({ settings, program, ownGroup: true }, []));
  const stopped = await server.endGroup('SIGINT');
  assert.match(stopped.screen, /Stopping: .*\nStopped\.\n$/);
  assert.equal(stopped.code, 0);
});

test('Ctrl-C on `npm start`, which passes it on once more, stops the server in order', async (t) => {
  const npm = findProgram('npm');
  if (npm === undefined) return t.skip('there is no npm on the search path');
  await using stack = new AsyncDisposableStack();
  const { settings } = await prepare(stack);
  const options = { settings, program: [npm, '--prefix', CLONE], ownGroup: true };
  const server = stack.use(await start(options, []));
  const stopped = await server.endGroup('SIGINT');
  assert.match(stopped.screen, /Stopping: .*\nStopped\.\n/);
});

test('a signal that arrives twice within moments is one wish, a later one ends the server at once', async () => {
  await using stack = new AsyncDisposableStack();
  const stage = await prepare(stack);
  const server = stack.use(await start({ settings: stage.settings }));
  const caller = stack.use(createCaller({ port: server.port }));
  const cookie = await setUp(caller, server.ready.setupLink);
  await connectUpstream(caller, cookie, stage.upstream.port);
  const { key } = await makeKey(caller, cookie);

  // A stream that never ends keeps the drain going.
  const open = async (): Promise<OpenStream> => {
    const stream = await caller.open('/v1/chat/completions', { key, body: chatOf('paced', true) });
    stage.upstream.release(1);
    assert.match((await stream.next()) ?? '', /piece/);
    return stream;
  };
  const stream = await open();
  const ended = twice(server);
  await wait(3_000);
  stage.upstream.release(1);
  assert.match((await stream.next()) ?? '', /piece/, 'the drain was not cut short');
  process.kill(server.pid, 'SIGINT');
  const first = await ended;
  assert.equal(first.code, 1);
  assert.doesNotMatch(first.screen, /Stopped/);
  assert.equal(await stream.ended, 'broken');

  const second = stack.use(await start({ settings: { ...stage.settings, HOLDFAST_PORT: String(server.port) } }));
  await readLog(caller, { cookie }, 'api_key.created');
  const stopped = await twice(second);
  assert.equal(stopped.code, 0, stopped.complaint);
  assert.equal((await run(['status'], { settings: stage.settings })).code, 69);
});

/** Two kinds: of one that has not been taken yet, a second is none. */
function twice(server: ServerProcess) {
  process.kill(server.pid, 'SIGINT');
  return server.end('SIGTERM');
}
