// Tests what the settings of outbound calls come to: one screen of faults, or a client that keeps them.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { temporaryFolder } from '../../../tools/test/temporary-folder.ts';
import { type Config, loadConfig } from '#config.ts';
import { makeAuthority } from '#test/certificates.ts';
import { startConnectProxy } from '#test/connect-proxy.ts';
import { httpReply, startRawServer } from '#test/raw-server.ts';
import { describeOutboundRules, findOutboundFaults, openOutbound, readOutboundRules } from './outbound.ts';
import { StartRefused } from './refusal.ts';

describe('outbound settings at the start', () => {
  const own = temporaryFolder();
  after(() => own[Symbol.dispose]());
  const folder = own.path;

  function load(env: Readonly<Record<string, string>>): Config {
    const result = loadConfig({ env: { HOME: '/home/somebody', ...env } });
    return result.ok ? result.config : assert.fail(JSON.stringify(result.faults));
  }

  /** Asks with these settings for each URL in turn and gives bodies or reasons. */
  async function ask(env: Readonly<Record<string, string>>, urls: readonly string[]): Promise<readonly string[]> {
    const config = load(env);
    await using outbound = openOutbound(readOutboundRules(config), config, () => []);
    const results: string[] = [];
    for (const url of urls) {
      const reply = await outbound.fetch({ tenant: 'one', url });
      results.push(reply.ok ? reply.body.toString() : reply.reason);
    }
    return results;
  }

  function write(name: string, text: string): string {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  }

  test('every fault of lists, proxy and CA file is told at once, and refuses the start', () => {
    const config = load({
      HOLDFAST_OUTBOUND_ALLOW: 'ollama.internal:11434, https://a:1, 10.0.0.1/8,\n*.internal',
      HOLDFAST_OUTBOUND_DENY: '1.1.1.0/24, 1.1.1.1:443, example.com',
      HOLDFAST_OUTBOUND_PROXY: 'http://169.254.169.254:80',
      HOLDFAST_OUTBOUND_CA_FILE: write('not-a-ca.pem', 'hello'),
    });
    const faults = findOutboundFaults(config);
    assert.deepEqual(
      faults.map(({ key, problem }) => `${key} ${problem.split(':')[0]}`.replace(folder, '')),
      [
        "HOLDFAST_OUTBOUND_ALLOW entry 2 ('https",
        "HOLDFAST_OUTBOUND_ALLOW entry 3 ('10.0.0.1/8')",
        "HOLDFAST_OUTBOUND_ALLOW entry 4 ('*.internal')",
        "HOLDFAST_OUTBOUND_DENY entry 2 ('1.1.1.1",
        "HOLDFAST_OUTBOUND_DENY entry 3 ('example.com')",
        'HOLDFAST_OUTBOUND_PROXY never allowed',
        'HOLDFAST_OUTBOUND_CA_FILE /not-a-ca.pem holds something else than readable certificates of CAs',
      ],
    );
    for (const { fix } of faults) assert.ok(fix.length > 10);
    assert.throws(
      () => readOutboundRules(config),
      (error) => error instanceof StartRefused && assert.deepEqual(error.faults, faults) === undefined,
    );
  });

  test('an entry that may hold a secret is not shown', () => {
    const [fault] = findOutboundFaults(load({ HOLDFAST_OUTBOUND_ALLOW: 'https://user:hunter2@ollama:11434' }));
    assert.doesNotMatch(JSON.stringify(fault), /hunter2/);
  });

  test('the documented example is sound, and rules are described in one order for the audit log', () => {
    const example = 'ollama.internal:11434, 10.20.0.0/24:8000';
    const plain = readOutboundRules(load({ HOLDFAST_OUTBOUND_ALLOW: example }));
    assert.deepEqual(describeOutboundRules(plain), {
      allow: ['10.20.0.0/24:8000', 'ollama.internal:11434'],
      deny: [],
      proxy: [],
    });
    const rules = readOutboundRules(
      load({
        HOLDFAST_OUTBOUND_DENY: '2.2.2.2, 1.1.1.0/24,2.2.2.2/32',
        HOLDFAST_OUTBOUND_PROXY: 'https://[FD00::0:5]:3128',
        HOLDFAST_OUTBOUND_PROXY_CREDENTIAL: 'user:hunter2',
      }),
    );
    const described = describeOutboundRules(rules);
    assert.deepEqual(described, { allow: [], deny: ['1.1.1.0/24', '2.2.2.2/32'], proxy: ['https://[fd00::5]:3128'] });
  });

  test('what is on the deny list is closed', async () => {
    assert.deepEqual(await ask({ HOLDFAST_OUTBOUND_DENY: '1.1.1.0/24' }, ['https://1.1.1.1/']), ['address']);
  });

  test('our own public name and port are no target, whatever they lead to', async () => {
    const exposed = { HOLDFAST_LISTEN: '0.0.0.0' };
    const cases: readonly (readonly [string, string, string])[] = [
      ['https://holdfast.localhost', 'https://holdfast.localhost/x', 'https://other.localhost/'],
      ['https://203.0.113.5:8443', 'https://203.0.113.5:8443/', 'https://203.0.113.5/'],
      ['https://[2001:db8::5]', 'https://[2001:db8::0:5]/', 'https://[2001:db8::6]/'],
    ];
    for (const [publicUrl, own, other] of cases)
      assert.deepEqual(await ask({ ...exposed, HOLDFAST_PUBLIC_URL: publicUrl }, [own, other]), [
        'listener',
        'address',
      ]);
    assert.deepEqual(await ask({ HOLDFAST_PORT: '8443' }, ['https://localhost:8443/']), ['listener']);
  });

  test('with a proxy named, a call goes through it, with the credential from its file', async () => {
    await using proxy = await startConnectProxy();
    await using server = await startRawServer((socket) => socket.write(httpReply('hello')));
    const env = {
      HOLDFAST_OUTBOUND_ALLOW: `127.0.0.1:${server.port}`,
      HOLDFAST_OUTBOUND_PROXY: `http://127.0.0.1:${proxy.port}`,
      HOLDFAST_OUTBOUND_PROXY_CREDENTIAL_FILE: write('proxy-credential', 'user:pass:word\n'),
    };
    assert.deepEqual(await ask(env, [`http://127.0.0.1:${server.port}/`]), ['hello']);
    assert.equal(proxy.connections().tunnels, 1);
    const expected = `Basic ${Buffer.from('user:pass:word').toString('base64')}`;
    assert.equal(proxy.requests[0]?.headers.get('proxy-authorization'), expected);
  });

  test('the authorities of the CA file are trusted besides the machine’s own', async () => {
    using authority = makeAuthority();
    await using server = await startRawServer(
      (socket) => socket.write(httpReply('hello')),
      authority.issue('IP:127.0.0.1'),
    );
    const env = { HOLDFAST_OUTBOUND_ALLOW: `127.0.0.1:${server.port}` };
    const urls = [`https://127.0.0.1:${server.port}/`];
    assert.deepEqual(await ask(env, urls), ['tls']);
    using other = makeAuthority();
    const bundle = write('ca.pem', `${other.cert}\n${authority.cert}`);
    assert.deepEqual(await ask({ ...env, HOLDFAST_OUTBOUND_CA_FILE: bundle }, urls), ['hello']);
  });
});
