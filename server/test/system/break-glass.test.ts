// Break-glass in real processes: what was sealed, requested and opened outlives a server that is killed, and its end too.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeDataDir } from '#test/embedded-support.ts';
import { assertProblem, createCaller } from './lib/caller.ts';
import { queryEmbedded } from './lib/embedded-access.ts';
import { cookieOf, setUp } from './lib/installation.ts';
import { run, start } from './lib/processes.ts';
import { findFreePort, settingsOf, WIDE_RATES } from './lib/settings.ts';

const REASON = 'the identity provider is down';

test('each step of break-glass outlives a server that is killed', { timeout: 170_000 }, async () => {
  await using stack = new AsyncDisposableStack();
  const dataDir = stack.use(await makeDataDir());
  const settings = await settingsOf(dataDir.path, { ...WIDE_RATES, HOLDFAST_PORT: await findFreePort() });
  const options = { settings };
  let server = await start(options);
  stack.defer(() => server[Symbol.asyncDispose]());
  const caller = stack.use(createCaller({ port: server.port, hangMs: 10_000 }));
  const kill = async (): Promise<void> => {
    await server.end('SIGKILL');
    server = await start(options, []);
  };
  const cookie = await setUp(caller, server.ready.setupLink);
  const post = (path: string, body?: object, who: { readonly cookie?: string } = {}) =>
    caller.call('POST', `/api/v1/emergency/${path}`, { ...who, ...(body === undefined ? {} : { body }) });
  const sealed = await post('seal', undefined, { cookie });
  assert.equal(sealed.status, 201, sealed.text);
  const [first, second] = (sealed.json() as { readonly parts: readonly string[] }).parts;
  await kill();
  const begun = await post('open', { organization: 'acme', part: first, reason: REASON });
  assert.equal(begun.status, 201, begun.text);
  const { request, code } = begun.json() as { readonly request: string; readonly code: string };
  await kill();
  assertProblem(await post('session', { request }), 409);
  assert.equal((await post('open', { organization: 'acme', part: second, code })).status, 201);
  await kill();
  const opened = await post('session', { request });
  assert.equal(opened.status, 201, opened.text);
  const emergency = cookieOf(opened);
  assert.match(opened.headers['set-cookie']?.[0] ?? '', /^__Host-holdfast-\d+=emergency\.[\w-]{43}; Max-Age=3600; /);
  await kill();
  const members = () => caller.call('GET', '/api/v1/members', { cookie: emergency });
  assert.equal((await members()).status, 200);
  assertProblem(await post('session', { request }), 401);
  await queryEmbedded(
    dataDir.path,
    `update emergency_use set opened_at = opened_at - interval '1 hour', expires_at = expires_at - interval '1 hour'`,
  );
  await kill();
  assertProblem(await members(), 401);
  assertProblem(await post('open', { organization: 'acme', part: first, reason: REASON }), 401);

  const file = join(dataDir.path, 'reason.txt');
  await writeFile(file, `${REASON}\n`);
  assert.equal((await run(['break-glass', 'acme'], options)).code, 2);
  assert.equal((await run(['break-glass', 'nobody', '--reason-file', file], options)).code, 1);
  const printed = await run(['break-glass', 'acme', '--reason-file', file], options);
  assert.equal(printed.code, 0, printed.screen);
  const [, token] = /#request=(\S+)/.exec(printed.screen) ?? [];
  assert.equal((await post('session', { request: token })).status, 201);
});
