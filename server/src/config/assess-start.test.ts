// Tests that one answer holds everything about a start: settings, files, exposure and arguments.
import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { temporaryFolder } from '../../../tools/test/temporary-folder.ts';
import { exportKey, makeCertificate, makeKeys } from '#crypto/certificate.test-support.ts';
import { createKeyFile } from '#crypto/key-file.ts';
import { assessStart } from './assess-start.ts';
import { childEnvironment, type Environment, readEnvironment } from './environment.ts';
import type { Fault } from './fault.ts';
import type { Config } from './shape.ts';

describe('what a start is judged by', () => {
  const own = temporaryFolder();
  after(() => own[Symbol.dispose]());
  const folder = own.path;
  const nowMs = Date.now();
  const dayMs = 86_400_000;
  const times = { notBeforeMs: nowMs - dayMs, notAfterMs: nowMs + 60 * dayMs };
  const at = (name: string): string => join(folder, name);

  const caKeys = makeKeys();
  const keys = makeKeys();
  const ca = makeCertificate({ name: 'CA', keys: caKeys, isAuthority: true, ...times });
  const leaf = makeCertificate({
    name: 'leaf',
    keys,
    issuer: { name: 'CA', keys: caKeys },
    hosts: ['holdfast.example.org'],
    ...times,
  });
  write('cert.pem', leaf + ca, 0o644);
  write('key.pem', exportKey(keys), 0o600);
  write('ca.pem', ca, 0o644);
  before(() => createKeyFile({ path: at('master.key'), environment: 'production', unixMs: nowMs }));

  const exposed = {
    HOLDFAST_LISTEN: '0.0.0.0,::',
    HOLDFAST_PUBLIC_URL: 'https://holdfast.example.org',
    HOLDFAST_TLS_CERT_FILE: at('cert.pem'),
    HOLDFAST_TLS_KEY_FILE: at('key.pem'),
    HOLDFAST_MASTER_KEY_FILE: at('master.key'),
    HOLDFAST_SECURITY_CONTACT: 'mailto:security@example.org',
  };

  test('loopback without any setting starts', async () => {
    const verdict = await assess({});
    assert.deepEqual([verdict.ok, verdict.warnings, verdict.notes], [true, [], []]);
  });

  test('an exposed deployment with real files starts, and hands over the very bytes it judged', async () => {
    const verdict = await assess({ ...exposed, DATABASE_URL: remoteUrl(), HOLDFAST_DATABASE_CA_FILE: at('ca.pem') });
    if (!verdict.ok) return assert.fail(JSON.stringify(verdict.faults));
    assert.equal(verdict.config.exposed, true);
    const { tls, masterKey, databaseCa } = verdict.facts;
    assert.equal(tls?.ok === true ? tls.material.certificatePem : '', leaf + ca);
    assert.deepEqual(masterKey, { ok: true });
    assert.deepEqual(databaseCa, { ok: true, pem: ca });
  });

  test('a key file of another environment, with an open mode, or missing, is refused', async () => {
    const key = async (env: Environment) => {
      const verdict = await assess({ ...exposed, ...env });
      return verdict.ok ? [] : verdict.faults.map(({ problem }) => /\(([a-z ]+)/.exec(problem)?.[1]);
    };
    assert.deepEqual(await key({ HOLDFAST_ENVIRONMENT: 'staging' }), ['foreign environment']);
    assert.deepEqual(await key({ HOLDFAST_MASTER_KEY_FILE: at('missing.key') }), ['missing']);
    write('weak.key', 'changeme', 0o600);
    assert.deepEqual(await key({ HOLDFAST_MASTER_KEY_FILE: at('weak.key') }), ['not json']);
    chmodSync(at('master.key'), 0o640);
    assert.deepEqual(await key({}), ['open mode']);
    chmodSync(at('master.key'), 0o600);
  });

  test('files are judged on loopback too: a named file that is wrong is never ignored', async () => {
    const verdict = await assess({
      HOLDFAST_MASTER_KEY_FILE: at('missing.key'),
      HOLDFAST_TLS_CERT_FILE: at('cert.pem'),
      HOLDFAST_TLS_KEY_FILE: at('cert.pem'),
    });
    const found = verdict.ok ? [] : verdict.faults.map(({ key }) => key);
    // The certificate is not for localhost, and a certificate is no key.
    assert.deepEqual(found.toSorted(), ['HOLDFAST_MASTER_KEY_FILE', 'HOLDFAST_TLS_CERT_FILE', 'HOLDFAST_TLS_KEY_FILE']);
  });

  test('a CA file that is none is refused', async () => {
    for (const name of ['cert.pem', 'master.key', 'key.pem', 'missing.pem']) {
      const verdict = await assess({ ...exposed, DATABASE_URL: remoteUrl(), HOLDFAST_DATABASE_CA_FILE: at(name) });
      assert.deepEqual(verdict.ok ? [] : verdict.faults.map(({ key }) => key), ['HOLDFAST_DATABASE_CA_FILE'], name);
    }
  });

  test('faults that another part of the server finds stand on the same screen, and are judged on what could be read', async () => {
    const inspect = ({ outbound }: Config): readonly Fault[] => [
      { key: 'HOLDFAST_OUTBOUND_ALLOW', problem: `is ${outbound.allow}`, fix: 'None.' },
    ];
    const env = { HOLDFAST_PORT: 'http', HOLDFAST_OUTBOUND_ALLOW: 'a,b', HOME: folder };
    const verdict = await assessStart({ env, argv: [], nowMs, inspect });
    assert.deepEqual(verdict.ok ? [] : verdict.faults.map(({ key, problem }) => [key, problem]), [
      ['HOLDFAST_PORT', "'http' is not a whole number from 0 to 65535"],
      ['HOLDFAST_OUTBOUND_ALLOW', 'is a,b'],
    ]);
    const alone = await assessStart({ env: { HOLDFAST_OUTBOUND_ALLOW: 'a', HOME: folder }, argv: [], nowMs, inspect });
    assert.equal(alone.ok, false);
  });

  test('faults of arguments, settings, switches, files and exposure come in one answer', async () => {
    const verdict = await assess(
      {
        HOLDFAST_LISTEN: '0.0.0.0',
        HOLDFAST_PORT: 'http',
        HOLDFAST_TYPO: 'x',
        NODE_TLS_REJECT_UNAUTHORIZED: '0',
        HOLDFAST_MASTER_KEY_FILE: at('missing.key'),
        DATABASE_URL: 'postgresql://app:postgres@db/x',
        JWT_SECRET: 'x',
      },
      ['start', '--password=x'],
    );
    assert.deepEqual(verdict.ok ? [] : verdict.faults.map(({ key }) => key), [
      'argument 2 (--password)',
      'HOLDFAST_PORT',
      'HOLDFAST_TYPO',
      'NODE_TLS_REJECT_UNAUTHORIZED',
      'HOLDFAST_TLS_CERT_FILE / HOLDFAST_TRUSTED_PROXIES',
      'HOLDFAST_PUBLIC_URL',
      'HOLDFAST_MASTER_KEY_FILE',
      'DATABASE_URL',
      'DATABASE_URL',
    ]);
    assert.deepEqual(
      verdict.notes.map(({ key }) => key),
      ['JWT_SECRET'],
    );
  });

  test('a setting that is wrong is not reported as missing too', async () => {
    const verdict = await assess({
      ...exposed,
      HOLDFAST_PUBLIC_URL: 'holdfast.example.org',
      HOLDFAST_TLS_KEY_FILE: 'key.pem',
    });
    assert.deepEqual(verdict.ok ? [] : verdict.faults.map(({ key }) => key), [
      'HOLDFAST_PUBLIC_URL',
      'HOLDFAST_TLS_KEY_FILE',
    ]);
  });

  test('a secret argument alone stops the start', async () => {
    assert.equal((await assess({}, ['--token', 'x'])).ok, false);
  });

  test('a child process gets no setting and no secret of ours', () => {
    const env = {
      PATH: '/bin',
      HOME: '/h',
      HOLDFAST_PORT: '1',
      DATABASE_URL: 'x',
      OPENAI_API_KEY: 'x',
      PGPASSWORD: 'x',
      NODE_OPTIONS: 'x',
      TZ: undefined,
    };
    assert.deepEqual(childEnvironment(env), { PATH: '/bin', HOME: '/h' });
  });

  test('the environment is a copy that later changes do not reach', () => {
    const before = readEnvironment();
    process.env['HOLDFAST_TEST_ONLY'] = 'x';
    assert.equal(before['HOLDFAST_TEST_ONLY'], undefined);
    assert.equal(readEnvironment()['HOLDFAST_TEST_ONLY'], 'x');
    delete process.env['HOLDFAST_TEST_ONLY'];
    assert.ok(Object.isFrozen(before));
  });

  function assess(env: Environment, argv: readonly string[] = ['start']) {
    return assessStart({ env: { HOME: '/home/somebody', ...env }, argv, nowMs });
  }

  function write(name: string, content: string, mode: number): void {
    writeFileSync(at(name), content);
    chmodSync(at(name), mode);
  }

  function remoteUrl(): string {
    return 'postgresql://app:kX0v3Zq9sT7yBn4mLp2RwE8uHc6JdFgA@db.example.org/d?sslmode=verify-full';
  }
});
