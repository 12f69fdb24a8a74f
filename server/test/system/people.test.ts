// People in real processes: a second factor from the first run on where others reach the server, and the operator's help.
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { codeOf } from '#test/authenticator-app.ts';
import { makeAuthority } from '#test/certificates.ts';
import { makeDataDir } from '#test/embedded-support.ts';
import { assertProblem, type Caller, createCaller } from './lib/caller.ts';
import { cookieOf, makeKey, OWNER, setUp, signIn } from './lib/installation.ts';
import { run, start } from './lib/processes.ts';
import { findFreePort, settingsOf } from './lib/settings.ts';

/** Enrolls an app over HTTP; the session is proven by it from then on, and the code of this step is used up. */
async function enroll(caller: Caller, cookie: string): Promise<{ readonly secret: string; readonly id: string }> {
  const started = await caller.call('POST', '/api/v1/account/factors/totp', { cookie, body: { name: 'phone' } });
  assert.equal(started.status, 201, started.text);
  const { id, secret } = started.json() as { readonly id: string; readonly secret: string };
  const path = `/api/v1/account/factors/${id}/confirm`;
  const confirmed = await caller.call('POST', path, { cookie, body: { code: codeOf(secret) } });
  assert.equal(confirmed.status, 200, confirmed.text);
  assert.equal(confirmed.headers['cache-control'], 'no-store');
  return { id, secret };
}

const credentials = { email: OWNER.email, password: OWNER.password };

test('a second factor is asked for, and taken away by the operator of the host', { timeout: 150_000 }, async () => {
  await using stack = new AsyncDisposableStack();
  const dataDir = stack.use(await makeDataDir());
  const options = { settings: await settingsOf(dataDir.path) };
  const server = stack.use(await start(options));
  const caller = stack.use(createCaller({ port: server.port }));
  const { secret } = await enroll(caller, await setUp(caller, server.ready.setupLink));

  const asked = await caller.call('POST', '/api/v1/session', { body: credentials });
  assert.equal(asked.status, 201, asked.text);
  assert.equal(asked.headers['set-cookie'], undefined);
  const { challenge } = asked.json() as { readonly challenge: { readonly token: string; readonly proofs: unknown } };
  assert.deepEqual(challenge.proofs, ['totp', 'recovery_code']);
  const body = { challenge: challenge.token, code: codeOf(secret, 1) };
  const opened = await caller.call('POST', '/api/v1/session/factor', { body });
  assert.equal(opened.status, 201, opened.text);
  const cookie = cookieOf(opened);
  assertProblem(await caller.call('POST', '/api/v1/session/factor', { body }), 401);

  assert.equal((await run(['people', 'reset-factors'], options)).code, 2);
  assert.equal((await run(['people', 'reset-factors', 'nobody@acme.example'], options)).code, 1);
  const reset = await run(['people', 'reset-factors', OWNER.email], options);
  assert.deepEqual(
    [reset.code, reset.screen],
    [0, `Took 1 second factor of ${OWNER.email} away. Every session was ended.\n`],
  );
  assert.equal((await caller.call('GET', '/api/v1/session', { cookie })).status, 401);
  await signIn(caller);
});

test(
  'a lock is ended by the operator of the host, and a device gets its own cookie',
  { timeout: 150_000 },
  async () => {
    await using stack = new AsyncDisposableStack();
    const dataDir = stack.use(await makeDataDir());
    const options = { settings: await settingsOf(dataDir.path) };
    const server = stack.use(await start(options));
    const caller = stack.use(createCaller({ port: server.port }));
    await setUp(caller, server.ready.setupLink);
    const { headers } = await caller.call('POST', '/api/v1/session', { body: credentials });
    const names = (headers['set-cookie'] ?? []).map((cookie) => cookie.split('=')[0]);
    assert.deepEqual(names, [
      `__Host-holdfast-${String(server.port)}`,
      `__Host-holdfast-device-${String(server.port)}`,
    ]);

    assert.equal((await run(['people', 'unlock'], options)).code, 2);
    assert.equal((await run(['people', 'unlock', 'nobody@acme.example'], options)).code, 1);
    const unlocked = await run(['people', 'unlock', OWNER.email], options);
    assert.deepEqual(
      [unlocked.code, unlocked.screen],
      [0, `${OWNER.email} was not locked. Failures so far are forgotten.\n`],
    );
  },
);

test(
  'where others reach the server, an owner with a password alone can enroll a factor and nothing else',
  { timeout: 150_000 },
  async () => {
    await using stack = new AsyncDisposableStack();
    const dataDir = stack.use(await makeDataDir());
    using authority = makeAuthority();
    const safe = join(dirname(dataDir.path), 'safe');
    await mkdir(safe, { mode: 0o700 });
    const [port, privatePort] = [await findFreePort(), await findFreePort()];
    const leaf = authority.issue('DNS:holdfast.test');
    const files = { cert: join(safe, 'cert.pem'), key: join(safe, 'key.pem'), master: join(safe, 'master.key') };
    await writeFile(files.cert, leaf.cert + authority.cert);
    await writeFile(files.key, leaf.key, { mode: 0o600 });
    const settings = await settingsOf(dataDir.path, {
      HOLDFAST_PORT: port,
      HOLDFAST_PRIVATE_PORT: privatePort,
      HOLDFAST_PUBLIC_URL: `https://holdfast.test:${port}`,
      HOLDFAST_TLS_CERT_FILE: files.cert,
      HOLDFAST_TLS_KEY_FILE: files.key,
      HOLDFAST_MASTER_KEY_FILE: files.master,
    });
    const made = await run(['keys', 'create', '--path', files.master], { settings });
    assert.equal(made.code, 0, made.complaint);
    const server = stack.use(await start({ settings }));
    const host = { host: '127.0.0.1', ca: authority.cert, hostHeader: `holdfast.test:${port}` };
    const caller = stack.use(createCaller({ port: server.port, ...host }));
    const cookie = await setUp(caller, server.ready.setupLink);
    const who = (await caller.call('GET', '/api/v1/session', { cookie })).json();
    assert.deepEqual([who['needsFactor'], who['provenBy']], [true, 'password']);
    for (const path of ['/api/v1/members', '/api/v1/api-keys', '/api/v1/audit', '/v1/models']) {
      const refused = await caller.call('GET', path, { cookie });
      assert.equal(refused.status, 403, path);
      assert.match(refused.text, /auth\.factor_required/);
    }
    await enroll(caller, cookie);
    await makeKey(caller, cookie);

    // The installation still enters its own organizations, whose passwords nobody types.
    const verified = await run(['verify', '--only', 'TN5,TN2', '--json'], { settings });
    assert.equal(verified.code, 0, verified.screen + verified.complaint);
  },
);
