// Tests that settings are read strictly and that one start reports every fault.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reveal } from '#crypto/secret.ts';
import type { Environment } from './environment.ts';
import type { ReadFile } from './file-reader.ts';
import { loadConfig } from './load.ts';
import type { Config } from './shape.ts';

const home = { HOME: '/home/somebody' };
const strong = 'kX0v3Zq9sT7yBn4mLp2RwE8uHc6JdFgA1iKoVtYxQzS';

test('without any setting it is the embedded deployment on both loopback addresses', () => {
  const config = load({});
  assert.equal(config.exposed, false);
  assert.deepEqual(config.listen, { addresses: ['127.0.0.1', '::1'], port: 7420 });
  assert.deepEqual(config.privateListen, { addresses: ['127.0.0.1', '::1'], port: 7421 });
  assert.deepEqual(config.database, { kind: 'embedded', postgres: { kind: 'auto' } });
  assert.equal(config.dataDirectory, '/home/somebody/.holdfast');
  assert.equal(config.publicUrl, undefined);
  assert.deepEqual(config.corsOrigins, []);
  assert.deepEqual(config.trustedProxies, []);
  assert.deepEqual(config.sessions, { idleMinutes: 60, absoluteMinutes: 10_080 });
  assert.equal(config.limits.ratesPerMinute.failuresPerAddress, 20);
});

test('one start reports the wrong number, the wrong word, the unknown name, the unreadable file and the contradiction', () => {
  const env = {
    HOLDFAST_PORT: 'http',
    HOLDFAST_LOG_LEVEL: 'loud',
    HOLDFAST_PUBLC_URL: 'https://a.example',
    HOLDFAST_METRICS_CREDENTIAL_FILE: '/nonexistent/metrics',
    HOLDFAST_TLS_CERT_FILE: '/etc/tls/cert.pem',
    HOLDFAST_SESSION_IDLE_MINUTES: '60',
    HOLDFAST_SESSION_ABSOLUTE_MINUTES: '30',
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
  };
  assert.deepEqual(
    faultsOf(env)
      .map(({ key }) => key)
      .toSorted(),
    [
      'HOLDFAST_LOG_LEVEL',
      'HOLDFAST_METRICS_CREDENTIAL_FILE',
      'HOLDFAST_PORT',
      'HOLDFAST_PUBLC_URL',
      'HOLDFAST_SESSION_IDLE_MINUTES',
      'HOLDFAST_TLS_KEY_FILE',
      'NODE_TLS_REJECT_UNAUTHORIZED',
    ],
  );
});

test('right values arrive as what they mean', () => {
  const config = load({
    HOLDFAST_LISTEN: ' [::1] , LOCALHOST,::ffff:127.0.0.1'.trim(),
    HOLDFAST_PORT: '0',
    HOLDFAST_TRUSTED_PROXIES: '10.0.0.0/8, fc00::/7,::ffff:192.0.2.0/120',
    HOLDFAST_CORS_ORIGINS: 'https://a.example,http://localhost:3000,https://a.example',
    HOLDFAST_OUTBOUND_ALLOW: 'a.internal:1,\nb.internal:2\n',
    HOLDFAST_OUTBOUND_PROXY: 'http://proxy.internal:80/',
    HOLDFAST_OUTBOUND_PROXY_CREDENTIAL: 'user:pass:word',
    HOLDFAST_POSTGRES: '/opt/pg/bin/',
    HOLDFAST_METRICS_CREDENTIAL: strong,
  });
  assert.deepEqual(config.listen, { addresses: ['::1', '127.0.0.1'], port: 0 });
  assert.deepEqual(
    config.trustedProxies.map(({ text }) => text),
    ['10.0.0.0/8', 'fc00::/7', '192.0.2.0/24'],
  );
  assert.deepEqual(config.corsOrigins, ['https://a.example', 'http://localhost:3000']);
  const { proxy, ...lists } = config.outbound;
  assert.deepEqual(lists, { allow: 'a.internal:1,\nb.internal:2\n', deny: '', caFile: undefined });
  assert.equal(proxy?.url, 'http://proxy.internal:80');
  assert.equal(proxy.credential === undefined ? '' : reveal(proxy.credential, 'test.compare'), 'user:pass:word');
  assert.deepEqual(config.database, { kind: 'embedded', postgres: { kind: 'directory', path: '/opt/pg/bin' } });
  assert.equal(config.metricsCredential === undefined ? '' : reveal(config.metricsCredential, 'test.compare'), strong);
});

test('a public URL without its slash is the same URL', () => {
  const base = { HOLDFAST_LISTEN: '0.0.0.0' };
  assert.equal(load({ ...base, HOLDFAST_PUBLIC_URL: 'https://a.example/' }).publicUrl, 'https://a.example');
});

test('an exposed server has fixed ports', () => {
  const keys = faultsOf({ HOLDFAST_LISTEN: '0.0.0.0', HOLDFAST_PORT: '0', HOLDFAST_PRIVATE_PORT: '0' }).map(
    ({ key }) => key,
  );
  assert.deepEqual(keys, ['HOLDFAST_PORT', 'HOLDFAST_PRIVATE_PORT']);
});

test('a misspelled name is met with the right one, whatever its case', () => {
  const cases = {
    HOLDFAST_PROT: 'HOLDFAST_PORT',
    holdfast_port: 'HOLDFAST_PORT',
    HOLDFAST_TRUSTED_PROXY: 'HOLDFAST_TRUSTED_PROXIES',
    HOLDFAST_HOST: 'HOLDFAST_LISTEN',
    HOLDFAST_DATABASE_URL: 'DATABASE_URL',
    HOLDFAST_MASTER_KEY: 'HOLDFAST_MASTER_KEY_FILE',
    HOLDFAST_METRIC_CREDENTIAL_FILE: 'HOLDFAST_METRICS_CREDENTIAL_FILE',
  };
  for (const [key, meant] of Object.entries(cases)) {
    const [fault, ...more] = faultsOf({ [key]: 'some value' });
    assert.equal(fault?.fix, `Did you mean ${meant}?`, key);
    assert.deepEqual(more, []);
  }
  assert.match(faultsOf({ HOLDFAST_WEATHER: 'x' })[0]?.fix ?? '', /Remove it/);
});

test('the variables of a Kubernetes service named holdfast are one fault with its remedy', () => {
  const found = faultsOf({
    HOLDFAST_PORT: 'tcp://10.0.0.1:7420',
    HOLDFAST_SERVICE_HOST: '10.0.0.1',
    HOLDFAST_SERVICE_PORT: '7420',
    HOLDFAST_SERVICE_PORT_HTTP: '7420',
    HOLDFAST_PORT_7420_TCP: 'tcp://10.0.0.1:7420',
    HOLDFAST_PORT_7420_TCP_ADDR: '10.0.0.1',
  });
  assert.deepEqual(
    found.map(({ key, fix }) => [key, fix]),
    [['HOLDFAST_PORT', 'Set enableServiceLinks: false in the pod.']],
  );
});

test('a secret comes from its file, less one line break at the end, read once', () => {
  const paths: string[] = [];
  const readFile: ReadFile = (path) => {
    paths.push(path);
    return { ok: true, bytes: Buffer.from(`${strong}\n`) };
  };
  const config = load({ HOLDFAST_METRICS_CREDENTIAL_FILE: '/run/secrets/metrics' }, readFile);
  assert.equal(config.metricsCredential === undefined ? '' : reveal(config.metricsCredential, 'test.compare'), strong);
  assert.deepEqual(paths, ['/run/secrets/metrics']);
});

test('a secret file with more than the secret in it is refused', () => {
  for (const content of [`${strong}\n\n`, `a\n${strong}`, ' \n', Buffer.from([0xff, 0xfe])]) {
    const found = faultsOf({ HOLDFAST_METRICS_CREDENTIAL_FILE: '/x/y' }, () => ({
      ok: true,
      bytes: Buffer.from(content),
    }));
    assert.equal(found.length, 1, String(content));
  }
});

test('a secret given as value and as file is refused, and so is the secret in place of its path', () => {
  const both = faultsOf({ HOLDFAST_METRICS_CREDENTIAL: strong, HOLDFAST_METRICS_CREDENTIAL_FILE: '/x/y' });
  assert.match(both[0]?.problem ?? '', /together/);
  const inPlace = faultsOf({ HOLDFAST_METRICS_CREDENTIAL_FILE: strong });
  assert.equal(inPlace.length, 1);
  assert.ok(!JSON.stringify(inPlace).includes(strong));
});

test('no fault, note or printed configuration shows a secret', () => {
  const canary = 'c4n4ryK9x2Vb7Lq5Tz8Wm3Rj6Yd1Hs0Gf4Pn7Uc5Ae2';
  const results = [
    loadConfig({
      env: { ...home, HOLDFAST_METRICS_CREDENTIAL: canary, DATABASE_URL: `postgresql://u:${canary}@localhost/d` },
    }),
    loadConfig({
      env: {
        ...home,
        HOLDFAST_METRICS_CREDENTIAL: `${canary} ${canary}`,
        DATABASE_URL: `postgres://u:${canary}@h h/d`,
      },
    }),
    loadConfig({
      env: { ...home, HOLDFAST_MASTER_KEY: canary, JWT_SECRET: canary, HOLDFAST_PORT: `hf_live_${canary}` },
    }),
    loadConfig({
      env: { ...home, HOLDFAST_PUBLIC_URL: `https://u:${canary}@a.example`, HOLDFAST_LISTEN: `sk-${canary}` },
    }),
  ];
  for (const result of results) assert.ok(!JSON.stringify(result).includes(canary));
  assert.equal(results[0]?.ok, true, 'the first is a valid configuration with secrets in it');
});

test('without a home folder the data folder has to be named', () => {
  for (const HOME of [undefined, '', '/', 'relative']) {
    const env = HOME === undefined ? {} : { HOME };
    const result = loadConfig({ env });
    assert.equal(result.ok ? '' : result.faults[0]?.key, 'HOLDFAST_DATA_DIR', String(HOME));
    assert.equal(loadConfig({ env: { ...env, HOLDFAST_DATA_DIR: '/var/lib/holdfast' } }).ok, true);
  }
});

test('database settings that contradict each other are refused', () => {
  const url = 'postgresql://app:p@localhost/holdfast';
  const cases: readonly (readonly [Environment, RegExp])[] = [
    [{ HOLDFAST_POSTGRES: 'system' }, /chooses an embedded database/],
    [{ HOLDFAST_DATABASE_CA_FILE: '/etc/ca.pem' }, /does not use TLS/],
    [{ HOLDFAST_MIGRATOR_DATABASE_URL: 'postgresql://app:q@localhost/holdfast' }, /has the user/],
    [{ HOLDFAST_MIGRATOR_DATABASE_URL: 'postgresql://m:q@localhost/other' }, /another database/],
    [{ HOLDFAST_MIGRATOR_DATABASE_URL: 'postgresql://m:q@127.0.0.2/holdfast' }, /another database/],
  ];
  for (const [env, expected] of cases) {
    const found = faultsOf({ DATABASE_URL: url, ...env });
    assert.equal(found.length, 1, JSON.stringify(found));
    assert.match(found[0]?.problem ?? '', expected);
  }
  assert.deepEqual(
    faultsOf({ DATABASE_URL: url, HOLDFAST_MIGRATOR_DATABASE_URL: 'postgresql://m:q@localhost/holdfast' }),
    [],
  );
});

function load(env: Environment, readFile?: ReadFile): Config {
  const result = loadConfig({ env: { ...home, ...env }, ...(readFile === undefined ? {} : { readFile }) });
  return result.ok ? result.config : assert.fail(JSON.stringify(result.faults));
}

function faultsOf(env: Environment, readFile?: ReadFile) {
  const result = loadConfig({ env: { ...home, ...env }, ...(readFile === undefined ? {} : { readFile }) });
  return result.ok ? [] : result.faults;
}
