// Exposure decides: what is demanded of a server that others can reach, what it then serves, and where it listens.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { connect } from 'node:tls';
import { makeAuthority } from '#test/certificates.ts';
import { isRoot, makeDataDir, type TestDataDir } from '#test/embedded-support.ts';
import { assertProblem, createCaller } from './lib/caller.ts';
import { makeKey, setUp } from './lib/installation.ts';
import { findProgram } from './lib/machine.ts';
import { type Finished, run, type ServerProcess, start } from './lib/processes.ts';
import { findFreePort, type Settings, settingsOf } from './lib/settings.ts';
import { listeningSockets } from './lib/sockets.ts';

let dataDir: TestDataDir;

describe('a server that others can reach', () => {
  before(async () => {
    dataDir = await makeDataDir();
  });

  after(() => dataDir[Symbol.asyncDispose]());

  type Fault = { readonly key: string; readonly problem: string; readonly fix: string };
  const faultsOf = ({ screen }: Finished): readonly Fault[] =>
    (JSON.parse(screen) as { readonly faults: readonly Fault[] }).faults;

  const TRANSPORT = 'HOLDFAST_TLS_CERT_FILE / HOLDFAST_TRUSTED_PROXIES';
  const CASES: readonly (readonly [what: string, more: Settings, keys: readonly string[]])[] = [
    [
      'listening on every address with nothing else',
      { HOLDFAST_LISTEN: '0.0.0.0,::' },
      ['HOLDFAST_MASTER_KEY_FILE', 'HOLDFAST_PORT', 'HOLDFAST_PRIVATE_PORT', 'HOLDFAST_PUBLIC_URL', TRANSPORT],
    ],
    [
      'a public URL without TLS, an origin that any program can be, a weak credential, a misspelled key, a broken list',
      {
        HOLDFAST_PORT: '7420',
        HOLDFAST_PRIVATE_PORT: '7421',
        HOLDFAST_PUBLIC_URL: 'https://holdfast.test',
        HOLDFAST_CORS_ORIGINS: 'http://localhost:3000',
        HOLDFAST_METRICS_CREDENTIAL: 'changeme',
        HOLDFAST_LISTENN: '127.0.0.1',
        HOLDFAST_OUTBOUND_ALLOW: '127.0.0.1:11434,not a rule',
      },
      [
        'HOLDFAST_CORS_ORIGINS',
        'HOLDFAST_LISTENN',
        'HOLDFAST_MASTER_KEY_FILE',
        'HOLDFAST_METRICS_CREDENTIAL',
        'HOLDFAST_OUTBOUND_ALLOW',
        TRANSPORT,
      ],
    ],
  ];

  for (const [what, more, keys] of CASES) {
    test(`${what}: refused with every fault at once, by config check in the same words`, async () => {
      const settings = await settingsOf(join(dataDir.path, 'never-made'), more);
      const [refused, checked] = await Promise.all([
        run(['start', '--json'], { settings }),
        run(['config', 'check', '--json'], { settings }),
      ]);
      assert.deepEqual([refused.code, checked.code], [78, 78]);
      assert.deepEqual(
        faultsOf(refused)
          .map(({ key }) => key)
          .toSorted(),
        keys,
      );
      assert.deepEqual(faultsOf(checked), faultsOf(refused));
      for (const { key, fix } of faultsOf(refused)) {
        assert.ok(refused.complaint.includes(key) && fix.length > 10, `the screen has ${key} and its fix`);
      }
      assert.doesNotMatch(refused.complaint + refused.screen, /changeme/);
      assert.ok(!existsSync(join(dataDir.path, 'never-made')), 'nothing was made');
    });
  }

  test('a misspelled setting is refused with the name that was meant', async () => {
    const { code, complaint } = await run(['start'], {
      settings: await settingsOf(dataDir.path, { HOLDFAST_PROT: '1' }),
    });
    assert.equal(code, 78);
    assert.match(complaint, /HOLDFAST_PROT\b[\s\S]*HOLDFAST_PORT\b/);
  });

  test('a secret among the arguments is refused by position, and is not repeated', async () => {
    const settings = await settingsOf(join(dataDir.path, 'never-made'));
    const secret = 'hunter2-Is-Not-So-Secret-1234567890';
    for (const args of [
      ['start', `--password=${secret}`],
      ['setup', '--email', 'olga@acme.example', '--password', secret],
      ['database', 'prepare', `postgresql://postgres:${secret}@localhost/postgres`],
      ['start', `HOLDFAST_METRICS_CREDENTIAL=${secret}`],
    ]) {
      const refused = await run(args, { settings });
      assert.equal(refused.code, 2, args.join(' '));
      assert.match(refused.complaint, /argument \d/);
      assert.doesNotMatch(refused.complaint + refused.screen, /hunter2/);
    }
    assert.ok(!existsSync(join(dataDir.path, 'never-made')));
  });

  function assertSockets(server: ServerProcess): void {
    if (process.platform !== 'linux') return;
    const said = server.ready.bound.map(({ address, port }) => `${address} ${port}`).toSorted();
    assert.deepEqual(listeningSockets(server.pid), said);
    for (const { address } of server.ready.bound) assert.ok(['127.0.0.1', '::1'].includes(address), address);
  }

  test('with every demand met it serves its public name alone, over TLS, with a key that was carried away from the data', async () => {
    using authority = makeAuthority();
    await using loopback = await start({ settings: await settingsOf(dataDir.path) });
    assertSockets(loopback);
    using near = createCaller({ port: loopback.port });
    const cookie = await setUp(near, loopback.ready.setupLink);
    const { key } = await makeKey(near, cookie);
    assert.equal((await near.call('GET', '/health/live')).headers['strict-transport-security'], undefined);
    const keyFile = join(dirname(dataDir.path), 'safe', 'master.key');
    await mkdir(dirname(keyFile), { mode: 0o700 });
    const settings = await exposedSettings(keyFile);
    const tls = { cert: settings['HOLDFAST_TLS_CERT_FILE'] ?? '', key: settings['HOLDFAST_TLS_KEY_FILE'] ?? '' };
    const renew = async (): Promise<void> => {
      const leaf = authority.issue('DNS:holdfast.test');
      await writeFile(tls.cert, leaf.cert + authority.cert);
      await writeFile(tls.key, leaf.key, { mode: 0o600 });
    };
    await renew();
    const keyless = await run(['start', '--json'], { settings });
    assert.deepEqual(
      [keyless.code, faultsOf(keyless).map(({ key: name }) => name)],
      [78, ['HOLDFAST_MASTER_KEY_FILE']],
    );
    const copied = await run(['keys', 'backup', '--to', keyFile], { settings: await settingsOf(dataDir.path) });
    assert.equal(copied.code, 0, copied.complaint);
    assert.equal((await loopback.end('SIGTERM')).code, 0);

    assert.equal((await run(['config', 'check'], { settings })).code, 0);
    await using server = await start({ settings });
    assertSockets(server);
    const { port } = server;
    assert.equal(server.ready.origin, `https://holdfast.test:${port}`);
    for (const host of ['127.0.0.1', '::1']) {
      using caller = createCaller({ port, host, ca: authority.cert, hostHeader: `holdfast.test:${port}` });
      const answer = await caller.call('GET', '/v1/models', { key });
      assert.equal(answer.status, 200, answer.text);
      assert.match(answer.headers['strict-transport-security'] ?? '', /^max-age=\d{8}/);
      const elsewhere = await caller.call('GET', '/v1/models', { key, headers: { host: `localhost:${port}` } });
      assertProblem(elsewhere, 421);
      for (const path of ['list', 'mail', 'no-such-thing']) {
        assertProblem(await caller.call('GET', `/api/v1/outbox/${path}`), 404);
        assertProblem(await caller.call('POST', `/api/v1/outbox/${path}`, { body: { token: 'x' } }), 404);
      }
    }
    const refused = await run(['mail', 'open'], { settings });
    assert.equal(refused.code, 1, refused.screen);
    assert.match(refused.complaint, /Other machines reach this server.*HOLDFAST_SMTP_URL.*holdfast mail list/s);
    await assert.rejects(plainly(port), { code: 'ECONNRESET' });

    const before = await serialOf(port, authority.cert);
    await renew();
    process.kill(server.pid, 'SIGHUP');
    for (let attempt = 0; (await serialOf(port, authority.cert)) === before; attempt += 1) {
      assert.ok(attempt < 100, 'SIGHUP renews the certificate');
      await wait(50);
    }
    assert.equal((await server.end('SIGTERM')).code, 0);
  });

  async function exposedSettings(keyFile: string): Promise<Settings> {
    const port = await findFreePort();
    return settingsOf(dataDir.path, {
      HOLDFAST_PORT: port,
      HOLDFAST_PRIVATE_PORT: await findFreePort(),
      HOLDFAST_PUBLIC_URL: `https://holdfast.test:${port}`,
      HOLDFAST_TLS_CERT_FILE: join(dirname(keyFile), 'cert.pem'),
      HOLDFAST_TLS_KEY_FILE: join(dirname(keyFile), 'key.pem'),
      HOLDFAST_MASTER_KEY_FILE: keyFile,
    });
  }

  function plainly(port: number): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, path: '/', agent: false }, (reply) => resolve(reply.statusCode));
      sent.on('error', reject);
      sent.end();
    });
  }

  function serialOf(port: number, ca: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port, ca, servername: 'holdfast.test' }, () => {
        resolve(socket.getPeerCertificate().serialNumber);
        socket.destroy();
      });
      socket.on('error', reject);
    });
  }

  test('a machine without IPv6 is served on its one loopback address', async (t) => {
    const [unshare, ip] = [findProgram('unshare'), findProgram('ip')];
    if (unshare === undefined || ip === undefined) return t.skip('no unshare or ip on the search path');
    const inside = [unshare, '-n', '/bin/sh', '-c', `${ip} link set lo up && exec "$@"`, 'sh'];
    const withoutIpv6 = 'echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6 && exec "$@"';
    const program = [...inside, '/bin/sh', '-c', withoutIpv6, 'sh'];
    if (!isRoot || !works([...program, '/bin/true'])) return t.skip('this user cannot make a network of its own');
    await using fresh = await makeDataDir();
    const main = [process.execPath, join(import.meta.dirname, '../../src/main.ts')];
    await using server = await start({ settings: await settingsOf(fresh.path), program: [...program, ...main] });
    assert.deepEqual(
      server.ready.bound.map(({ address, purpose }) => [address, purpose]),
      [
        ['127.0.0.1', 'public'],
        ['127.0.0.1', 'private'],
      ],
    );
    assertSockets(server);
    assert.equal((await server.end('SIGTERM')).code, 0);
  });

  function works([program = '', ...args]: readonly string[]): boolean {
    try {
      execFileSync(program, args, { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  }
});
