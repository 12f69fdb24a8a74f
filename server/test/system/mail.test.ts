// Mail in real processes: over a mail server, also one that was down and after a kill, and without any, read at the host.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeDataDir } from '#test/embedded-support.ts';
import { partOf, startMailServer } from '#test/mail-server.ts';
import { createCaller } from './lib/caller.ts';
import { OWNER, setUp } from './lib/installation.ts';
import { run, start } from './lib/processes.ts';
import { findFreePort, settingsOf } from './lib/settings.ts';
import { until } from './lib/until.ts';

const NEW = 'another-Horse-battery-8';
const askForReset = { body: { email: OWNER.email } };
const tokenIn = (text: string): string => /#token=([\w-]{43})/.exec(text)?.[1] ?? '';

test(
  'without a mail server the operator finds the link at the host, and it works once',
  { timeout: 150_000 },
  async () => {
    await using stack = new AsyncDisposableStack();
    const dataDir = stack.use(await makeDataDir());
    const options = { settings: await settingsOf(dataDir.path) };
    assert.equal((await run(['mail', 'list'], options)).code, 69);
    assert.equal((await run(['mail', 'open'], options)).code, 69);
    const server = stack.use(await start(options));
    const caller = stack.use(createCaller({ port: server.port }));
    const cookie = await setUp(caller, server.ready.setupLink);
    const empty = await run(['mail', 'list'], options);
    assert.deepEqual([empty.code, empty.screen], [0, 'No mail was queued in the last 30 days.\n']);

    const asked = await caller.call('POST', '/api/v1/account/password/forgotten', askForReset);
    const stranger = await caller.call('POST', '/api/v1/account/password/forgotten', {
      body: { email: 'nobody@acme.example' },
    });
    assert.deepEqual([asked.status, asked.text], [stranger.status, stranger.text]);
    const listed = async () => (await run(['mail', 'list', '--json'], options)).screen;
    await until(async () => (await listed()).includes(OWNER.email), 'the mail is queued');
    const { items } = JSON.parse(await listed()) as { items: { id: string; to: string; status: string }[] };
    assert.deepEqual(
      items.map(({ to, status }) => [to, status]),
      [[OWNER.email, 'queued']],
    );
    assert.ok(!(await listed()).includes('token='));
    assert.match((await run(['status'], options)).screen, /mail: waits for operator/);
    assert.equal((await caller.call('GET', '/api/v1/mail', { cookie })).status, 403);

    const id = items[0]?.id ?? '';
    const shown = await run(['mail', 'show', id], options);
    assert.equal(shown.code, 0, shown.complaint);
    assert.match(shown.screen, /^Subject: Set a new password$/m);
    const body = { token: tokenIn(shown.screen), newPassword: NEW };
    const reset = () => caller.call('POST', '/api/v1/account/password/reset', { body });
    assert.equal((await reset()).status, 204);
    assert.equal((await reset()).status, 403);
    assert.equal((await caller.call('GET', '/api/v1/session', { cookie })).status, 401);
    const { email } = OWNER;
    assert.equal((await caller.call('POST', '/api/v1/session', { body: { email, password: NEW } })).status, 201);

    const opened = await run(['mail', 'open'], options);
    assert.equal(opened.code, 0, opened.complaint);
    assert.ok(opened.screen.includes(`${server.ready.origin}/outbox#token=`), opened.screen);
    const outbox = (token: string) => caller.call('POST', '/api/v1/outbox/list', { body: { token } });
    const seen = await outbox(tokenIn(opened.screen));
    assert.deepEqual([seen.status, (seen.json() as { items: unknown[] }).items.length > 0], [200, true]);
    assert.equal((await outbox('w'.repeat(43))).status, 403);
    assert.equal((await caller.call('POST', '/api/v1/outbox/link', { cookie, body: {} })).status, 401);

    assert.equal((await run(['mail', 'show'], options)).code, 2);
    const missing = await run(['mail', 'show', 'mail_00000000000000000000000000'], options);
    assert.deepEqual([missing.code, missing.complaint], [1, 'There is no such mail.\n']);
    assert.match((await run(['mail', 'show', '--help'], options)).screen, /Whoever has the link can use it once/);
  },
);

test(
  'a mail that was queued while the mail server was down leaves after a kill and a new start',
  { timeout: 150_000 },
  async () => {
    await using stack = new AsyncDisposableStack();
    const dataDir = stack.use(await makeDataDir());
    const port = Number(await findFreePort());
    const settings = await settingsOf(dataDir.path, {
      HOLDFAST_SMTP_URL: `smtp://127.0.0.1:${port}`,
      HOLDFAST_MAIL_FROM: 'Acme <holdfast@acme.example>',
    });
    const first = stack.use(await start({ settings }));
    const caller = stack.use(createCaller({ port: first.port }));
    await setUp(caller, first.ready.setupLink);
    assert.equal((await caller.call('POST', '/api/v1/account/password/forgotten', askForReset)).status, 202);
    await until(
      async () => (await run(['mail', 'list'], { settings })).screen.includes('the last: refused'),
      'it was tried',
    );
    assert.match((await run(['status'], { settings })).screen, /mail: not sent/);
    assert.match(first.log(), /mail\.not_sent/);
    await first.end('SIGKILL');

    const mail = stack.use(await startMailServer({ port }));
    stack.use(await start({ settings }));
    await until(async () => mail.received.length > 0, 'it arrives');
    const [received] = mail.received;
    assert.deepEqual([received?.from, received?.to], ['holdfast@acme.example', [OWNER.email]]);
    assert.equal(tokenIn(partOf(received?.raw ?? '', 'text/plain')).length, 43);
    await until(
      async () => (await run(['mail', 'list'], { settings })).screen.includes('sent '),
      'it is noted as sent',
    );
    const { items } = JSON.parse((await run(['mail', 'list', '--json'], { settings })).screen) as {
      items: { id: string }[];
    };
    const shown = await run(['mail', 'show', items[0]?.id ?? ''], { settings });
    assert.deepEqual([shown.code, shown.complaint], [1, 'It was sent, and its text is erased.\n']);
  },
);
