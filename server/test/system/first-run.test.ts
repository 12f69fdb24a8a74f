// The first day of an installation, in real processes: empty folder, start, setup, first governed calls, stop, second start.
import assert from 'node:assert/strict';
import { chmod, chown, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { type ModelUpstream, startModelUpstream } from '#test/e2e/model-upstream.ts';
import { isRoot, makeDataDir, type TestDataDir } from '#test/embedded-support.ts';
import { assertProblem, createCaller } from './lib/caller.ts';
import {
  callModels,
  chatOf,
  connectUpstream,
  makeKey,
  OWNER,
  readLog,
  signIn,
  tokenOf,
  UPSTREAM_SECRET,
} from './lib/installation.ts';
import { findOldNode, isOpenTo, LAUNCHER, ORDINARY_UID } from './lib/machine.ts';
import { run, start } from './lib/processes.ts';
import { findFreePort, type Settings, settingsOf } from './lib/settings.ts';
import { until } from './lib/until.ts';

type Walk = { readonly dataDir: TestDataDir; readonly settings: Settings; readonly upstream: ModelUpstream };
type As = { readonly uid?: number; readonly program?: readonly string[] };

async function prepareWalk(stack: AsyncDisposableStack, { uid }: As): Promise<Walk> {
  const upstream = stack.use(await startModelUpstream());
  const dataDir = stack.use(await makeDataDir(uid === undefined ? {} : { uid }));
  const settings = await settingsOf(dataDir.path, {
    HOLDFAST_PORT: await findFreePort(),
    HOLDFAST_OUTBOUND_ALLOW: `127.0.0.1:${upstream.port}`,
    HOLDFAST_DRAIN_SECONDS: '2',
  });
  return { dataDir, settings, upstream };
}

async function walkThrough(t: TestContext, as: As): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const { settings, upstream } = await prepareWalk(stack, as);
  const options = { settings, ...as };

  const first = stack.use(await start(options, []));
  assert.match(first.screen(), /Made a master key: \S+\n.*Back it up/);
  const token = tokenOf(first.ready.setupLink);
  const caller = stack.use(createCaller({ port: first.port }));
  const passwordFile = await writePassword(stack, as.uid);
  const founding = ['--organization', 'Acme', '--slug', 'acme', '--name', OWNER.name, '--email', OWNER.email];
  const founded = await run(['setup', ...founding, '--password-file', passwordFile], options);
  assert.equal(founded.code, 0, founded.complaint);

  const cookie = await signIn(caller);
  await connectUpstream(caller, cookie, upstream.port);
  const { key } = await makeKey(caller, cookie);
  await callModels(caller, key);
  assert.equal(upstream.calls.at(-1)?.headers.authorization, `Bearer ${UPSTREAM_SECRET}`);
  // What a call used is settled after its last byte.
  await until(async () => {
    const usage = await caller.call('GET', '/api/v1/usage', { cookie });
    return JSON.stringify(countsOf(usage.json())) === '[["streamed",1,11,5],["whole",1,11,5]]';
  }, 'both calls are in the sums');
  await readLog(
    caller,
    { cookie },
    'setup.completed',
    'session.created',
    'provider.created',
    'api_key.created',
    'model.called',
  );

  const stream = await caller.open('/v1/chat/completions', { key, body: chatOf('paced', true) });
  upstream.release(1);
  assert.match((await stream.next()) ?? '', /piece 0/);
  const stopped = await first.end('SIGTERM');
  assert.equal(stopped.code, 0, stopped.complaint);
  assert.match(stopped.screen, /Stopped\.\n$/);
  assert.equal(await stream.ended, 'broken');
  assert.doesNotMatch(stopped.complaint, new RegExp(`hf_live_|${UPSTREAM_SECRET}|${OWNER.password}|${token}`));

  const second = stack.use(await start(options, []));
  assert.equal(second.ready.setupLink, null);
  assert.doesNotMatch(second.screen(), /Setup|Made a master key/);
  assert.equal((await caller.call('GET', '/api/v1/session', { cookie })).status, 200);
  await callModels(caller, key);
  assertProblem(
    await caller.call('POST', '/api/v1/setup', {
      body: { token, organization: { name: 'B', slug: 'bb' }, owner: OWNER },
    }),
    409,
  );
  assert.equal((await run(['setup', ...founding, '--password-file', passwordFile], options)).code, 1);
  const entries = await readLog(caller, { cookie }, 'model.called');
  assert.ok(
    entries.some(({ action, facts }) => action === 'model.called' && facts['end'] === 'stopped'),
    'the stream that the stop cut is on record',
  );
  const ended = await second.end('SIGTERM');
  assert.equal(ended.code, 0, ended.complaint);
  t.diagnostic(`the second start was ready after ${readyMs(ended.complaint)} ms`);
}

function countsOf(usage: Readonly<Record<string, unknown>>): readonly unknown[] {
  const items = usage['items'] as readonly {
    group: string;
    calls: number;
    inputTokens: number;
    outputTokens: number;
  }[];
  return items.map(({ group, calls, inputTokens, outputTokens }) => [group, calls, inputTokens, outputTokens]);
}

/** What the server itself says of its start; the promise is two seconds on existing data. */
function readyMs(log: string): number {
  const line = log.split('\n').find((text) => text.includes('"server.ready"')) ?? '{}';
  return Number((JSON.parse(line) as { readonly durationMs?: number }).durationMs);
}

async function writePassword(stack: AsyncDisposableStack, uid: number | undefined): Promise<string> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'hf-password-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'password');
  await writeFile(path, `${OWNER.password}\n`, { mode: 0o600 });
  if (uid !== undefined) for (const place of [folder, path]) await chown(place, uid, uid);
  await chmod(folder, 0o700);
  return path;
}

test('from an empty folder to audited model calls, and on after a stop, through the launcher', (t) => {
  const node = findOldNode();
  if (node === undefined) t.diagnostic('not run here: the launcher under an older Node (none on the search path)');
  return walkThrough(t, { program: [node ?? process.execPath, LAUNCHER] });
});

test('the same as an ordinary user', (t) => {
  if (!isRoot) return t.skip('this run is an ordinary user already');
  if (!isOpenTo(ORDINARY_UID)) return t.skip('the clone is closed to other users');
  return walkThrough(t, { uid: ORDINARY_UID });
});
