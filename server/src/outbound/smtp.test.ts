// Mail leaves over a checked connection or not at all, and every way in which a server fails is told apart.
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, describe, test } from 'node:test';
import { toSecret } from '#crypto/secret.ts';
import { makeAuthority, makeSelfSigned } from '#test/certificates.ts';
import { startConnectProxy } from '#test/connect-proxy.ts';
import { type MailServer, partOf, startMailServer } from '#test/mail-server.ts';
import { egressProxyOf } from '#test/proxied-world.ts';
import { createSmtp, isMailAddress, type MailMessage, type SmtpOptions } from './smtp.ts';
import type { SmtpServer } from './smtp-server.ts';

const message: MailMessage = {
  id: '01920000-0000-7000-8000-000000000001',
  at: new Date('2026-11-22T10:00:00Z'),
  to: 'olga@acme.example',
  subject: 'Set a new password',
  text: 'Text at https://a.example/#token=x',
  html: '<p>Text</p>',
};
const from = { name: 'Holdfast', address: 'holdfast@acme.example' };
/** What must succeed has time, whatever else the machine does; where a server is silent on purpose, little is waited for. */
const limits = { connectMs: 10_000, idleMs: 10_000, totalMs: 20_000 };
const IMPATIENT: Partial<SmtpOptions> = { limits: { connectMs: 1_000, idleMs: 600, totalMs: 1_500 } };

type Way = Partial<SmtpServer> & { readonly options?: Partial<SmtpOptions>; readonly message?: Partial<MailMessage> };

/** How sending ends: `sent`, or the reason and the status. */
async function send(port: number, { options, message: other, ...server }: Way = {}): Promise<string> {
  const made = createSmtp({
    server: { scheme: 'smtp', host: '127.0.0.1', port, credential: undefined, ...server },
    from,
    limits,
    ...options,
  });
  assert.ok(made.ok, made.ok ? '' : made.fault);
  await using smtp = made.smtp;
  const result = await smtp.send({ ...message, ...other });
  return result.ok ? 'sent' : [result.reason, ...(result.status === undefined ? [] : [result.status])].join(' ');
}

const authority = makeAuthority();
/** A name that leads to this machine, but is not loopback to the rules that ask the address. */
const named = (...addresses: readonly string[]): Partial<SmtpOptions> => ({
  resolver: async () => ({ ok: true, answers: addresses.map((address) => ({ address, ttlSeconds: 1 })) }),
});

describe('mail over SMTP', () => {
  test('on loopback a mail arrives as it was written, from whom it says, in both forms, and asks for no answer', async () => {
    await using server = await startMailServer();
    assert.equal(await send(server.port), 'sent');
    const [mail] = server.received;
    assert.deepEqual([mail?.from, mail?.to], [from.address, [message.to]]);
    const raw = mail?.raw ?? '';
    for (const line of [
      'From: Holdfast <holdfast@acme.example>',
      'To: olga@acme.example',
      'Subject: Set a new password',
      `Message-ID: <${message.id}@acme.example>`,
      'Auto-Submitted: auto-generated',
    ])
      assert.ok(raw.includes(`${line}\r\n`), line);
    assert.match(partOf(raw, 'text/plain'), /https:\/\/a\.example\/#token=x/);
    assert.match(partOf(raw, 'text/html'), /<p>Text<\/p>/);
  });

  test('smtps: a certificate of a trusted authority for this very name is taken, any other is not', async () => {
    const good = authority.issue('DNS:mail.test');
    const trusting = { authorities: [authority.cert], ...named('127.0.0.1') };
    const cases = [
      [good, trusting, 'sent'],
      [good, named('127.0.0.1'), 'tls'],
      [authority.issue('DNS:other.test'), trusting, 'tls'],
      [authority.issue('DNS:mail.test', { expired: true }), trusting, 'tls'],
      [makeSelfSigned('DNS:mail.test'), trusting, 'tls'],
    ] as const;
    for (const [certificate, options, expected] of cases) {
      await using server = await startMailServer({ secure: true, ...certificate });
      assert.equal(await send(server.port, { scheme: 'smtps', host: 'mail.test', options }), expected);
      assert.equal(server.received.length, expected === 'sent' ? 1 : 0);
    }
  });

  test('a switch of the environment does not turn certificate checks off', async (context) => {
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    context.after(() => delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']);
    await using server = await startMailServer({ secure: true, ...makeSelfSigned('DNS:mail.test') });
    assert.equal(await send(server.port, { scheme: 'smtps', host: 'mail.test', options: named('127.0.0.1') }), 'tls');
  });

  test('a credential is shown to the server that takes it, and a wrong one is told apart', async () => {
    const certificate = authority.issue('IP:127.0.0.1');
    await using server = await startMailServer({
      secure: true,
      ...certificate,
      login: { user: 'hf', password: 'right' },
    });
    const as = (password: string) =>
      send(server.port, {
        scheme: 'smtps',
        credential: { user: 'hf', password: toSecret(password) },
        options: { authorities: [authority.cert] },
      });
    assert.equal(await as('wrong'), 'login 535');
    assert.equal(await as('right'), 'sent');
    assert.deepEqual(
      server.received.map(({ user, isSecure }) => [user, isSecure]),
      [['hf', true]],
    );
  });

  test('what the server answers is a reason and a status, without its words', async () => {
    await using server = await startMailServer();
    const cases = [
      [400, 'deferred 400'],
      [421, 'deferred 421'],
      [550, 'rejected 550'],
      ['drop', 'reset'],
      ['hang', 'timeout_total'],
    ] as const;
    for (const [how, expected] of cases) {
      server.behave(how);
      assert.equal(await send(server.port, how === 'hang' ? { options: IMPATIENT } : {}), expected);
    }
    server.behave('take');
    assert.equal(await send(server.port), 'sent');
  });

  test('a server that is not there, says nothing, or trickles its greeting for ever holds nobody up', async () => {
    const closed = await startMailServer();
    await closed[Symbol.asyncDispose]();
    assert.equal(await send(closed.port), 'refused');
    const drips = createServer((socket) => {
      const drip = setInterval(() => socket.write('220-'), 50);
      socket.on('error', () => undefined).once('close', () => clearInterval(drip));
    });
    const silent = createServer((socket) => void socket.on('error', () => undefined));
    for (const server of [drips, silent]) {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const address = server.address();
      assert.ok(typeof address === 'object' && address !== null);
      assert.equal(await send(address.port, { options: IMPATIENT }), 'timeout_total');
      await new Promise((resolve) => server.close(resolve));
    }
  });

  test('addresses that are never allowed are not mail servers, by number or by name', async () => {
    const made = (host: string) =>
      createSmtp({ server: { scheme: 'smtp', host, port: 25, credential: undefined }, from });
    for (const host of ['169.254.169.254', '0.0.0.0', '224.0.0.1']) assert.equal(made(host).ok, false, host);
    assert.equal(await send(25, { host: 'mail.test', options: named('169.254.169.254') }), 'address');
    assert.equal(await send(25, { host: 'mail.test', options: named('127.0.0.1', '169.254.169.254') }), 'address');
    assert.equal(await send(25, { host: 'mail.test', options: named() }), 'resolve');
  });

  test('the pinned address is what is connected to, not what the name says later', async () => {
    await using server = await startMailServer();
    let asked = 0;
    const resolver: SmtpOptions['resolver'] = async () => {
      asked += 1;
      return { ok: true, answers: [{ address: asked === 1 ? '127.0.0.1' : '127.9.9.9', ttlSeconds: 0 }] };
    };
    assert.equal(await send(server.port, { host: 'mail.test', options: { resolver } }), 'sent');
    assert.equal(asked, 1);
  });

  test('an address or a subject with a line break, a list or a name is no mail', async () => {
    await using server = await startMailServer();
    for (const to of [
      'a@b.example\r\nBcc: x@y.example',
      'a@b.example,c@d.example',
      'A <a@b.example>',
      '<a@b.example>',
      'a@b@c',
    ])
      assert.equal(await send(server.port, { message: { to } }), 'envelope', to);
    for (const subject of ['Hello\r\nBcc: x@y.example', 'Hello\nX: y', 'a\u0000b'])
      assert.equal(await send(server.port, { message: { subject } }), 'envelope', subject);
    assert.equal(server.connections(), 0);
    assert.ok(isMailAddress('o.l-g+a@sub.acme.example'));
  });

  test('text of a mail cannot end it early and speak to the server', async () => {
    await using server = await startMailServer();
    const text = 'one\r\n.\r\nMAIL FROM:<evil@x.example>\r\nRCPT TO:<victim@x.example>\r\nDATA\r\nforged\r\n.\r\n';
    assert.equal(await send(server.port, { message: { text } }), 'sent');
    assert.deepEqual(
      server.received.map(({ to }) => to),
      [[message.to]],
    );
  });
});

describe('mail beyond loopback', () => {
  // The last of the suites that issue certificates.
  after(() => authority[Symbol.dispose]());

  /** The same way, but the server's address is a public one: the proxy alone knows where it leads. */
  async function through(
    server: MailServer,
    way: Way,
  ): Promise<{ readonly ending: string; readonly asked: readonly string[] }> {
    await using proxy = await startConnectProxy({ divert: { host: '127.0.0.1', port: server.port } });
    const options = {
      ...named('93.184.216.34'),
      proxy: egressProxyOf(`http://127.0.0.1:${proxy.port}`),
      ...way.options,
    };
    const ending = await send(587, { host: 'mail.test', ...way, options });
    return { ending, asked: proxy.requests.map(({ line }) => line) };
  }

  const login = { user: 'hf', password: 'right' };
  const credential = { user: 'hf', password: toSecret('right') };

  test('STARTTLS is demanded, and its certificate checked, before anything is said; then mail goes through the proxy alone', async () => {
    const certificate = authority.issue('DNS:mail.test');
    await using server = await startMailServer({ ...certificate, login });
    const { ending, asked } = await through(server, { credential, options: { authorities: [authority.cert] } });
    assert.equal(ending, 'sent');
    assert.deepEqual(asked, ['CONNECT 93.184.216.34:587 HTTP/1.1']);
    assert.deepEqual(
      server.received.map(({ user, isSecure }) => [user, isSecure]),
      [['hf', true]],
    );
    assert.equal((await through(server, { credential })).ending, 'tls');
    const renamed = { credential, host: 'other.test', options: { authorities: [authority.cert] } };
    assert.equal((await through(server, renamed)).ending, 'tls');
    assert.equal(server.received.length, 1);
  });

  test('a server without STARTTLS is told neither the credential nor the mail', async () => {
    const seen: string[] = [];
    await using server = await startMailServer({
      authOptional: true,
      onAuth: (auth, _session, done) => {
        seen.push(`auth ${auth.username}`);
        done(null, { user: auth.username });
      },
      onMailFrom: (address, _session, done) => {
        seen.push(`mail ${address.address}`);
        done();
      },
    });
    assert.equal((await through(server, { credential })).ending, 'tls 500');
    assert.equal((await through(server, {})).ending, 'tls 500');
    assert.deepEqual(seen, []);
  });

  test('a proxy that refuses is not gone around', async () => {
    await using server = await startMailServer();
    await using proxy = await startConnectProxy({
      answer: (client) => void client.end('HTTP/1.1 403 Forbidden\r\n\r\n'),
    });
    const options = { proxy: egressProxyOf(`http://127.0.0.1:${proxy.port}`) };
    assert.equal(await send(server.port, { options }), 'proxy_refused');
    assert.equal(server.connections(), 0);
  });
});
