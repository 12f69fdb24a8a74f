// The outbox keeps what it was given until a server has it, sends it from one place at a time, and then forgets the text.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inScope, type PersonTx } from '#db/scope.ts';
import { startWorker } from '#jobs/worker.ts';
import type { Kernel } from '#kernel/kernel.ts';
import { createSmtp, type Smtp } from '#outbound/smtp.ts';
import { type MailServer, partOf, startMailServer } from '#test/mail-server.ts';
import { listMails, newestMail, until } from '#test/outbox.ts';
import { createWorld, type World } from '#test/world.ts';
import { lookAtMail } from './queries.ts';
import { prepareMail, queueMail } from './outbox.ts';

const PERSON = '01920000-0000-7000-8000-00000000000a';
const operator = { credential: { kind: 'operator', uid: 0 } } as const;

function smtpTo(port: number): Smtp {
  const made = createSmtp({
    server: { scheme: 'smtp', host: '127.0.0.1', port, credential: undefined },
    from: { name: 'Holdfast', address: 'holdfast@acme.example' },
    limits: { connectMs: 10_000, idleMs: 10_000, totalMs: 20_000 },
  });
  assert.ok(made.ok);
  return made.smtp;
}

/** Queues a mail with a link as a person's transaction does, and lets that fail if told so. */
async function queue(world: World, to: string, fails = false): Promise<void> {
  const { lanes, tools } = world.kernel;
  const link = `${tools.publicOrigin()}/account/reset-password#token=${'t'.repeat(43)}`;
  const values = { link, minutes: '30' };
  const mail = prepareMail(tools, { to, template: 'password_reset', values, liveMinutes: 30 });
  await inScope<PersonTx, void>(lanes, { userId: PERSON }, async ({ tx, now }) => {
    await queueMail(tx, { kind: 'person', id: PERSON }, mail, now);
    if (fails) throw new Error('on purpose');
  });
}

function work(kernel: Kernel) {
  return startWorker({ kernel, pollMs: 20, onFailure: () => undefined });
}

/** What is due later is due now. */
async function hurry(world: World): Promise<void> {
  await world.admin('update holdfast.mail_outbox set next_at = now()');
  await world.admin("update holdfast.job set run_at = now() where kind = 'mail.send' and lease_until is null");
}

async function untilSent(world: World, server: MailServer, count: number): Promise<void> {
  await until(async () => {
    await hurry(world);
    const isNoted = (await listMails(world)).filter(({ status }) => status === 'sent').length === count;
    return isNoted && server.received.length >= count;
  });
}

async function sealedCount(world: World): Promise<number> {
  return (await world.admin('select 1 from holdfast.mail_outbox where sealed is not null')).rowCount ?? 0;
}

test('a mail leaves if its transaction commits, and not otherwise', async () => {
  await using server = await startMailServer();
  await using world = await createWorld({ mailer: smtpTo(server.port) });
  await assert.rejects(queue(world, 'never@acme.example', true), /on purpose/);
  await queue(world, 'olga@acme.example');
  const worker = work(world.kernel);
  await untilSent(world, server, 1);
  await worker.stop();
  assert.deepEqual(
    server.received.map(({ to }) => to),
    [['olga@acme.example']],
  );
  assert.match(partOf(server.received[0]?.raw ?? '', 'text/plain'), /#token=t{43}/);
});

test('what a mail says is sealed while it waits and gone once it was sent', async () => {
  await using server = await startMailServer();
  await using world = await createWorld({ mailer: smtpTo(server.port) });
  await queue(world, 'olga@acme.example');
  const dump = async () =>
    JSON.stringify((await world.admin('select t::text as text from holdfast.mail_outbox t')).rows);
  assert.ok(!(await dump()).includes(Buffer.from('token=ttt').toString('hex')));
  assert.equal(await sealedCount(world), 1);
  await newestMail(world, 'olga@acme.example', 'password_reset');
  const worker = work(world.kernel);
  await untilSent(world, server, 1);
  await worker.stop();
  assert.equal(await sealedCount(world), 0);
  const [mail] = await listMails(world);
  const { body } = await world.call('mail.show', { ...operator, params: { mailId: mail?.id ?? '' } });
  const { subject, text, status } = body as Record<string, unknown>;
  assert.deepEqual([subject, text, status], [null, null, 'sent']);
});

test('two servers with two workers each send forty mails once, never from two places at once', async () => {
  await using server = await startMailServer();
  const mailer = smtpTo(server.port);
  const calls = { now: new Set<object>(), most: 0 };
  const watched = (kernel: Kernel): Kernel => {
    const send: Smtp['send'] = async (message) => {
      calls.now.add(kernel);
      calls.most = Math.max(calls.most, calls.now.size);
      try {
        return await mailer.send(message);
      } finally {
        calls.now.delete(kernel);
      }
    };
    return { ...kernel, tools: { ...kernel.tools, mailer: { send } } };
  };
  await using world = await createWorld();
  for (let n = 0; n < 40; n += 1) await queue(world, `p${String(n)}@acme.example`);
  const other = await world.openReplica();
  const workers = [world.kernel, other.kernel, world.kernel, other.kernel].map((kernel) =>
    work(watched({ ...kernel })),
  );
  await untilSent(world, server, 40);
  await Promise.all(workers.map((worker) => worker.stop()));
  assert.equal(new Set(server.received.map(({ to }) => to[0])).size, 40);
  assert.equal(server.received.length, 40);
  assert.equal(calls.most, 1);
});

test('a server that is down, defers or refuses loses nothing: mail waits longer each time, with our word for why', async () => {
  const down = await startMailServer();
  const { port } = down;
  await down[Symbol.asyncDispose]();
  await using world = await createWorld({ mailer: smtpTo(port) });
  await queue(world, 'olga@acme.example');
  const worker = work(world.kernel);
  const stateWith = async (error: string) => {
    await until(async () => {
      const [mail] = await listMails(world);
      if (mail?.lastError === error) return true;
      await hurry(world);
      return false;
    });
  };
  await stateWith('refused');
  assert.deepEqual(await lookAtMail(world.kernel.tools.lookup), { waiting: 1, failing: 1 });
  const { rows } = await world.admin(
    'select next_at > now() as later, attempts > 0 as tried from holdfast.mail_outbox',
  );
  assert.deepEqual(rows, [{ later: true, tried: true }]);
  await using server = await startMailServer({ port });
  server.behave(421);
  await stateWith('deferred_421');
  server.behave(550);
  await stateWith('rejected_550');
  server.behave('take');
  await untilSent(world, server, 1);
  await worker.stop();
  assert.deepEqual(await lookAtMail(world.kernel.tools.lookup), { waiting: 0, failing: 0 });
  const [mail] = await listMails(world);
  assert.deepEqual([mail?.status, mail?.lastError], ['sent', null]);
});

test('one address that the server refuses does not hold up the others', async () => {
  await using server = await startMailServer({
    onRcptTo: ({ address }, _session, done) =>
      done(address.startsWith('bad') ? Object.assign(new Error('no such user'), { responseCode: 550 }) : null),
  });
  await using world = await createWorld({ mailer: smtpTo(server.port) });
  for (const to of ['bad@acme.example', 'good@acme.example', 'fine@acme.example']) await queue(world, to);
  const worker = work(world.kernel);
  await untilSent(world, server, 2);
  await worker.stop();
  const bad = (await listMails(world)).find(({ to }) => to === 'bad@acme.example');
  assert.deepEqual([bad?.status, bad?.lastError], ['retrying', 'rejected_550']);
});

test('a server process that dies while it sends leaves the mail to the next one, under the same Message-ID', async () => {
  await using server = await startMailServer();
  await using world = await createWorld();
  await queue(world, 'olga@acme.example');
  const mailer = smtpTo(server.port);
  // The first process hands the mail over, and is gone before it can note that.
  const died = Promise.withResolvers<void>();
  const dying = await world.openReplica();
  const send: Smtp['send'] = async (message) => {
    await mailer.send(message);
    died.resolve();
    return new Promise<never>(() => undefined);
  };
  void work({ ...dying.kernel, tools: { ...dying.kernel.tools, mailer: { send } } });
  await died.promise;
  assert.equal((await listMails(world))[0]?.status, 'queued');
  // While its lease holds, nobody else sends; when it ran out, the next one does.
  const next = work({ ...world.kernel, tools: { ...world.kernel.tools, mailer } });
  await hurry(world);
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal(server.received.length, 1);
  await world.admin("update holdfast.job set lease_until = now() - interval '1 second' where kind = 'mail.send'");
  await untilSent(world, server, 1);
  await next.stop();
  const ids = server.received.map(({ raw }) => /^Message-ID: (.*)\r$/m.exec(raw)?.[1]);
  assert.equal(ids.length, 2);
  assert.equal(new Set(ids).size, 1);
});

test('after its link has ended a mail is not sent any more, its text is erased, and the line stays for the operator', async () => {
  await using server = await startMailServer();
  await using world = await createWorld({ mailer: smtpTo(server.port) });
  await queue(world, 'olga@acme.example');
  await world.admin('update holdfast.mail_outbox set expires_at = now()');
  const worker = work(world.kernel);
  await until(async () => {
    await hurry(world);
    return (await sealedCount(world)) === 0;
  });
  assert.equal((await listMails(world))[0]?.status, 'expired');
  await world.admin("update holdfast.mail_outbox set queued_at = now() - interval '31 days'");
  await until(async () => {
    await hurry(world);
    return (await listMails(world)).length === 0;
  });
  await worker.stop();
  assert.deepEqual(server.received, []);
});

test('without a mail server mail waits for the operator, who alone can read it, and reading it is recorded', async () => {
  await using world = await createWorld();
  const { credential } = await world.found();
  await queue(world, 'olga@acme.example');
  const worker = work(world.kernel);
  await new Promise((resolve) => setTimeout(resolve, 200));
  await worker.stop();
  const [mail] = await listMails(world);
  assert.deepEqual([mail?.status, mail?.attempts], ['queued', 0]);
  const params = { mailId: mail?.id ?? '' };
  await assert.rejects(world.call('mail.list', { credential }), { code: 'auth.forbidden' });
  await assert.rejects(world.call('mail.show', { credential, params }), { code: 'auth.forbidden' });
  assert.match(await newestMail(world, 'olga@acme.example', 'password_reset'), /#token=/);
  const { rows } = await world.admin(
    "select actor ->> 'kind' as who from holdfast.audit_pending where action = 'mail.shown' and outcome = 'allowed'",
  );
  assert.deepEqual(rows, [{ who: 'operator' }]);
});

test('a mail that was moved to another row opens for nobody', async () => {
  await using server = await startMailServer();
  await using world = await createWorld({ mailer: smtpTo(server.port) });
  await queue(world, 'victim@acme.example');
  await queue(world, 'attacker@acme.example');
  await world.admin(
    "update holdfast.mail_outbox set sealed = (select sealed from holdfast.mail_outbox where recipient like 'victim%') where recipient like 'attacker%'",
  );
  const worker = work(world.kernel);
  await untilSent(world, server, 1);
  await until(async () => (await listMails(world)).some(({ lastError }) => lastError === 'unreadable'));
  await worker.stop();
  assert.deepEqual(
    server.received.map(({ to }) => to),
    [['victim@acme.example']],
  );
});

test('mail to a name that can never exist is not queued: it would only come back', async () => {
  await using world = await createWorld();
  for (const to of ['account@probe.invalid', 'a@b.INVALID', 'olga@invalid.example']) await queue(world, to);
  assert.deepEqual(
    (await listMails(world)).map(({ to }) => to),
    ['olga@invalid.example'],
  );
});
