// Replicas are replaced one by one: a server of the release before goes on while this release's schema comes under it.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { type ModelUpstream, startModelUpstream } from '#test/e2e/model-upstream.ts';
import { assertProblem, type Caller, createCaller } from './lib/caller.ts';
import { type ExternalDatabase, migrateExternal, prepareExternal, replicaSettings } from './lib/external.ts';
import { callModels, carryOver, connectUpstream, makeKey, readLog, setUp, signIn } from './lib/installation.ts';
import { start } from './lib/processes.ts';
import { checkOut, findPreviousRelease, isWholeClone } from './lib/release-tree.ts';
import { makeFolder, makeKeyFile } from './lib/replicas.ts';

/** A program of one release; undefined is the source at hand. */
type Program = readonly string[] | undefined;

type Stage = {
  readonly database: ExternalDatabase;
  /** On a server of the earlier release. */
  readonly earlier: Caller;
  readonly cookie: string;
  readonly upstream: ModelUpstream;
  readonly startLater: () => Promise<Caller>;
};

/** The earlier release makes the database and serves from it; then the later one migrates it under the running server. */
async function migrateUnder(stack: AsyncDisposableStack, earlier: Program, later: Program): Promise<Stage> {
  const { path } = stack.use(await makeFolder());
  const upstream = stack.use(await startModelUpstream());
  const database = stack.use(await prepareExternal(path, earlier));
  await migrateExternal(database, join(path, 'migrate'), earlier);
  const keyFile = join(path, 'keys', 'master.key');
  await makeKeyFile(keyFile);
  const startOne = async (name: string, program: Program): Promise<Caller & { readonly link: string | null }> => {
    const more = { HOLDFAST_OUTBOUND_ALLOW: `127.0.0.1:${upstream.port}` };
    const settings = await replicaSettings(database, join(path, name), keyFile, more);
    const server = stack.use(await start({ settings, ...(program === undefined ? {} : { program }) }));
    const caller = stack.use(createCaller({ port: server.port }));
    return { ...caller, link: server.ready.setupLink };
  };
  const caller = await startOne('earlier', earlier);
  const cookie = await setUp(caller, caller.link);
  await connectUpstream(caller, cookie, upstream.port);
  // Its connections hold statements prepared on the schema as it was.
  await smoke(caller);
  await migrateExternal(database, join(path, 'migrate'), later);
  return { database, earlier: caller, cookie, upstream, startLater: () => startOne('later', later) };
}

/** What a server is for: sign in, make a key, call models, revoke the key, read the log. */
async function smoke(caller: Caller): Promise<void> {
  const cookie = await signIn(caller);
  const { id, key } = await makeKey(caller, cookie);
  await callModels(caller, key);
  const listed = await caller.call('GET', '/api/v1/api-keys', { cookie });
  assert.ok(listed.text.includes(id), listed.text);
  assert.equal((await caller.call('GET', '/api/v1/usage', { cookie })).status, 200);
  const revoked = await caller.call('DELETE', `/api/v1/api-keys/${id}`, { cookie });
  assert.equal(revoked.status, 204, revoked.text);
  assert.equal((await caller.call('GET', '/v1/models', { key })).status, 401);
  await readLog(caller, { cookie }, 'api_key.revoked');
}

/** Both releases at work on the later schema, each with what the other made. */
async function serveSideBySide({ earlier, cookie, startLater }: Stage): Promise<void> {
  const later = await startLater();
  const made = [await makeKey(earlier, cookie), await makeKey(later, carryOver(cookie, later))];
  for (const { key } of made) for (const caller of [earlier, later]) await callModels(caller, key);
  await smoke(later);
  await smoke(earlier);
}

test('a server of the previous release goes on under the schema of this one, and beside it', async (t) => {
  if (!(await isWholeClone())) return t.skip('this is no whole clone: releases are found by their tags');
  const release = await findPreviousRelease();
  if (release === undefined) return t.skip('there is no previous release yet: no tag v… leads here');
  await using stack = new AsyncDisposableStack();
  const tree = stack.use(await checkOut(release));
  const stage = await migrateUnder(stack, tree.program, undefined);
  await smoke(stage.earlier);
  await serveSideBySide(stage);
});

test('that net holds: this commit outlives its own schema, and does not outlive one that takes a column from it', async (t) => {
  if (!(await isWholeClone())) return t.skip('this is no whole clone');
  await using stack = new AsyncDisposableStack();
  const tree = stack.use(await checkOut('HEAD'));
  const stage = await migrateUnder(stack, tree.program, tree.program);
  await smoke(stage.earlier);
  await serveSideBySide(stage);
  await stage.database.look('alter table api_key rename column created_at to made_at');
  await assert.rejects(smoke(stage.earlier), assert.AssertionError);
  const answer = await stage.earlier.call('GET', '/api/v1/api-keys', { cookie: stage.cookie });
  assertProblem(answer, 500);
});
